"""What a proof reads of the records of a log, and the verdict that it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

SLACK = timedelta(seconds=60)
KEPT = 5


class Status(StrEnum):
    """The verdict."""

    OK = "ok"
    CONTRADICTION = "contradiction"
    CANNOT_TELL = "cannot_tell"

    @property
    def exit_code(self) -> int:
        """0, 1 or 2."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One record as the log holds it; `leaf` is its place, None while it has none."""

    leaf: int | None
    clear: Mapping[str, Any]
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What does not fit, at which record."""

    key: str
    status: Status
    record: str
    leaf: int | None
    detail: str


@dataclass(slots=True, kw_only=True)
class Proof:
    """The verdict on a log.

    Attributes:
        records: of all kinds; `answers` are the ends among them that called a model or were routed to one.
        others: records beside the questions that tell of calls: passages embedded, a text that was tried out.
        calls: how often the gate said yes, as the records count it; embeddings among them.
        updates: lists that came into force, renewals and revocations included.
        by_time: answers that name no permit (of a process that died) and were judged by the time of their question.
        kept: problems of each kind that are listed; all are counted.
    """

    status: Status = Status.OK
    records: int = 0
    answers: int = 0
    others: int = 0
    calls: int = 0
    updates: int = 0
    by_time: int = 0
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    kept: int = KEPT

    def add(self, key: str, status: Status, at: Logged, detail: str = "") -> None:
        """Note a problem; a contradiction outweighs what cannot be told."""
        self.found[key] = self.found.get(key, 0) + 1
        if self.found[key] <= self.kept:
            record = str(at.clear.get("record_id"))
            self.problems.append(
                Problem(key=key, status=status, record=record, leaf=at.leaf, detail=detail[:300])
            )
        if self.status is not Status.CONTRADICTION:
            self.status = status


def is_whole(value: object) -> bool:
    """Whether it is a number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def whole(value: object) -> int:
    """A number as a record holds it; 0 where it holds none."""
    return int(str(value)) if is_whole(value) else 0


def details_of(logged: Logged) -> Mapping[str, Any]:
    """The details of a record; empty where it has none."""
    details = logged.clear.get("details")
    return details if isinstance(details, Mapping) else {}


def came_after(one: Logged, other: Logged) -> bool:
    """Whether a record was written after another: by the numbers of one writer, else by the order of leaves.

    Leaves follow the clock, which may have been set back between the two; a writer's numbers do not.
    """
    lanes = [(each.clear.get("instance_id"), each.clear.get("lane")) for each in (one, other)]
    numbers = [each.clear.get("sequence") for each in (one, other)]
    if lanes[0] == lanes[1] and all(isinstance(number, int) for number in numbers):
        return int(str(numbers[0])) > int(str(numbers[1]))
    return one.order > other.order


def times_of(logged: Logged) -> list[datetime]:
    """What a record says of its own time: the process's clock and the database's."""
    read = (moment_of(logged.clear.get(name)) for name in ("time", "database_time"))
    return [moment for moment in read if moment is not None] or [datetime.max.replace(tzinfo=UTC)]


def near(at: datetime, first: Logged, last: Logged, held_until: datetime | None = None) -> bool:
    """Whether an instant lies between two records, a minute given; a list's own time may hold the clock back."""
    written = [*times_of(first), *times_of(last)]
    latest = max([*written, *([held_until] if held_until else [])])
    return min(written) - SLACK <= at <= latest + SLACK


def moment_of(text: object) -> datetime | None:
    """A time with its zone; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
