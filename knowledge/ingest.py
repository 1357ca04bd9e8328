"""Takes a school's own documents into the index: read, cut into passages, kept, built, reported."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from knowledge import build, manifest, starter
from knowledge.chunking import MOST_TOKENS, cut, estimated_tokens
from knowledge.curriculum import Catalogue
from knowledge.manifest import DocumentRecord, HeldBack
from knowledge.passage import UNKNOWN, Kind, Passage, passage_id
from knowledge.readers import process
from knowledge.readers.document import Block, Document
from knowledge.readers.intake import take
from knowledge.readers.limits import DOCUMENT, Limits
from knowledge.readers.reasons import Reason, ReasonKey, Refused
from knowledge.retrievers.codes import codes_in
from knowledge.vectors import Embed, Progress

SECTION_PASSAGES = 8
Exclude = Callable[[Passage], str | None]


class Stage(StrEnum):
    """What ingesting is at: files read, passages checked, texts embedded, index built."""

    READING = "reading"
    CHECKING = "checking"
    EMBEDDING = "embedding"
    BUILDING = "building"


Stages = Callable[[Stage, int, int], None]
"""Told the stage with how much of it is done and how much there is."""


class Status(StrEnum):
    """What became of a file."""

    INDEXED = "indexed"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One file: its name, what became of it, how many passages went in and how many were held back, and why.

    `seconds` is the time to read, check and embed it; two outcomes are equal whatever they took.
    """

    name: str
    status: Status
    passages: int = 0
    excluded: int = 0
    codes: tuple[str, ...] = ()
    warnings: tuple[Reason, ...] = ()
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All files and the index version that holds them now; `seconds` counts the building too."""

    school: str | None
    index_version: str
    documents: tuple[Outcome, ...]
    seconds: float = field(default=0.0, compare=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many documents there are of each status, how many passages went in or were held back, how many doubts."""
        states = Counter(one.status for one in self.documents)
        return {
            **{str(status): states[status] for status in Status},
            "passages": sum(one.passages for one in self.documents),
            "excluded": sum(one.excluded for one in self.documents),
            "doubts": sum(len(one.warnings) for one in self.documents if one.status is not Status.REFUSED),
        }

    @property
    def whole(self) -> bool:
        """Whether every file was read whole."""
        return all(one.status is Status.INDEXED for one in self.documents)

    def to_mapping(self) -> dict[str, Any]:
        """A plain mapping for JSON: `warnings` in English for people, `reasons` as keys with facts for programs."""
        documents = [
            {**asdict(one), "warnings": [str(reason) for reason in one.warnings], "reasons": reasons(one)}
            for one in self.documents
        ]
        return {**asdict(self), "documents": documents, "counts": self.counts}


