"""Takes a school's own documents into the index: read, cut into passages, kept, built, reported."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from knowledge import build, manifest, readers, starter
from knowledge.chunking import MOST_TOKENS, cut, estimated_tokens
from knowledge.curriculum import Catalogue
from knowledge.manifest import DocumentRecord
from knowledge.passage import UNKNOWN, Kind, Passage, passage_id
from knowledge.readers.document import Block, Document, Refused
from knowledge.retrievers.codes import codes_in
from knowledge.vectors import Embed, Progress

SECTION_PASSAGES = 8
Exclude = Callable[[Passage], bool]


class Status(StrEnum):
    """What became of a file."""

    INDEXED = "indexed"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One file: its name, what became of it, how many passages went in and how many were held back, and why."""

    name: str
    status: Status
    passages: int = 0
    excluded: int = 0
    codes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All files and the index version that holds them now."""

    school: str | None
    index_version: str
    documents: tuple[Outcome, ...]

    @property
    def whole(self) -> bool:
        """Whether every file was read whole."""
        return all(one.status is Status.INDEXED for one in self.documents)

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON."""
        return asdict(self)


def ingest(
    home: Path,
    paths: Sequence[Path],
    *,
    school: str | None,
    embed: Embed,
    model_id: str,
    dim: int,
    corpus: Path = starter.SHIPPED,
    subject: str = "",
    grades: tuple[int, ...] = (),
    edition: str = UNKNOWN,
    exclude: Exclude | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read files and folders and build an index version that holds them; the same files again change nothing.

    A file of the same name and school with other content takes the older one's place; the older one's passages
    can still be opened by id. `school` None is official material, seen by every school. `exclude` says of a
    passage that it must stay out (text that gives orders).

    A file that cannot be read is reported and leaves the index as it was.
    """
    read = starter.load(corpus)
    outcomes = []
    with manifest.building(home):
        for path in _files(paths):
            try:
                record, passages = _read(path, school, read.catalogue, subject, grades, edition)
            except (Refused, OSError) as error:
                reason = str(error) if isinstance(error, Refused) else (error.strerror or "cannot be read")
                outcomes.append(Outcome(name=path.name, status=Status.REFUSED, warnings=(reason,)))
                continue
            kept = tuple(one for one in passages if exclude is None or not exclude(one))
            held_back = tuple(one for one in passages if one not in kept)
            record = replace(record, passages=len(kept), excluded=len(held_back))
            if kept:
                _supersede(home, record)
            manifest.keep_document(home, record, kept, held_back)
            outcomes.append(_outcome(record))
    pointer = build.ensure(home, read, embed=embed, model_id=model_id, dim=dim, progress=progress)
    return Report(school=school, index_version=pointer.index_version, documents=tuple(outcomes))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")
            )
        else:
            yield path


def _read(
    path: Path, school: str | None, catalogue: Catalogue, subject: str, grades: tuple[int, ...], edition: str
) -> tuple[DocumentRecord, tuple[Passage, ...]]:
    if not path.is_file():
        raise Refused("there is no such file")
    reader = readers.reader_for(path)
    content = reader.read(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    record = DocumentRecord(
        name=path.name,
        sha256=digest,
        size=path.stat().st_size,
        school=school,
        reader=reader.name,
        reader_version=reader.version,
        title=content.title,
        language=content.language,
        subject=subject,
        grades=grades,
        edition=edition,
        passages=0,
        codes=(),
        complete=content.complete,
        warnings=content.warnings,
    )
    passages = tuple(_passages(content, record, catalogue))
    codes = tuple(dict.fromkeys(code for one in passages for code in one.codes))
    return replace(record, codes=codes), passages


def _passages(content: Document, record: DocumentRecord, catalogue: Catalogue) -> Iterator[Passage]:
    """The passages of a document: neighbours of one place joined up to the size of an objective."""
    seen: set[str] = set()
    section, in_section, last_place = 0, 0, None
    for text, block in _pieces(content.blocks):
        if block.place != last_place or in_section >= SECTION_PASSAGES:
            section, in_section, last_place = section + 1, 0, block.place
        in_section += 1
        identity = passage_id(
            text=text, language=content.language, source=record.title, place=block.place, school=record.school
        )
        if identity in seen:
            continue
        seen.add(identity)
        yield Passage(
            id=identity,
            text=text,
            language=content.language,
            kind=Kind.DOCUMENT,
            title=block.heading if block.heading not in ("", text) else record.title,
            subject=record.subject,
            grades=record.grades,
            codes=tuple(code for code in codes_in(text) if catalogue.find(code)),
            family=f"document:{record.school or ''}:{record.sha256[:16]}:{section}#{in_section}",
            source=record.title,
            edition=record.edition,
            place=block.place,
            school=record.school,
        )


def _pieces(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """Texts of passage size with the block they begin in; what stands alone is not joined."""
    spoken = [block for block in blocks if not block.note]
    for (_, alone), group in groupby(spoken, key=lambda block: (block.place, block.alone)):
        waiting = ""
        first: Block | None = None
        for block in group:
            joined = f"{waiting} {block.text}".strip()
            if first is not None and (alone or estimated_tokens(joined) > MOST_TOKENS):
                yield from ((piece, first) for piece in cut(waiting))
                waiting, first = block.text, block
            else:
                waiting, first = joined, first or block
        if first is not None:
            yield from ((piece, first) for piece in cut(waiting))


def _supersede(home: Path, record: DocumentRecord) -> None:
    for older in manifest.records(home):
        same = older.name == record.name and older.school == record.school
        if same and older.sha256 != record.sha256 and older.superseded_by is None:
            manifest.supersede(home, older, record.sha256)


def _outcome(record: DocumentRecord) -> Outcome:
    held_back = (f"{record.excluded} passages held back",) if record.excluded else ()
    whole = record.complete and not record.excluded
    return Outcome(
        name=record.name,
        status=Status.INDEXED if whole else Status.INCOMPLETE,
        passages=record.passages,
        excluded=record.excluded,
        codes=record.codes,
        warnings=(*record.warnings, *held_back),
    )
