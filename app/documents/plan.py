"""A lesson plan as its readers see it: the rows of its course with their tasks, and the sums that must come out."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.document import Document
from app.documents.field import Field
from app.documents.value import Stage, Task

STAGES = ("start", "middle", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the five-column table; `tasks` are shown in it, the middle row has them."""

    field: Field
    stage: Stage
    tasks: tuple[tuple[Field, Task], ...]


def rows(document: Document) -> tuple[Row, ...]:
    """The rows of the course in order; none for a document that is no plan."""
    found = []
    for section in STAGES:
        fields = document.of(section)
        tasks = tuple((one, one.value) for one in fields if isinstance(one.value, Task))
        found += [
            Row(field=one, stage=one.value, tasks=tasks) for one in fields if isinstance(one.value, Stage)
        ]
    return tuple(found)


def tasks(document: Document) -> Sequence[tuple[Field, Task]]:
    """Every task of a document with its field, in order."""
    return tuple((one, one.value) for one in document.fields if isinstance(one.value, Task))


def minutes_total(document: Document) -> int:
    """The minutes of all stages."""
    return sum(one.stage.minutes for one in rows(document))


def points_total(document: Document) -> int:
    """The points of all tasks."""
    return sum(task.points for _, task in tasks(document))
