"""What the desk asks a model, as lawful rows for training: our own imperatives over the texts of real drafts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.assistant.desk_asking import instruction_of, request_of
from app.assistant.desk_events import Change
from app.documents.brief import Brief, Kind
from app.documents.draft import draft
from app.documents.field import Field
from app.documents.form import load
from app.documents.material import BadBrief, gather
from guardrails.rows import BENIGN, DESK, Row
from knowledge import starter
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.passage import Passage
from knowledge.plan import Topic

CHANGES = (None, *(change for change in Change if change is not Change.OWN))
MOST, EMBEDDED = 320, 96
"""Requests of a language, those whose digests come first; the meaning of the first of these teaches as well."""
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterShelf:
    """The starter corpus as documents see it: read from its files, with no index and no embedding."""

    corpus: starter.Corpus
    plan: tuple[Topic, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        """Its objectives."""
        return self.corpus.catalogue

    def passages(self) -> Sequence[Passage]:
        """All of its notes."""
        return self.corpus.passages

    def topics(self, objective: LearningObjective) -> Sequence[Topic]:
        """The topics of the plan that name an objective."""
        return tuple(one for one in self.plan if objective.code in one.codes)

    def plan_of(self, programme: str, grade: int) -> Sequence[Topic]:
        """The topics of a programme in a grade."""
        return tuple(one for one in self.plan if (one.programme, one.grade) == (programme, grade))


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A subject, grade and programme of the corpus with its codes."""

    subject: str
    grade: int
    programme: str
    codes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.subject}-{self.grade}-{self.programme}"


def classes(corpus: starter.Corpus) -> tuple[Class, ...]:
    """Every subject, grade and programme of the corpus."""
    found: dict[tuple[str, int, str], list[str]] = {}
    for one in corpus.catalogue.all_objectives:
        found.setdefault((one.subject, one.grade, one.programme.key), []).append(one.code)
    return tuple(
        Class(subject=subject, grade=grade, programme=programme, codes=tuple(dict.fromkeys(codes)))
        for (subject, grade, programme), codes in found.items()
    )


def requests(
    shelf: StarterShelf, language: str, chosen: Sequence[Class], *, most: int = 2
) -> Iterator[tuple[str, str]]:
    """Every sort of field of every kind of document for some classes, with every change: the name of its instruction and the text, each text once.

    Args:
        most: objectives of a document.
    """
    seen = set()
    spoken: Any = language  # a brief refuses every other one
    for one in chosen:
        for kind in Kind:
            brief = Brief(
                kind=kind,
                language=spoken,
                subject=one.subject,
                grade=one.grade,
                programme=one.programme,
                codes=one.codes[:most],
            )
            try:
                material = gather(shelf, brief, school=None)
                document = draft(brief, material, load(brief.kind, brief.language), document=_NOBODY)
            except (
                BadBrief
            ):  # what a calendar or a summative needs beside objectives, the starter corpus lacks
                continue
            for field in document.to_write():
                for change in CHANGES:
                    if (name := _written(field, language, change)) is not None:
                        text = request_of(document, field, material, change=change)
                        if text not in seen:
                            seen.add(text)
                            yield name, text


def drafted_rows(language: str) -> Iterator[Row]:
    """Requests over the drafts of every second class of the starter corpus; the others are left for looking at what was learned."""
    corpus = starter.load()
    found = requests(StarterShelf(corpus=corpus), language, classes(corpus)[1::2])
    ordered = sorted(found, key=lambda one: sha256(one[1].encode("utf-8", "surrogatepass")).digest())
    for number, (name, text) in enumerate(ordered[:MOST]):
        yield Row(
            text=text, label=BENIGN, language=language, group=name, source=DESK, embedded=number < EMBEDDED
        )


def _written(field: Field, language: str, change: Change | None) -> str | None:
    """The name of the instruction by which a model writes such a field; None where no model does."""
    try:
        return instruction_of(field, language, change).name
    except KeyError:
        return None
