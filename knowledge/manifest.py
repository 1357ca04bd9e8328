"""What was ingested and which index version is current: small JSON files, each written in one step."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.passage import UNKNOWN, Passage

POINTER = "current.json"
DOCUMENTS = "documents"
OFFICIAL = "_official"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which index version is current.

    `content` is the digest over model, builder and passage ids: equal content needs no new version.
    """

    version: int
    collection: str
    model_id: str
    dim: int
    content: str
    passages: int
    previous: int | None = None

    @property
    def index_version(self) -> str:
        """The version as the log names it."""
        return f"v{self.version}-{self.content[:12]}"

    def folder(self, home: Path) -> Path:
        """Where this version lies."""
        return version_folder(home, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One file that was ingested, as it was read."""

    name: str
    sha256: str
    size: int
    school: str | None
    reader: str
    reader_version: int
    title: str
    language: str
    subject: str
    grades: tuple[int, ...]
    edition: str = UNKNOWN
    passages: int
    codes: tuple[str, ...]
    complete: bool
    warnings: tuple[str, ...]
    excluded: int = 0
    superseded_by: str | None = None


def version_folder(home: Path, version: int) -> Path:
    """The folder of an index version."""
    return home / f"v{version:04d}"


def versions(home: Path) -> tuple[int, ...]:
    """The versions that lie in the folder, finished or not, ascending."""
    found = (one.name[1:] for one in home.glob("v[0-9]*") if one.is_dir())
    return tuple(sorted(int(number) for number in found if number.isdigit()))


def read_pointer(home: Path) -> Pointer | None:
    """The current version; None before the first build.

    Raises:
        ValueError: the file is damaged or of another schema.
    """
    try:
        plain = json.loads((home / POINTER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if plain.pop("schema", None) != SCHEMA:
        raise ValueError(f"{POINTER} is of another schema, expected {SCHEMA}")
    return Pointer(**plain)


def flip(home: Path, pointer: Pointer) -> None:
    """Make a version the current one; readers see the old or the new pointer, never a half."""
    write_whole(home / POINTER, json.dumps({"schema": SCHEMA, **asdict(pointer)}, indent=1).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: to a neighbour, to disk, then renamed over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def building(home: Path) -> Iterator[None]:
    """Only one process at a time builds or ingests in a folder; others wait."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "build.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def keep_document(
    home: Path, record: DocumentRecord, passages: Sequence[Passage], held_back: Sequence[Passage] = ()
) -> None:
    """Store what a reader made of a file, and what was held back of it; the same file again replaces itself."""
    plain = {
        "schema": SCHEMA,
        "record": asdict(record),
        "passages": [one.to_mapping() for one in passages],
        "held_back": [one.to_mapping() for one in held_back],
    }
    write_whole(_document_path(home, record), json.dumps(plain, ensure_ascii=False).encode())


def documents(home: Path) -> Iterator[tuple[DocumentRecord, tuple[Passage, ...]]]:
    """Every ingested document with its passages, by school and digest, superseded ones included."""
    for path in sorted((home / DOCUMENTS).glob("*/*.json")):
        plain = json.loads(path.read_text(encoding="utf-8"))
        yield _record(plain["record"]), tuple(Passage.from_mapping(one) for one in plain["passages"])


def supersede(home: Path, older: DocumentRecord, by: str) -> None:
    """Mark a document as replaced by the file of another digest; what was kept of it stays."""
    path = _document_path(home, older)
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["record"]["superseded_by"] = by
    write_whole(path, json.dumps(plain, ensure_ascii=False).encode())


def held_back(home: Path) -> tuple[Passage, ...]:
    """The passages that were kept out of the index, for people to look at."""
    paths = sorted((home / DOCUMENTS).glob("*/*.json"))
    plain = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return tuple(Passage.from_mapping(one) for document in plain for one in document["held_back"])


def records(home: Path) -> tuple[DocumentRecord, ...]:
    """The records of all ingested documents."""
    return tuple(record for record, _ in documents(home))


def _record(plain: Mapping[str, Any]) -> DocumentRecord:
    lists = {name: tuple(plain[name]) for name in ("grades", "codes", "warnings")}
    return DocumentRecord(**{**plain, **lists})


def _document_path(home: Path, record: DocumentRecord) -> Path:
    folder = record.school.encode().hex() if record.school else OFFICIAL
    return home / DOCUMENTS / folder / f"{record.sha256}.json"
