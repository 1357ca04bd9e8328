"""What a choice means: which kinds of work go to which model, which have none, and what a change would alter."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.documents import Kind
from app.registry.entry import DataClass
from app.routing import ANSWERS, WRITES, Labels, SchoolPolicy
from app.ui.school_models_draft import LANGUAGES, Group, Routes, Taken, differences, grouped, taken

QUIZ = f"{WRITES}.quiz"
"""The one kind of document that a provider which only quotes can fill in as well."""
KINDS = tuple(str(kind) for kind in Kind if kind is not Kind.CALENDAR)
"""The kinds of document that models write in; the calendar is made by rules alone."""
WORK = (ANSWERS, WRITES, *(f"{WRITES}.{kind}" for kind in KINDS))
"""The kinds of work that a default can be chosen for."""
_Cells = dict[tuple[str, DataClass], Taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What changes in the same way for some kinds of work."""

    work: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Who takes some kinds of work, by language and class of personal data."""

    work: tuple[str, ...]
    cells: _Cells


def effects(router: Routes, before: SchoolPolicy, after: SchoolPolicy) -> tuple[Effect, ...]:
    """What changes for teachers; kinds of work that change alike stand together."""
    found: dict[tuple[object, ...], Effect] = {}
    for work in told_apart(before, after):
        groups = grouped(differences(router, before, after, task=asked_as(work)))
        if not groups:
            continue
        key = tuple(
            (one.languages, one.classes, _who(one.before), _who(one.after), _why(one.after)) for one in groups
        )
        known = found.get(key)
        found[key] = Effect(work=(*known.work, work) if known else (work,), groups=groups)
    return tuple(found.values())


def outlook(router: Routes, policy: SchoolPolicy) -> tuple[Block, ...]:
    """Who takes what under a choice; kinds of work with one answer everywhere stand together."""
    found: dict[tuple[object, ...], Block] = {}
    for work in told_apart(policy):
        cells: _Cells = {}
        for language in LANGUAGES:
            for data in DataClass:
                labels = Labels(personal_data=str(data), language=language, task=asked_as(work), tokens=0)
                cells[language, data] = taken(router.route(labels, policy))
        key = tuple((place, _who(one), _why(one)) for place, one in cells.items())
        known = found.get(key)
        found[key] = Block(work=(*known.work, work) if known else (work,), cells=cells)
    return tuple(found.values())


def told_apart(*policies: SchoolPolicy) -> tuple[str, ...]:
    """The kinds of work that these choices can treat differently; `write` stands for the documents not named."""
    chosen = {one.task for policy in policies for one in policy.defaults}
    return tuple(work for work in WORK if work in {ANSWERS, WRITES, QUIZ} | chosen)


def asked_as(work: str) -> str:
    """The task as the router is asked for it: some part of such a document."""
    return work if work == ANSWERS else f"{work}.item" if work != WRITES else f"{WRITES}.any.item"


def same(taken: Iterable[Taken]) -> bool:
    """Whether one model takes them all."""
    return len({_who(one) for one in taken}) == 1


def _who(one: Taken) -> str | None:
    return one.entry.entry_id if one.entry is not None else None


def _why(one: Taken) -> str:
    return one.reason.key if one.entry is None else ""
