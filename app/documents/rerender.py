"""A document in another of the three languages: codes, numbers, names and structure kept, and said openly what is not translated."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal, cast

from app.documents.brief import MOST_ITEMS, Brief
from app.documents.differences import numbers_of
from app.documents.document import Document
from app.documents.draft import draft
from app.documents.field import Field, Origin, State
from app.documents.finding import Finding, Weight
from app.documents.form import Form
from app.documents.glossing import glossed, named
from app.documents.material import BadBrief, Material
from app.documents.stemmed import language_of
from app.documents.texts import is_empty, reworded, words
from app.documents.value import Item, Number, Objective, Objectives, PlanRow, Stage, Task, Text, Value
from app.errors import Words

TRANSLATE = "change.translate"
"""The instruction by which a model translates a field that waits for it."""
FILE = Path(__file__).with_suffix(".toml")
AS_WRITTEN = frozenset({"header.organisation", "header.teacher", "header.date", "header.grade"})
"""Names, dates and classes: the same in every language."""

LEAST_TEXT = 60
"""Letters from which a text tells its own language; a shorter one is taken to be in the document's."""
MORE, MOST_STEPS = 10, 4


def rerender(
    document: Document, material: Material, form: Form, language: str = ""
) -> tuple[Document, tuple[Finding, ...]]:
    """The document in the language of the form, and what could not be said the same.

    Labels, the form's sentences, the wording of objectives and terms come from the form and the tables of that language.
    What a model or a teacher wrote no code translates: such a field keeps its text with its terms glossed, waits
    (`TO_WRITE`, `needs_review`) and names an instruction by which a model may write it.

    Args:
        material: gathered for the same brief in the other language.
        form: of the same kind in the other language.
        language: of the form; need not be given.

    Raises:
        ValueError: the form is of another language than the one asked for.
        BadBrief: the rules allow no such document any more.
    """
    if language not in ("", form.language):
        raise ValueError(f"the form is in {form.language!r}, not in {language!r}")
    brief = replace(document.brief, language=_language(form.language))
    said = _said_in(brief, document.language)
    fresh = draft(said, material, form, document=document.id)
    there = _matched(document, fresh, _more(said, material, form, fresh))
    wordings = {one.code: one.text(form.language) for one in material.objectives}
    fields: list[Field] = []
    found: list[Finding] = []
    for old in document.fields:
        new = _field(old, there.get(old.id), document, form, wordings)
        fields.append(new)
        found += _said(old, new, there.get(old.id) is not None)
    found += _wordings(material, form.language)
    made = replace(document, brief=brief, form=form.name, title=fresh.title, fields=tuple(fields), revision=1)
    return replace(made, final=False), tuple(found)


def _language(language: str) -> Literal["kk", "ru", "en"]:
    return cast(Literal["kk", "ru", "en"], language)


def _said_in(brief: Brief, source: str) -> Brief:
    """The brief that the form's sentences are drafted from: what the table cannot translate is left to the curriculum."""
    topic, section = (named(text, source, brief.language) or "" for text in (brief.topic, brief.section))
    return replace(brief, topic=topic, section=section)


def _more(brief: Brief, material: Material, form: Form, fresh: Document) -> tuple[Field, ...]:
    """Tasks or questions beyond those of the fresh draft, to find the ones with the old numbers among."""
    if not any(isinstance(one.value, Task | Item) for one in fresh.fields):
        return ()
    items = min(MOST_ITEMS, 3 * brief.items + MORE)
    wider = replace(brief, items=items, points=max(brief.points, MOST_STEPS * items))
    try:
        return draft(wider, material, form, document=fresh.id).fields
    except BadBrief:
        return ()


def _matched(old: Document, fresh: Document, more: Sequence[Field]) -> dict[str, Field]:
    """The fresh fields by id; a task or question gives its place to one with the numbers of the old one."""
    there = {one.id: one for one in fresh.fields}
    taken: set[str] = set()
    for field in old.fields:
        own = there.get(field.id)
        if own is None or not isinstance(field.value, Task | Item) or not _is_drafted(field):
            continue
        candidates = [own, *fresh.fields, *more]
        same = (one for one in candidates if words(one) not in taken and _is_twin(field.value, one.value))
        match = next(same, None)
        if match is not None:
            taken.add(words(match))
            there[field.id] = replace(match, id=own.id, label=own.label)
    return there


def _is_drafted(field: Field) -> bool:
    return field.origin in (Origin.FORM, Origin.CURRICULUM)


def _is_twin(old: Value, fresh: Value) -> bool:
    return _fits(old, fresh) and numbers_of(old) == numbers_of(fresh)


