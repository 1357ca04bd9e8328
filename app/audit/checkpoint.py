"""Signed heads of the tree: a row in the database, and the same note in a file outside it."""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.envelope import stamped
from app.audit.leadership import Leadership
from app.audit.note import Signer
from app.audit.tables import CHECKPOINT
from app.audit.tree import edge_of, size_of
from app.database import Database
from app.errors import Words
from app.runtime import Runtime

FILE = "log.checkpoints"
SIGNATURE = "— "
CUT = "— cut\n"
TAIL_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A head of the tree as its note says it; whether it was signed by whom is the verifier's question."""

    origin: str
    size: int
    root: bytes
    note: str


def text_of(origin: str, size: int, root: bytes, at: datetime) -> str:
    """The text that is signed: origin, size, root and, on an extension line, the time.

    Source: C2SP tlog-checkpoint.
    """
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\ntime {stamped(at)}\n"


def parse(note: str) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ValueError: not one.
    """
    lines = note.split("\n")
    if len(lines) < 3:
        raise ValueError("a checkpoint has at least three lines")
    root = base64.b64decode(lines[2], validate=True)
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root, note=note)


def notes(text: str) -> Iterator[str]:
    """The notes of a file that holds one after the other; what a crash cut off is left out."""
    lines: list[str] = []
    signed = False
    for line in text.splitlines(keepends=True):
        if signed and not line.startswith(SIGNATURE):
            yield "".join(lines)
            lines, signed = [], False
        if line == CUT:
            lines = []
            continue
        lines.append(line)
        signed = signed or (line.startswith(SIGNATURE) and line.endswith("\n"))
    if signed:
        yield "".join(lines)


def newest_over(session: Session, index: int) -> str | None:
    """The newest note in the database, if its tree holds the leaf."""
    note = session.scalar(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1))
    return note if note is not None and parse(note).size > index else None


class Checkpoints:
    """The checkpoints of one log; only who leads may add one."""

    def __init__(self, database: Database, runtime: Runtime, signer: Signer, folder: Path) -> None:
        self.path = folder / FILE
        self._database = database
        self._runtime = runtime
        self._signer = signer

    def last(self) -> Checkpoint | None:
        """The newest in the database."""
        note = self._database.read(
            lambda session: session.scalar(
                select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1)
            )
        )
        return None if note is None else parse(note)

    def outside(self) -> Checkpoint | None:
        """The newest in the file outside the database.

        Raises:
            ValueError: the file holds something else.
        """
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
            file.seek(start)
            tail = list(notes(file.read().decode(errors="replace")))
        # Heads only grow, so the newest stands last; a tail that begins inside a note begins with a broken one.
        found = [parse(note) for note in (tail[1:] if start else tail)]
        return max(found, key=lambda checkpoint: checkpoint.size, default=None)

    def contradiction(self) -> Words | None:
        """Why nothing more may be signed: the tables are not the tree that was signed before."""
        try:
            signed = (self.outside(), self.last())
        except ValueError:
            return Words(key="audit.alarm.unreadable", facts={"file": self.path.name})
        for known in signed:
            if known is None:
                continue
            size = self._database.read(size_of)
            if known.size > size:
                return Words(key="audit.alarm.rolled_back", facts={"signed": known.size, "size": size})
            at = known.size
            try:
                root = self._database.read(lambda session, at=at: edge_of(session, at).root())  # type: ignore[misc]
            except LookupError:
                root = b""
            if root != known.root:
                return Words(key="audit.alarm.contradiction", facts={"size": known.size})
        return None

    def add(self, leader: Leadership, size: int, root: bytes) -> Checkpoint:
        """Sign a head: first into the file, then into the database, each durable.

        Raises:
            NotRecorded: the database did not take it.
            OSError: the file did not take it.
        """
        now = self._runtime.now()
        note = self._signer.sign(text_of(self._signer.name, size, root, now))
        self._append(note)
        row = {"size": size, "root": root.hex(), "note": note, "created_at": now}
        leader.write(lambda session: session.execute(insert(CHECKPOINT), row))
        return Checkpoint(origin=self._signer.name, size=size, root=root, note=note)

    def _append(self, note: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            end = os.lseek(descriptor, 0, os.SEEK_END)
            tail = os.pread(descriptor, 512, max(0, end - 512)).decode(errors="replace")
            whole = not tail or (tail.endswith("\n") and tail.splitlines()[-1].startswith(SIGNATURE))
            # What a crash cut off is marked, so that the next note stands on its own.
            mark = "" if whole else ("" if tail.endswith("\n") else "\n") + CUT
            os.write(descriptor, (mark + note).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