def reasons(outcome: Outcome) -> list[dict[str, Any]]:
    """The reasons of an outcome as plain mappings."""
    return [one.to_mapping() for one in outcome.warnings]


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
    called: Mapping[Path, str] | None = None,
    added_at: str = UNKNOWN,
    before: Callable[[Outcome, DocumentRecord], None] | None = None,
    limits: Limits = DOCUMENT,
    stages: Stages | None = None,
) -> Report:
    """Read files and folders and build an index version that holds them; the same files again change nothing.

    A file of the same name and school with other content takes the older one's place; the older one's passages
    can still be opened by id. `school` None is official material, seen by every school. `exclude` says of a
    passage why it must stay out (text that gives orders), or None. `called` gives the name of a file that lies
    under another one. `before` is told what would be kept, once it is read and embedded and before anything
    changes; if it raises, nothing does. `progress(done, total)` counts the texts embedded, `stages` all that is done.

    A file that cannot be read is reported and leaves the index as it was; where the index cannot be built, the
    documents are as they were.
    """
    begun = time.perf_counter()
    read = starter.load(corpus)
    catalogue = build.catalogue_in_force(home, read)
    outcomes = []
    undo: dict[Path, bytes | None] = {}
    with manifest.building(home):
        manifest.clear_half_written(home)
    told = stages or (lambda stage, done, total: None)
    files = tuple(_files(paths))
    for number, path in enumerate(files):
        since = time.perf_counter()
        told(Stage.READING, number, len(files))
        name = (called or {}).get(path, path.name)
        try:
            record, passages = _read(path, name, limits, school, catalogue, subject, grades, edition)
        except (Refused, OSError) as error:
            refused = error if isinstance(error, Refused) else Refused(ReasonKey.CANNOT_BE_OPENED)
            spent = time.perf_counter() - since
            outcomes.append(
                Outcome(name=name, status=Status.REFUSED, warnings=(refused.reason,), seconds=spent)
            )
            continue
        why: dict[str, str | None] = {}
        for done, passage in enumerate(passages if exclude else (), start=1):
            why[passage.id] = exclude(passage) if exclude else None
            told(Stage.CHECKING, done, len(passages))
        kept = tuple(one for one in passages if why.get(one.id) is None)
        held_back = tuple(
            HeldBack(passage=one, why=said) for one in passages if (said := why.get(one.id)) is not None
        )
        record = replace(record, passages=len(kept), excluded=len(held_back), added_at=added_at)
        embedded = _both(progress, told, Stage.EMBEDDING)
        build.embed_first(home, kept, embed=embed, model_id=model_id, dim=dim, progress=embedded)
        if before is not None:
            before(_outcome(record, 0.0), record)
        with manifest.building(home):
            older = _older(home, record) if kept else ()
            for one in (record, *older):
                undo.setdefault(*manifest.as_it_is(home, one))
            # First the new one, then the old one's end: a kill between the two loses neither.
            manifest.keep_document(home, record, kept, held_back)
            for one in older:
                manifest.supersede(home, one, record.sha256)
        outcomes.append(_outcome(record, time.perf_counter() - since))
    told(Stage.READING, len(files), len(files))
    told(Stage.BUILDING, 0, 1)
    try:
        pointer = build.ensure(home, read, embed=embed, model_id=model_id, dim=dim, progress=progress)
    except BaseException:
        manifest.restore(home, undo)
        raise
    told(Stage.BUILDING, 1, 1)
    return Report(
        school=school,
        index_version=pointer.index_version,
        documents=tuple(outcomes),
        seconds=time.perf_counter() - begun,
    )


def _both(progress: Progress | None, told: Stages, stage: Stage) -> Progress:
    """One listener in the place of two."""

    def counted(done: int, total: int) -> None:
        told(stage, done, total)
        if progress is not None:
            progress(done, total)

    return counted


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")
            )
        else:
            yield path


def remove(
    home: Path,
    sha256: str,
    *,
    school: str,
    embed: Embed,
    model_id: str,
    dim: int,
    corpus: Path = starter.SHIPPED,
) -> bool:
    """Take a school's document out of the index, with the older files whose place it took; their text is deleted.

    Returns:
        Whether the school had it.
    """
    with manifest.building(home):
        known = {one.sha256: one for one in manifest.school_records(home, school)}
        if sha256 not in known:
            return False
        gone = {sha256}
        while older := {one.sha256 for one in known.values() if one.superseded_by in gone} - gone:
            gone |= older
        manifest.remove_documents(home, school, gone)
    build.ensure(home, starter.load(corpus), embed=embed, model_id=model_id, dim=dim)
    return True


def _read(
    path: Path,
    name: str,
    limits: Limits,
    school: str | None,
    catalogue: Catalogue,
    subject: str,
    grades: tuple[int, ...],
    edition: str,
) -> tuple[DocumentRecord, tuple[Passage, ...]]:
    with take(path, limits, name=name) as taken:
        content = process.read_taken(taken, limits=limits)
    record = DocumentRecord(
        name=taken.name,
        sha256=taken.sha256,
        size=taken.size,
        school=school,
        reader=content.reader,
        reader_version=content.reader_version,
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


def _older(home: Path, record: DocumentRecord) -> tuple[DocumentRecord, ...]:
    """The documents whose place this one takes: of the same name and school, with other content."""
    return tuple(
        one
        for one in manifest.records(home)
        if one.name == record.name
        and one.school == record.school
        and one.sha256 != record.sha256
        and one.superseded_by is None
    )


def _outcome(record: DocumentRecord, seconds: float) -> Outcome:
    held_back = (Reason.of(ReasonKey.HELD_BACK, count=record.excluded),) if record.excluded else ()
    whole = record.complete and not record.excluded
    return Outcome(
        name=record.name,
        status=Status.INDEXED if whole else Status.INCOMPLETE,
        passages=record.passages,
        excluded=record.excluded,
        codes=record.codes,
        warnings=(*record.warnings, *held_back),
        seconds=seconds,
    )
