"""Which layout a kind of document has, and the whole of it: its blocks, its sources, the AI line at the foot."""

from typing import Protocol

from app.documents import Document, Kind
from app.documents.form import Form
from app.exports import words
from app.exports.layout import Block, Layout
from app.exports.layouts import (
    assessment,
    calendar,
    glossary,
    letter,
    parts,
    plan,
    quiz,
    rubric,
    sections,
    tasks,
)
from app.exports.mark import Mark
from app.exports.text import single
from app.exports.words import Words


class Shape(Protocol):
    """What a file of `layouts/` holds."""

    @property
    def LANDSCAPE(self) -> bool:
        """Whether its tables need the wide side of the page."""
        ...

    def blocks(self, document: Document, form: Form, words: Words) -> tuple[Block, ...]:
        """The document from its title to its last section, without sources."""
        ...


SHAPES: dict[Kind, Shape] = {
    Kind.PLAN: plan,
    Kind.QUIZ: quiz,
    Kind.TASKS: tasks,
    Kind.UNIT: assessment,
    Kind.TERM: assessment,
    Kind.RUBRIC: rubric,
    Kind.DIFFERENTIATION: sections,
    Kind.GLOSSARY: glossary,
    Kind.LETTER: letter,
    Kind.CALENDAR: calendar,
}


def lay(document: Document, form: Form, mark: Mark) -> Layout:
    """The document as it stands on pages.

    Raises:
        LookupError: there are no words for files in its language.
    """
    say = words.load(document.language)
    shape = SHAPES[document.kind]
    return Layout(
        language=document.language,
        title=single(document.title),
        blocks=(*shape.blocks(document, form, say), *parts.sources(document, form, say)),
        footer=mark.line(document.language),
        landscape=shape.LANDSCAPE,
    )
