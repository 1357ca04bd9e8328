"""Briefs over the starter corpus, and the documents made from them: what the tests of documents share."""

from functools import cache
from typing import Any
from uuid import UUID

from app.cli import desk_rows
from app.cli.desk_rows import Class, StarterShelf
from app.documents.brief import MOST_OBJECTIVES, Brief, Kind
from app.documents.document import Document
from app.documents.draft import draft
from app.documents.form import load
from app.documents.material import gather
from knowledge import starter

__all__ = ["Class", "StarterShelf", "brief_of", "classes", "corpus", "drafted"]
LANGUAGES = ("kk", "ru", "en")
DOCUMENT_ID = UUID("00000000-0000-4000-8000-000000000001")


@cache
def corpus() -> starter.Corpus:
    """The corpus that ships, read once; nobody can change it."""
    return starter.load()


@cache
def classes() -> tuple[Class, ...]:
    """Every subject, grade and programme of the starter corpus, for `parametrize`."""
    return desk_rows.classes(corpus())


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
