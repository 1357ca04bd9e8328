"""Points add up: descriptors to tasks, tasks to the whole; every task has descriptors, every question its points."""

from collections.abc import Iterator

from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.checks.minutes import Sum
from app.documents.document import Document
from app.documents.field import Field
from app.documents.finding import Finding, Weight
from app.documents.value import Item, Number, Task
from app.errors import Words

COUNTED = frozenset({Kind.PLAN, Kind.TASKS, Kind.UNIT, Kind.TERM, Kind.QUIZ})


def total(document: Document) -> Sum | None:
    """The points of tasks against those of the brief; None for a document without any.

    A quiz has as many points as its questions give: its brief asks for none.
    """
    points = [field.value.points for field in document.fields if isinstance(field.value, Task | Item)]
    if not points or document.kind not in COUNTED:
        return None
    given = sum(points)
    return Sum(given=given, wanted=given if document.kind is Kind.QUIZ else document.brief.points)


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """A sum that is not the whole, tasks without descriptors, and steps or questions that give nothing."""
    return tuple(_findings(document))


def _findings(document: Document) -> Iterator[Finding]:
    points = total(document)
    if points is not None and not points.is_right:
        facts = {"given": points.given, "wanted": points.wanted}
        yield Finding(check="points", weight=Weight.BROKEN, words=Words(key="checks.points.sum", facts=facts))
    for field in document.fields:
        match field.value:
            case Task(descriptors=()):
                yield _finding(field, "checks.points.no_descriptors")
            case Task(descriptors=steps) if any(one.points < 1 for one in steps):
                yield _finding(field, "checks.points.nothing")
            case Task(descriptors=steps) if any(not one.text.strip() for one in steps):
                yield _finding(field, "checks.points.no_words")
            case Item(points=given) if given < 1:
                yield _finding(field, "checks.points.nothing")
            case Number(number=int(given)) if field.id == "header.points" and points is not None:
                if given != points.wanted:
                    yield _finding(field, "checks.points.header", given=given, wanted=points.wanted)


def _finding(field: Field, key: str, **facts: int) -> Finding:
    return Finding(
        check="points",
        weight=Weight.BROKEN,
        words=Words(key=key, facts={"place": field.label, **facts}),
        field=field.id,
    )
