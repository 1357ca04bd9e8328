"""What two versions of a document say differently, field by field, down to the word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from app.documents.document import Document
from app.documents.field import Field
from app.documents.value import (
    Criterion,
    Glossary,
    Item,
    Lines,
    Number,
    Objective,
    Objectives,
    PlanRow,
    Stage,
    Task,
    Text,
    Value,
)

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MOST_PAIRS = 4_000_000
"""Words of one text times words of the other; above that a stretch is shown as taken out and put in whole."""


class Change(StrEnum):
    """What became of a stretch of text, or of a field."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text; the pieces of a field that are not `ADDED` make its old text, those not `REMOVED` its new one."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field that differs; `label` is that of the newer document where it has the field."""

    field: str
    label: str
    change: Change
    pieces: tuple[Piece, ...]


def compare(old: Document, new: Document) -> tuple[FieldDifference, ...]:
    """The fields whose values differ, in the newer document's order; those that it no longer has come last."""
    before = {one.id: one for one in old.fields}
    after = {one.id for one in new.fields}
    found = [_field(before.get(one.id), one) for one in new.fields]
    found += [_field(one, None) for one in old.fields if one.id not in after]
    return tuple(one for one in found if one is not None)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts in one row of pieces, told apart line by line and in changed lines word by word."""
    before, after = old.splitlines(True), new.splitlines(True)
    made: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        made += _words(gone, come) if tag == "replace" else _stretch(gone, come, same=tag == "equal")
    return _joined(made)


def text_of(value: Value) -> str:
    """Everything that a value says, a line each: its words, codes and numbers; never an empty line."""
    return "\n".join(one for one in _lines(value) if one.strip())


def _field(old: Field | None, new: Field | None) -> FieldDifference | None:
    if old is not None and new is not None and old.value == new.value:
        return None
    there = new or old
    if there is None:
        return None
    change = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    told = pieces(text_of(old.value) if old else "", text_of(new.value) if new else "")
    return FieldDifference(field=there.id, label=there.label, change=change, pieces=told)


def _words(old: str, new: str) -> list[Piece]:
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    if len(a) * len(b) > MOST_PAIRS:
        return _stretch(old, new, same=False)
    made: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        made += _stretch("".join(a[i:j]), "".join(b[k:m]), same=tag == "equal")
    return made


def _stretch(old: str, new: str, *, same: bool) -> list[Piece]:
    if same:
        return [Piece(text=new, change=Change.SAME)]
    both = (Piece(text=old, change=Change.REMOVED), Piece(text=new, change=Change.ADDED))
    return [one for one in both if one.text]


def _joined(made: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one change as one piece."""
    joined: list[Piece] = []
    for one in made:
        if joined and joined[-1].change is one.change:
            joined[-1] = Piece(text=joined[-1].text + one.text, change=one.change)
        else:
            joined.append(one)
    return tuple(joined)


def _lines(value: Value) -> Iterator[str]:
    match value:
        case Text():
            yield value.text
        case Lines():
            yield from value.lines
        case Number():
            yield "" if value.number is None else str(value.number)
        case Objectives():
            yield from map(_objective, value.objectives)
        case Stage():
            yield str(value.minutes)
            for column in (value.teacher, value.learner, value.assessment, value.resources):
                yield from column
        case Task():
            yield from (value.text, value.code, value.criterion)
            yield from (f"{one.text} ({one.points})" for one in value.descriptors)
            yield value.answer
        case Item():
            yield value.question
            for number, option in enumerate(value.options):
                yield f"{'●' if number == value.right else '○'} {option}"
            yield from (value.explanation, value.code, str(value.points))
        case Criterion():
            yield from (value.text, value.code, *value.levels)
        case Glossary():
            for term in value.terms:
                yield " · ".join(one for one in (term.kk, term.ru, term.en, term.meaning) if one)
        case PlanRow():
            row = (str(value.number), value.section, value.topic, str(value.hours), value.date)
            yield " · ".join(one for one in row if one)
            yield from map(_objective, value.objectives)
            yield value.note


def _objective(one: Objective) -> str:
    return f"{one.code} {one.text}"
