"""A document made again for another class, date, grade or language: what is kept, and what the new brief decides."""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, cast

from app.documents import Brief, Document, Field, Finding, Origin
from app.documents.form import Form
from app.documents.material import BadBrief, Material, Shelf

HEADER = "header"


class Rerender(Protocol):
    """Says a document in another language: codes, numbers, names and structure kept."""

    def __call__(
        self, document: Document, material: Material, form: Form
    ) -> tuple[Document, tuple[Finding, ...]]:
        """The document in the form's language, and what could not be said the same."""
        ...


def rerendered(document: Document, material: Material, form: Form) -> tuple[Document, tuple[Finding, ...]]:
    """What `app/documents/rerender.py` makes of it; loaded when it is first needed."""
    module = importlib.import_module("app.documents.rerender")
    return cast(Rerender, module.rerender)(document, material, form)


def changed_brief(shelf: Shelf, brief: Brief, changes: Mapping[str, Any]) -> Brief:
    """The brief with other values; its codes are kept where another grade has them.

    Args:
        changes: by the names of `Brief`; its kind stays.

    Raises:
        BadBrief: codes that the grade does not have, named; none if other codes were given.
        ValueError: a value that a brief cannot have.
    """
    if "kind" in changes:
        raise ValueError("a copy is of the same kind")
    wanted = replace(brief, **changes)
    if "codes" in changes:
        return wanted
    missing = [
        code
        for code in wanted.codes
        if not shelf.catalogue.find(
            code, subject=wanted.subject, grade=wanted.grade, programme=wanted.programme
        )
    ]
    if missing:
        raise BadBrief(
            "codes of another grade",
            key="desk.codes_not_of_grade",
            codes=", ".join(missing),
            grade=wanted.grade,
        )
    return wanted


def copied(old: Document, before: Document | None, fresh: Document) -> Document:
    """The fresh draft with what the old document keeps of its own.

    Places of the header that only facts fill (class, date, value of the month) follow the brief where it says
    another thing. For the same lesson all else is taken over as it is, whoever wrote it; for another lesson
    what the teacher wrote, and what the draft would say the same. Fields that the teacher added or took away
    stay added and away.

    Args:
        before: the first draft that the old brief would give today; None: it gives none any more.
    """
    lesson = _lesson(old.brief) == _lesson(fresh.brief)
    mine = {one.id: one for one in old.fields}
    was = {} if before is None else {one.id: one for one in before.fields}
    fields: list[Field] = []
    for one in fresh.fields:
        same = one.id in was and was[one.id].value == one.value
        if one.id not in mine:
            if not (one.id in was and (same or lesson)):
                fields.append(one)
        elif _kept(mine[one.id], one, same=same, lesson=lesson):
            fields.append(_taken_over(mine[one.id], one, review=not lesson))
        else:
            fields.append(one)
    there = {one.id for one in fresh.fields}
    for number, one in enumerate(old.fields):
        if one.id not in there and one.origin in (Origin.TEACHER, Origin.MODEL):
            extra = replace(one, needs_review=one.needs_review or not lesson)
            fields.insert(_after(fields, old.fields[:number]), extra)
    title = fresh.title if before is None or old.title == before.title else old.title
    return replace(fresh, fields=tuple(fields), title=title)


def _lesson(brief: Brief) -> Brief:
    """The brief without what is about one class on one day."""
    return replace(brief, class_name="", day=None, organisation="", teacher="", quarter=None, language="kk")


def _kept(mine: Field, fresh: Field, *, same: bool, lesson: bool) -> bool:
    if type(mine.value) is not type(fresh.value):
        return False
    if mine.section == HEADER and not fresh.write:
        return same
    return same or lesson or mine.origin is Origin.TEACHER


def _taken_over(mine: Field, fresh: Field, *, review: bool) -> Field:
    written = mine.origin in (Origin.TEACHER, Origin.MODEL)
    return replace(
        mine,
        label=fresh.label,
        write=fresh.write,
        needs_review=mine.needs_review or (review and written and mine.section != HEADER),
    )


def _after(fields: list[Field], earlier: tuple[Field, ...]) -> int:
    """Behind the nearest field that stood before it and is still there."""
    places = {one.id: number for number, one in enumerate(fields)}
    return next((places[one.id] + 1 for one in reversed(earlier) if one.id in places), 0)
