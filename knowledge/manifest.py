"""What was ingested and which index version is current: small JSON files, each written in one step."""

import fcntl
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from knowledge.passage import UNKNOWN, Passage
from knowledge.readers.reasons import Reason

POINTER = "current.json"
SEAL = "version.json"
DOCUMENTS = "documents"
EDITIONS = "editions"
OFFICIAL = "_official"
FORGOTTEN = "forgotten.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which index version is current.

    `content` is the digest over model, builder, passages and editions: equal content needs no new version.
    `inputs` is the digest over what these were made from, quick to compute: equal inputs give equal content.
    `editions` are the ids of the official editions that were switched on, in that order.
    """

    version: int
    collection: str
    model_id: str
    dim: int
    content: str
    passages: int
    previous: int | None = None
    inputs: str = ""
    editions: tuple[str, ...] = ()

    @property
    def index_version(self) -> str:
        """The version as the log names it."""
        return f"v{self.version}-{self.content[:12]}"

    def folder(self, home: Path) -> Path:
        """Where this version lies."""
        return version_folder(home, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One file that was ingested, as it was read; `added_at` is ISO 8601 in UTC where whoever ingested it said when."""

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
    warnings: tuple[Reason, ...]
    excluded: int = 0
    superseded_by: str | None = None
    added_at: str = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A passage that stays out of the index; `why` is what the check said of it, empty where it said nothing."""

    passage: Passage
    why: str

    @classmethod
    def from_mapping(cls, plain: Mapping[str, Any]) -> Self:
        """What was stored; an earlier version kept the passage alone."""
        if "passage" not in plain:
            return cls(passage=Passage.from_mapping(plain), why="")
        return cls(passage=Passage.from_mapping(plain["passage"]), why=plain["why"])

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON."""
        return {"passage": self.passage.to_mapping(), "why": self.why}


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
    return _pointer(home / POINTER)


def flip(home: Path, pointer: Pointer) -> None:
    """Make a version the current one; readers see the old or the new pointer, never a half."""
    _write_pointer(home / POINTER, pointer)


def seal(home: Path, pointer: Pointer) -> None:
    """Mark a version as built to the end, by the pointer that it would have; the last file written to its folder."""
    _write_pointer(pointer.folder(home) / SEAL, pointer)


def sealed(home: Path) -> tuple[Pointer, ...]:
    """The pointers of the versions that were built to the end and still lie here, newest first."""
    found = []
    for version in reversed(versions(home)):
        try:
            pointer = _pointer(version_folder(home, version) / SEAL)
        except (ValueError, TypeError):
            continue
        if pointer is not None and pointer.version == version:
            found.append(pointer)
    return tuple(found)


def _pointer(path: Path) -> Pointer | None:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if plain.pop("schema", None) != SCHEMA:
        raise ValueError(f"{path.name} is of another schema, expected {SCHEMA}")
    return Pointer(**{**plain, "editions": tuple(plain.get("editions", ()))})


def _write_pointer(path: Path, pointer: Pointer) -> None:
    write_whole(path, json.dumps({"schema": SCHEMA, **asdict(pointer)}, indent=1).encode())


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


def clear_half_written(home: Path) -> None:
    """Remove what a killed writer left beside its files; only while nobody else writes (`building`)."""
    for path in (
        *(home / DOCUMENTS).glob("*/.*.json.*"),
        *(home / EDITIONS).glob(".*.json*"),
        *home.glob(".*.json.*"),
    ):
        path.unlink(missing_ok=True)


def keep_document(
    home: Path, record: DocumentRecord, passages: Sequence[Passage], held_back: Sequence[HeldBack] = ()
) -> None:
    """Store what a reader made of a file, and what was held back of it; the same file again replaces itself."""
    plain = {
        "schema": SCHEMA,
        "record": asdict(record),
        "passages": [one.to_mapping() for one in passages],
        "held_back": [one.to_mapping() for one in held_back],
    }
    write_whole(_document_path(home, record), json.dumps(plain, ensure_ascii=False).encode())


def as_it_is(home: Path, record: DocumentRecord) -> tuple[Path, bytes | None]:
    """The file of a document and its bytes, None where there is none; for `restore`."""
    path = _document_path(home, record)
    return path, path.read_bytes() if path.is_file() else None


