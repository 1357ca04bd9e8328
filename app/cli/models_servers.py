"""What `ustaz models` does with servers: start one beside the app for an entry, say whether it answers, end it."""

import argparse
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from app.cli.models_here import Told, folder_of, wanted
from app.outbound import Outbound, nowhere
from app.providers import servers
from app.providers.servers import Note
from app.providers.weights import NotFetched
from app.registry import RegistryEntry
from app.routing.bindings import context_in_use
from app.runtime import Runtime
from app.settings import Settings

START_SECONDS = 120


def serve(settings: Settings, name: str) -> int:
    """Serve one entry in this process until it is ended."""
    from app.providers.llama_cpp import start

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    entry = _in_force(settings, name)
    servers.serve(
        folder_of(settings),
        entry_id=entry.entry_id,
        sha256=str(entry.sha256),
        context_tokens=context_in_use(entry, settings.context),
        threads=settings.threads,
        now=Runtime().now,
        ended=ended,
        starting=start,
    )
    return 0


def told_start(settings: Settings, arguments: argparse.Namespace) -> Told:
    """Start a process that serves an entry, and wait until it answers."""
    folder, entry = folder_of(settings), _in_force(settings, arguments.id)
    name, sha256 = entry.entry_id, str(entry.sha256)
    if servers.find(folder, sha256) is not None:
        raise NotFetched(name, key="weights.runs_already")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f".server-{sha256}.log"
    with log.open("w") as said:
        command = [sys.executable, "-m", "app", "models", "start", "--foreground", name]
        process = subprocess.Popen(  # noqa: S603 - our own command with an id of the signed list
            command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True
        )
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        note = servers.find(folder, sha256)
        if note is not None and servers.is_healthy(note, Outbound(allowed=nowhere)):
            log.unlink()
            return Told({"verb": "start", "server": _row(note, healthy=True)}, (_line(note, healthy=True),))
        time.sleep(0.2)
    process.terminate()
    why = log.read_text(encoding="utf-8", errors="replace").strip()[-400:]
    raise NotFetched(why or name, key="weights.server_failed", seconds=START_SECONDS)


def told_stop(settings: Settings, arguments: argparse.Namespace) -> Told:
    """End the server of an entry."""
    folder = folder_of(settings)
    note = _named(folder, arguments.id)
    gone = servers.stop(folder, note)
    return Told(
        {"verb": "stop", "server": _row(note, healthy=not gone)},
        (f"{note.entry_id}: {'ended' if gone else 'does not end'}",),
        0 if gone else 1,
    )


def told_health(settings: Settings, arguments: argparse.Namespace) -> Told:
    """Ask every server that runs."""
    outbound = Outbound(allowed=nowhere)
    found = [(note, servers.is_healthy(note, outbound)) for note in servers.running(folder_of(settings))]
    return Told(
        {"verb": "health", "servers": [_row(note, healthy=healthy) for note, healthy in found]},
        [_line(note, healthy=healthy) for note, healthy in found]
        or ["No server of a local model runs by itself."],
        0 if all(healthy for _, healthy in found) else 1,
    )


def _in_force(settings: Settings, name: str) -> RegistryEntry:
    entry = wanted(settings, name).entry
    if entry is None:
        raise NotFetched(name, key="weights.not_in_force")
    return entry


def _named(folder: Path, name: str) -> Note:
    """The running server of an entry, in force or not any more."""
    from app.providers.weights import models

    digest = models()[name].sha256 if name in models() else ""
    for note in servers.running(folder):
        if name == note.entry_id or digest == note.sha256:
            return note
    raise NotFetched(name, key="weights.not_running")


def _row(note: Note, *, healthy: bool) -> dict[str, object]:
    """A server for scripts; never its key."""
    return {
        "entry_id": note.entry_id,
        "sha256": note.sha256,
        "pid": note.pid,
        "port": note.port,
        "context_tokens": note.context_tokens,
        "threads": note.threads,
        "started": note.started,
        "healthy": healthy,
    }


def _line(note: Note, *, healthy: bool) -> str:
    said = "answers" if healthy else "DOES NOT ANSWER"
    return f"{said:>15}  {note.entry_id}  port {note.port}, context {note.context_tokens}, threads {note.threads}"
