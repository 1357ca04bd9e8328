"""Whether an index version lies on disk as it was written: sizes, digests, and Chroma's own database."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.manifest import SEAL, write_whole

FILES = "files.json"
CHROMA = "chroma"
DATABASE = "chroma.sqlite3"
WRITTEN_OUT = "index_metadata.pickle"
# Hashing takes about 0.6 ms a megabyte; the rest is hashed when somebody asks (`ustaz doctor`).
HASHED_AT_OPEN = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a version: the file, as a path inside its folder, and what was seen."""

    file: str
    seen: str

    def __str__(self) -> str:
        return f"{self.file}: {self.seen}"


def note(folder: Path) -> None:
    """Write down size and SHA-256 of every file of a version that was just built; what opening changes has no digest."""
    files = {
        one.relative_to(folder).as_posix(): {
            "size": one.stat().st_size,
            "sha256": None if _changes_when_opened(one) else _sha256(one),
        }
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one.name not in {FILES, SEAL}
    }
    write_whole(folder / FILES, json.dumps({"schema": 1, "files": files}, indent=1).encode())


def troubles(folder: Path, *, most_hashed: float = HASHED_AT_OPEN) -> Iterator[Trouble]:
    """What is wrong, cheapest checks first.

    All sizes are compared. Contents are hashed from the smallest file on until `most_hashed` bytes are spent.
    Chroma notes in its database each time that it is opened, so the database is held to SQLite's own check and to
    its least size in place of a digest.
    """
    try:
        noted = json.loads((folder / FILES).read_text(encoding="utf-8"))["files"]
        files = sorted(noted.items(), key=lambda one: int(one[1]["size"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield Trouble(file=FILES, seen="missing or damaged")
        return
    for name, one in files:
        path = folder / name
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            yield Trouble(file=name, seen="missing")
        elif size < one["size"] or (size != one["size"] and path.name != DATABASE):
            yield Trouble(file=name, seen=f"{size} bytes, expected {one['size']}")
        elif (most_hashed := most_hashed - size) >= 0:
            if path.name == DATABASE:
                yield from _database(path, name)
            elif one["sha256"] is not None and _sha256(path) != one["sha256"]:
                yield Trouble(file=name, seen="other bytes than were written")


def _changes_when_opened(path: Path) -> bool:
    """Chroma's database, and the graph of a collection too small to be written out (its rows are in the database)."""
    unwritten = path.parent.parent.name == CHROMA and not (path.parent / WRITTEN_OUT).exists()
    return path.name == DATABASE or unwritten


def _database(path: Path, name: str) -> Iterator[Trouble]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            said = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        yield Trouble(file=name, seen=str(said))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