def restore(home: Path, before: Mapping[Path, bytes | None]) -> None:
    """Put documents back as they were."""
    with building(home):
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, content)


def documents(home: Path) -> Iterator[tuple[DocumentRecord, tuple[Passage, ...]]]:
    """Every ingested document with its passages, by school and digest, superseded ones included."""
    for path in sorted((home / DOCUMENTS).glob("*/*.json")):
        plain = json.loads(path.read_text(encoding="utf-8"))
        yield _record(plain["record"]), tuple(Passage.from_mapping(one) for one in plain["passages"])


def documents_stamp(home: Path) -> str:
    """Changes whenever a document is kept, replaced or removed; quick, since nothing is read."""
    states = ((path, path.stat()) for path in sorted((home / DOCUMENTS).glob("*/*.json")))
    return "\n".join(
        f"{path.parent.name}/{path.name} {one.st_size} {one.st_mtime_ns}" for path, one in states
    )


def school_records(home: Path, school: str) -> tuple[DocumentRecord, ...]:
    """The records of one school's documents, superseded ones included; no other school's file is opened."""
    return tuple(_record(_plain(path)["record"]) for path in school_files(home, school))


def school_files(home: Path, school: str) -> tuple[Path, ...]:
    """The files that hold one school's documents, by digest."""
    return tuple(sorted((home / DOCUMENTS / _folder(school)).glob("*.json")))


def read_record(path: Path) -> DocumentRecord:
    """The record in one of `school_files`."""
    return _record(_plain(path)["record"])


def school_held_back(home: Path, school: str, sha256: str) -> tuple[HeldBack, ...]:
    """What was kept out of the index of one school's document; nothing if the school has no such document."""
    path = home / DOCUMENTS / _folder(school) / f"{sha256}.json"
    found = next((one for one in school_files(home, school) if one == path), None)
    return () if found is None else tuple(HeldBack.from_mapping(one) for one in _plain(found)["held_back"])


def remove_documents(home: Path, school: str, digests: Collection[str]) -> tuple[str, ...]:
    """Delete what was kept of a school's documents; their passages are not kept for old citations either.

    Returns:
        The ids of the passages that must leave the index; the next build drops them.
    """
    paths = [one for one in school_files(home, school) if one.stem in digests]
    gone = tuple(one["id"] for path in paths for one in _plain(path)["passages"])
    known = forgotten(home)
    write_whole(
        home / FORGOTTEN, json.dumps({"schema": SCHEMA, "passages": sorted({*known, *gone})}).encode()
    )
    for path in paths:
        path.unlink()
    return gone


def forgotten(home: Path) -> frozenset[str]:
    """The ids of passages whose document was removed: their text is kept nowhere."""
    try:
        return frozenset(json.loads((home / FORGOTTEN).read_text(encoding="utf-8"))["passages"])
    except FileNotFoundError:
        return frozenset()


def supersede(home: Path, older: DocumentRecord, by: str) -> None:
    """Mark a document as replaced by the file of another digest; what was kept of it stays."""
    path = _document_path(home, older)
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["record"]["superseded_by"] = by
    write_whole(path, json.dumps(plain, ensure_ascii=False).encode())


def held_back(home: Path) -> tuple[HeldBack, ...]:
    """The passages that were kept out of the index, with the reason, for people to look at."""
    paths = sorted((home / DOCUMENTS).glob("*/*.json"))
    plain = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return tuple(HeldBack.from_mapping(one) for document in plain for one in document["held_back"])


def records(home: Path) -> tuple[DocumentRecord, ...]:
    """The records of all ingested documents."""
    return tuple(record for record, _ in documents(home))


def _record(plain: Mapping[str, Any]) -> DocumentRecord:
    lists = {name: tuple(plain[name]) for name in ("grades", "codes")}
    warnings = tuple(Reason.from_mapping(one) for one in plain["warnings"])
    return DocumentRecord(**{**plain, **lists, "warnings": warnings})


def _document_path(home: Path, record: DocumentRecord) -> Path:
    return home / DOCUMENTS / _folder(record.school) / f"{record.sha256}.json"


def _folder(school: str | None) -> str:
    return school.encode().hex() if school else OFFICIAL


def _plain(path: Path) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return plain
