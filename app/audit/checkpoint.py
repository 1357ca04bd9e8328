"""Signed heads of the tree: a row in the database, and the same note in a file outside it."""

import base64
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.append_file import append
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
# The end of a file whose last note is whole: a signature has a key id of 4 bytes and 64 bytes or more.
WHOLE = re.compile(r"^— (cut|\S+ (?:[\w+/]{4}){22,}[\w+/]{2}[\w+/=]{2})\n\Z", re.MULTILINE | re.ASCII)
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


def time_of(note: str) -> datetime | None:
    """The time that a head states on its extension line."""
    found = (line.removeprefix("time ") for line in note.split("\n")[3:] if line.startswith("time "))
    try:
        return datetime.fromisoformat(next(found, ""))
    except ValueError:
        return None


def notes(text: str) -> Iterator[str]:
    """The notes of a file that holds one after the other; what a crash cut off is left out."""
    lines: list[str] = []
    signed = False
    for line in text.splitlines(keepends=True):
        if signed and not line.startswith(SIGNATURE):
            yield "".join(lines)
            lines, signed = [], False
        if line == CUT:
            lines, signed = [], False
            continue
        lines.append(line)
        signed = signed or (line.startswith(SIGNATURE) and line.endswith("\n"))
    if signed:
        yield "".join(lines)


def largest_in(path: Path) -> Checkpoint | None:
    """The largest head of a file; heads only grow, so only its end is read unless there is none.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something that is no head.
    """
    with path.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
        file.seek(start)
        tail = list(notes(file.read().decode(errors="replace")))
        if start:
            tail = tail[1:]  # an end that begins inside a note begins with a broken one
        if start and not tail:
            file.seek(0)
            tail = list(notes(file.read().decode(errors="replace")))
    # A stump may end in a line that looks signed: a mark that was cut after its first byte.
    whole = [head for head in map(parse, tail) if WHOLE.search(head.note)]
    return max(whole, key=lambda head: head.size, default=None)


def append_notes(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write notes at the end of a file, durably; a stump before them is marked, so that they stand on their own.

    Raises:
        OSError: the file did not take all of it.
    """

    def added(tail: bytes) -> bytes:
        if not text or not tail or WHOLE.search(tail.decode(errors="replace")):
            return text.encode()
        mark = f"\n{CUT}".encode()
        begun = max(size for size in range(len(mark)) if tail.endswith(mark[:size]))  # a mark may be cut, too
        return mark[begun:] + text.encode()

    append(path, added, mode=mode)


def newest_over(session: Session, index: int) -> str | None:
    """The newest note in the database, if its tree holds the leaf."""
    note = session.scalar(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1))
    return note if note is not None and parse(note).size > index else None


class Checkpoints:
    """The checkpoints of one log; only who leads may add one.

    Args:
        renewed: gives the log's signing key as it is now; asked before each head, so that a key which somebody
            replaced signs nothing more by itself. The first head of a new key is signed by the old one too:
            whoever knows the old key only thereby sees that its holder named the new one.
    """

    def __init__(
        self,
        database: Database,
        runtime: Runtime,
        signer: Signer,
        folder: Path,
        *,
        origin: str | None = None,
        renewed: Callable[[], Signer] | None = None,
    ) -> None:
        self.path = folder / FILE
        self._origin = origin or signer.name
        self._renewed = renewed or (lambda: signer)
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
        return largest_in(self.path) if self.path.exists() else None

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
            BadSetting: the key was replaced, and the file of the new one is not as it must be.
        """
        now, signer = self._runtime.now(), self._renewed()
        text = text_of(self._origin, size, root, now)
        note = self._signer.sign(text) + ("" if signer.name == self._signer.name else signer.line(text))
        self._append(note)
        row = {"size": size, "root": root.hex(), "note": note, "created_at": now}
        leader.write(lambda session: session.execute(insert(CHECKPOINT), row))
        self._signer = signer
        return Checkpoint(origin=self._origin, size=size, root=root, note=note)

    def _append(self, note: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        append_notes(self.path, note, mode=0o600)
