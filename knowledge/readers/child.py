"""The process that reads one file: it gives up what it could misuse, reads, writes one answer and ends.

It is started as a file by `process.py`, in a fresh interpreter; stdin holds the request, stdout takes the answer.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path, PosixPath
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CALLED = frozenset({"order399"})
"""Readers of official pages, which are called by name and choose their own result."""
ONLY_IF_RECOGNISED = "only_if_recognised"
"""An option of `call`: a file that is no such page is not read, and the answer says False under this name."""
OUT_OF_MEMORY = 3
NICER = 10
OPEN_FILES = 64
ANSWER_PIECE = 1024 * 1024
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NO_NEW_PRIVILEGES = 38
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSED_EVENTS = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
    "os.setxattr",
    "pty.",
    "shutil.",
    "tempfile.",
    "ctypes.",
    "urllib.",
    "ftplib.",
    "http.",
    "smtplib.",
    "sqlite3.",
    "webbrowser.",
    "sys.addaudithook",
)


class Copy(PosixPath):
    """The copy of the one file, which has no name where it lies, under the name that people call it."""

    __slots__ = ()
    called = ""

    @property
    def name(self) -> str:
        """What people call it; suffix and stem follow."""
        return Copy.called


def main() -> None:
    """Answer the one request on stdin."""
    request: Mapping[str, Any] = json.loads(sys.stdin.buffer.read())
    answering = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    measures = request["limits"]
    give_up(memory=measures["memory"], cpu_seconds=measures["cpu_seconds"])
    sys.path.insert(0, str(ROOT))
    try:
        answer = encoded({"read": found(request)})
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except ValueError as error:
        reason = getattr(error, "reason", None)
        if reason is None:
            raise
        answer = encoded({"refused": reason.to_mapping()})
    for start in range(0, len(answer), ANSWER_PIECE):
        piece = memoryview(answer)[start : start + ANSWER_PIECE]
        while piece:
            piece = piece[os.write(answering, piece) :]
    os._exit(0)


def found(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the reader makes of the file."""
    from dataclasses import replace
    from importlib import import_module

    from knowledge import readers
    from knowledge.readers import kinds
    from knowledge.readers.document import Source
    from knowledge.readers.limits import Limits

    Copy.called, path = request["name"], Copy(f"/dev/fd/{request['descriptor']}")
    limits = Limits(**request["limits"])
    official = (
        import_module(f"knowledge.readers.{request['reader']}") if request["reader"] in CALLED else None
    )
    reader = None if official is not None else readers.load(request["reader"])
    sys.addaudithook(refuse_reaching_out(path))
    kinds.check(path.name, path.read_bytes())
    if official is not None:
        options = dict(request["options"])
        if options.pop(ONLY_IF_RECOGNISED, False) and not official.recognises(path):
            return {ONLY_IF_RECOGNISED: False}
        plain: dict[str, Any] = official.read(path, **options).to_mapping()
        return plain
    assert reader is not None  # noqa: S101 - one of the two is
    document = reader.read(Source(path=path, name=path.name, limits=limits))
    return replace(document, reader=reader.name, reader_version=reader.version).to_mapping()


def encoded(answer: Mapping[str, Any]) -> bytes:
    """One line; half a surrogate pair passes too."""
    line = json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n"
    return line.encode("utf-8", "surrogatepass")


def give_up(*, memory: int, cpu_seconds: int) -> None:
    """Take from this process what a reader does not need: memory, time, files to write, children, the network."""
    os.nice(NICER)
    _without_network()
    _at_most(resource.RLIMIT_AS, memory)
    _at_most(resource.RLIMIT_CPU, cpu_seconds, then=cpu_seconds + 1)
    _at_most(resource.RLIMIT_FSIZE, 0)
    _at_most(resource.RLIMIT_CORE, 0)
    _at_most(resource.RLIMIT_NOFILE, OPEN_FILES)
    _at_most(resource.RLIMIT_NPROC, 0)


def _at_most(which: int, amount: int, then: int | None = None) -> None:
    """Set a limit that cannot be raised again; `then` is where the kernel no longer warns but kills."""
    _, hard = resource.getrlimit(which)
    last = amount if then is None else then
    last = last if hard == resource.RLIM_INFINITY else min(last, hard)
    resource.setrlimit(which, (min(amount, last), last))


def _without_network() -> None:
    """A network of its own with nothing in it, where the kernel lets us; no rights gained by starting a program."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def refuse_reaching_out(path: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook that lets Python read this file and its own modules, and do nothing else outside."""
    readable = tuple(
        str(Path(one).resolve()) + os.sep
        for one in (sys.prefix, sys.base_prefix, sys.exec_prefix, ROOT / "knowledge")
    )

    def inside(target: Any) -> None:
        if not (os.path.realpath(os.fsdecode(target)) + os.sep).startswith(readable):
            raise PermissionError("a reader reads its document and its own modules only")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            target, mode, flags = arguments
            if (isinstance(flags, int) and flags & WRITING) or (
                isinstance(mode, str) and set(mode) & set("wax+")
            ):
                raise PermissionError(f"a reader does not write: {mode}")
            if not isinstance(target, int) and os.fsdecode(target) != str(path):
                inside(target)
        elif event in ("os.listdir", "os.scandir"):
            inside(arguments[0])
        elif event.startswith(REFUSED_EVENTS):
            raise PermissionError(f"a reader does not reach out: {event}")

    return hook


if __name__ == "__main__":
    main()
