"""Servers of local models that run by themselves, one for each digest: started, found by their note, asked for health, ended."""

import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import httpx

from app.outbound import Outbound
from app.providers.weights import NotFetched, differs, digest_of, path_of

HEALTH_SECONDS, STOP_SECONDS = 3.0, 20.0
LOOKS, LOOK_SECONDS = 5, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that runs: where it listens, its key, and how it is ended."""

    address: str
    port: int
    key: str
    close: Callable[[], None]


Start = Callable[[Path, int, int], Running]
"""Loads weights with a context of so many tokens, computed by so many threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a running server leaves for whoever may read the data folder; `key` opens it."""

    entry_id: str
    sha256: str
    pid: int
    address: str
    port: int
    key: str
    context_tokens: int
    threads: int
    started: str

    def running(self) -> Running:
        """The server, for a provider to call; it is not the provider's to end."""
        return Running(address=self.address, port=self.port, key=self.key, close=lambda: None)


def find(folder: Path, sha256: str) -> Note | None:
    """The server that runs with the weights of a digest; a note whose process ended is nobody's."""
    path = _note(folder, sha256)
    try:
        with path.open("r", encoding="utf-8") as file:
            if _lock(file, fcntl.LOCK_SH):
                return None  # nobody holds it
            return Note(**json.load(file))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def running(folder: Path) -> tuple[Note, ...]:
    """Every server that runs."""
    digests = [
        path.name.removeprefix(".server-").removesuffix(".note") for path in folder.glob(".server-*.note")
    ]
    return tuple(note for digest in sorted(digests) if (note := find(folder, digest)) is not None)


def is_healthy(note: Note, outbound: Outbound) -> bool:
    """Whether the server says that it can answer."""
    with outbound.client(timeout=HEALTH_SECONDS, limit_bytes=1 << 16, own_port=note.port) as client:
        try:
            return client.get(f"{note.address}/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def stop(folder: Path, note: Note, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """End a server; whether it went.

    The process that is signalled is the one that holds the note open: another that got its number later does not.
    """
    os.kill(note.pid, signal.SIGTERM)
    for _ in range(round(STOP_SECONDS / 0.1)):
        if find(folder, note.sha256) is None:
            return True
        sleep(0.1)
    return False


def serve(
    folder: Path,
    *,
    entry_id: str,
    sha256: str,
    context_tokens: int,
    threads: int,
    now: Callable[[], datetime],
    ended: threading.Event,
    starting: Start,
) -> None:
    """Hash the weights, load them, and serve until `ended`; the key stands in the note and nowhere else.

    Raises:
        NotFetched: the file is not here, is another one, or a server of it runs already.
        ProviderFailed: it cannot be loaded.
    """
    weights = path_of(folder, sha256)
    if not weights.is_file():
        raise NotFetched(f"{weights.name} is not here", key="weights.not_here")
    with _held(_note(folder, sha256)) as file:
        actual = digest_of(weights).hexdigest()
        if actual != sha256:
            raise differs(sha256, actual)
        server = starting(weights, context_tokens, threads)
        try:
            note = Note(
                entry_id=entry_id,
                sha256=sha256,
                pid=os.getpid(),
                address=server.address,
                port=server.port,
                key=server.key,
                context_tokens=context_tokens,
                threads=threads,
                started=now().isoformat(timespec="seconds"),
            )
            json.dump(asdict(note), file)
            file.flush()
            ended.wait()
        finally:
            server.close()


@contextmanager
def _held(path: Path) -> Iterator[IO[str]]:
    """A note that is this process's as long as it is open; gone afterwards."""
    flags = os.O_RDWR | os.O_CREAT
    with os.fdopen(os.open(path, flags, 0o600), "r+", encoding="utf-8") as file:
        _take(file)
        if not path.exists() or os.fstat(file.fileno()).st_ino != path.stat().st_ino:
            raise NotFetched(f"a server of {path.name} is just ending", key="weights.runs_already")
        file.truncate()
        try:
            yield file
        finally:
            path.unlink(missing_ok=True)


def _take(file: IO[str]) -> None:
    """Hold a note for good; whoever looks holds it for a moment, too.

    Raises:
        NotFetched: another process holds it for good.
    """
    for _ in range(LOOKS):
        if _lock(file, fcntl.LOCK_EX):
            return
        time.sleep(LOOK_SECONDS)
    raise NotFetched("a server of these weights runs", key="weights.runs_already")


def _lock(file: IO[str], how: int) -> bool:
    """Take the lock of a note; False: a living process holds it against this."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _note(folder: Path, sha256: str) -> Path:
    return folder / f".server-{sha256.lower()}.note"