def _field(
    old: Field, fresh: Field | None, document: Document, form: Form, wordings: Mapping[str, str]
) -> Field:
    label = fresh.label if fresh is not None else _label(form, old)
    if isinstance(old.value, Objectives):
        # Objectives are the catalogue's words whoever listed them.
        return replace(old, label=label, value=_worded(old.value, wordings))
    if fresh is not None and _is_drafted(old) and _fits(old.value, fresh.value) and _is_free(old, fresh):
        return replace(fresh, value=_carried(old.value, fresh.value))
    if is_empty(old.value) or old.id in AS_WRITTEN or isinstance(old.value, Number):
        return replace(old, label=label)
    return _waiting(replace(old, label=label), fresh, document, form.language, wordings)


def _waiting(
    old: Field, fresh: Field | None, document: Document, target: str, wordings: Mapping[str, str]
) -> Field:
    """A field whose words are not translated: the terms are, the rest is asked for."""
    subject = document.brief.subject
    text = words(old)
    source = language_of(text) if len(text) >= LEAST_TEXT else document.language
    whole = named(old.value.text, source, target) if isinstance(old.value, Text) else None
    if whole is not None:
        return replace(old, value=Text(text=whole), needs_review=True)
    if source == target:
        return replace(old, needs_review=True)
    value = reworded(old.value, lambda text: glossed(text, source, target, subject))
    if isinstance(value, PlanRow):
        value = replace(value, objectives=_rows(value.objectives, wordings))
    return replace(
        old,
        value=value,
        state=State.TO_WRITE,
        hint=_hints()[target],
        write=old.write or (fresh.write if fresh is not None else "") or TRANSLATE,
        unsupported=(),
        needs_review=True,
    )


def _is_free(old: Field, fresh: Field) -> bool:
    """Whether the target's own sentence may stand there: what is finished keeps its numbers, a draft may take others."""
    finished = isinstance(old.value, Task | Item) and old.state is State.DONE
    return not finished or numbers_of(old.value) == numbers_of(fresh.value)


def _fits(old: Value, fresh: Value) -> bool:
    """Whether the target's own sentence may stand for the old one: the same objective, level and number of parts."""
    match old, fresh:
        case Task(), Task():
            parts = len(old.descriptors) == len(fresh.descriptors)
            return (old.code, old.level) == (fresh.code, fresh.level) and parts
        case Item(), Item():
            parts = len(old.options) == len(fresh.options)
            return (old.code, old.level) == (fresh.code, fresh.level) and parts
        case PlanRow(), PlanRow():
            return [one.code for one in old.objectives] == [one.code for one in fresh.objectives]
        case _:
            return type(old) is type(fresh)


def _carried(old: Value, fresh: Value) -> Value:
    """The target's sentences with the old numbers: minutes, points, hours."""
    match old, fresh:
        case Stage(), Stage():
            return replace(fresh, minutes=old.minutes)
        case Task(), Task():
            steps = zip(fresh.descriptors, old.descriptors, strict=True)
            return replace(
                fresh, descriptors=tuple(replace(one, points=other.points) for one, other in steps)
            )
        case Item(), Item():
            return replace(fresh, points=old.points)
        case Number(), Number():
            return old
        case PlanRow(), PlanRow():
            return replace(fresh, number=old.number, hours=old.hours, date=old.date)
        case _:
            return fresh


def _worded(value: Objectives, wordings: Mapping[str, str]) -> Objectives:
    return replace(value, objectives=_rows(value.objectives, wordings))


def _rows(objectives: Sequence[Objective], wordings: Mapping[str, str]) -> tuple[Objective, ...]:
    return tuple(replace(one, text=wordings.get(one.code, one.text).strip()) for one in objectives)


def _label(form: Form, old: Field) -> str:
    try:
        return form.label(old.id)
    except LookupError:
        return old.label


def _said(old: Field, new: Field, has_place: bool) -> list[Finding]:
    """What is to be told of one field."""
    found = []
    if not has_place:
        found.append(_finding(new, "checks.rerender.no_place", Weight.NOTE))
    if new.needs_review and new.state is State.TO_WRITE:
        found.append(_finding(new, "checks.rerender.to_translate", Weight.DOUBT))
    elif isinstance(old.value, Task | Item) and numbers_of(old.value) != numbers_of(new.value):
        found.append(_finding(new, "checks.rerender.other_example", Weight.DOUBT))
    return found


def _wordings(material: Material, language: str) -> list[Finding]:
    found = []
    for one in material.objectives:
        if language not in one.texts:
            key = "checks.rerender.no_wording"
        elif one.official and language not in one.official:
            key = "checks.rerender.wording"
        else:
            continue
        words = Words(key=key, facts={"code": one.code})
        found.append(Finding(check="rerender", weight=Weight.NOTE, words=words))
    return found


def _finding(field: Field, key: str, weight: Weight) -> Finding:
    words = Words(key=key, facts={"place": field.label})
    return Finding(check="rerender", weight=weight, words=words, field=field.id)


@cache
def _hints() -> Mapping[str, str]:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {language: one["translate"] for language, one in read.items()}
