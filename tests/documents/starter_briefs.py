"""Briefs over the starter corpus, and the documents made from them: what the tests of documents share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from app.documents.brief import MOST_OBJECTIVES, Brief, Kind
from app.documents.document import Document
from app.documents.draft import draft
from app.documents.form import load
from app.documents.material import gather
from knowledge import starter
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.passage import Passage
from knowledge.plan import Topic

LANGUAGES = ("kk", "ru", "en")
DOCUMENT_ID = UUID("00000000-0000-4000-8000-000000000001")


@cache
def corpus() -> starter.Corpus:
    """The corpus that ships, read once; nobody can change it."""
    return starter.load()


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterShelf:
    """The starter corpus as documents see it: read from its files, with no index and no embedding."""

    corpus: starter.Corpus
    plan: tuple[Topic, ...] = ()

    @property
    def catalogue(self) -> Catalogue:
        return self.corpus.catalogue

    def passages(self) -> Sequence[Passage]:
        return self.corpus.passages

    def topics(self, objective: LearningObjective) -> Sequence[Topic]:
        return tuple(one for one in self.plan if objective.code in one.codes)

    def plan_of(self, programme: str, grade: int) -> Sequence[Topic]:
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


@cache
def classes() -> tuple[Class, ...]:
    """Every subject, grade and programme of the starter corpus, for `parametrize`."""
    found: dict[tuple[str, int, str], list[str]] = {}
    for one in corpus().catalogue.all_objectives:
        found.setdefault((one.subject, one.grade, one.programme.key), []).append(one.code)
    return tuple(
        Class(subject=subject, grade=grade, programme=programme, codes=tuple(dict.fromkeys(codes)))
        for (subject, grade, programme), codes in found.items()
    )


def brief_of(kind: Kind, language: str, one: Class, *, most: int = MOST_OBJECTIVES, **more: Any) -> Brief:
    """A brief for the first objectives of a class."""
    plain = {
        "kind": kind,
        "language": language,
        "subject": one.subject,
        "grade": one.grade,
        "programme": one.programme,
        "codes": one.codes[:most],
    }
    return Brief(**{**plain, **more})


FRACTIONS = Class(
    subject="mathematics", grade=5, programme="399-52", codes=("5.1.2.17", "5.1.2.18", "5.1.2.19")
)
"""A class with notes in all three languages."""


def drafted(shelf: StarterShelf, brief: Brief, *, school: str | None = None) -> Document:
    """The first draft of a brief in the form that ships."""
    material = gather(shelf, brief, school=school)
    return draft(brief, material, load(brief.kind, brief.language), document=DOCUMENT_ID)
