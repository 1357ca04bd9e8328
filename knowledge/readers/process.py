"""Reads a file in a process of its own, which may use little and reach nothing; what comes back is counted, never parsed here."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge.readers import child, reader_for
from knowledge.readers.document import Document
from knowledge.readers.intake import Taken, take
from knowledge.readers.limits import DOCUMENT, MEGABYTE, Limits
from knowledge.readers.reasons import Reason, ReasonKey, Refused

CHILD = Path(child.__file__).resolve()
PIECE = 64 * 1024
ENVIRONMENT: Final = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How the process ended: what it wrote and its return code, or that it was stopped and why."""

    answer: bytes
    code: int
    stopped: ReasonKey | None


def read(path: Path, *, limits: Limits = DOCUMENT) -> Document:
    """The content of a document.

    Raises:
        Refused: it must not or cannot be read.
    """
    with take(path, limits) as taken:
        return read_taken(taken, limits=limits)


def read_taken(taken: Taken, *, limits: Limits = DOCUMENT) -> Document:
    """The content of a document that was taken in.

    Raises:
        Refused: it must not or cannot be read.
    """
    return Document.from_mapping(_ask(reader_for(taken.name), taken, limits, {}))


def call(reader: str, path: Path, *, limits: Limits, **options: object) -> Mapping[str, Any]:
    """What `knowledge.readers.<reader>.read(path, **options)` makes of a file, as its `to_mapping()` gives it.

    `path` inside the process leads to a copy under the file's name.
    Options are values that JSON can hold.

    Raises:
        LookupError: no such reader may be called.
        Refused: the file must not or cannot be read.
    """
    if reader not in child.CALLED:
        raise LookupError(f"no reader is called {reader}")
    with take(path, limits) as taken:
        return _ask(reader, taken, limits, options)


def _ask(reader: str, taken: Taken, limits: Limits, options: Mapping[str, object]) -> Mapping[str, Any]:
    request = {
        "reader": reader,
        "name": taken.name,
        "descriptor": taken.descriptor,
        "limits": limits.to_mapping(),
        "options": dict(options),
    }
    os.lseek(taken.descriptor, 0, os.SEEK_SET)
    ended = _run(json.dumps(request).encode(), taken.descriptor, limits)
    if ended.stopped is None and ended.answer.endswith(b"\n"):
        answer = json.loads(ended.answer.decode("utf-8", "surrogatepass"))
        if "refused" in answer:
            reason = Reason.from_mapping(answer["refused"])
            raise Refused(reason.key, **reason.facts)
        found: Mapping[str, Any] = answer["read"]
        return found
    match _why(ended):
        case ReasonKey.TOO_MUCH_TIME:
            raise Refused(ReasonKey.TOO_MUCH_TIME, seconds=limits.cpu_seconds)
        case ReasonKey.TOO_MUCH_MEMORY:
            raise Refused(ReasonKey.TOO_MUCH_MEMORY, megabytes=limits.memory // MEGABYTE)
        case ReasonKey.TOO_LONG:
            raise Refused(ReasonKey.TOO_LONG, most=limits.letters)
        case _:
            raise Refused(ReasonKey.READER_FAILED)


def _why(ended: _Ended) -> ReasonKey:
    if ended.stopped is not None:
        return ended.stopped
    if ended.code == -signal.SIGXCPU:
        return ReasonKey.TOO_MUCH_TIME
    if ended.code in (child.OUT_OF_MEMORY, -signal.SIGKILL):
        return ReasonKey.TOO_MUCH_MEMORY
    return ReasonKey.READER_FAILED


def _run(request: bytes, descriptor: int, limits: Limits) -> _Ended:
    """Start a fresh interpreter, wait for its answer, and end it with all that it may have started."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and file; no word of the document is on the line
        [sys.executable, "-I", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    stopped: ReasonKey | None = ReasonKey.READER_FAILED
    answer = bytearray()
    try:
        stopped = _converse(process, request, answer, limits)
    finally:
        # It is not waited for before this, so the number of its group is still its own; what has ended stays as it ended.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
    return _Ended(answer=bytes(answer), code=code, stopped=stopped)


def _converse(
    process: subprocess.Popen[bytes], request: bytes, answer: bytearray, limits: Limits
) -> ReasonKey | None:
    """Send the request, gather the answer; why it was broken off, or None."""
    deadline = time.monotonic() + limits.wall_seconds
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    with process.stdin as sending, process.stdout as coming, selectors.DefaultSelector() as waiting:
        try:
            sending.write(request)
            sending.close()
        except BrokenPipeError:
            return None
        waiting.register(coming, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not waiting.select(left):
                continue
            piece = os.read(coming.fileno(), PIECE)
            if not piece:
                return None
            answer += piece
            if len(answer) > limits.answer:
                return ReasonKey.TOO_LONG
    return ReasonKey.TOO_MUCH_TIME
