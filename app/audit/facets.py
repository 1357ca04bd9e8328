"""What a record is counted and found by: a few words of its clear part, the same words kept once under one number."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.audit.canonical import canonical, parse

WORDS = ("kind", "role", "language", "outcome", "entry_id", "task", "rail", "failure")
ACTIONS = ("mask", "warn", "block")
ZONE = ZoneInfo("Asia/Almaty")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """That a rail found a category, and the most serious action that it took for it: `mask`, `warn`, `block`."""

    rail: str
    category: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The words that many records share; `flags` are sorted by rail and category."""

    kind: str
    role: str | None = None
    language: str | None = None
    outcome: str | None = None
    entry_id: str | None = None
    task: str | None = None
    rail: str | None = None
    failure: str | None = None
    flags: tuple[Flag, ...] = ()

    @property
    def word(self) -> str:
        """The outcome of an ended exchange; the kind of every other record."""
        return self.outcome or self.kind

    @property
    def flagged(self) -> str:
        """The flags as the table holds them: canonical JSON of [rail, category, action]."""
        return canonical([[one.rail, one.category, one.action] for one in self.flags]).decode()

    @property
    def number(self) -> int:
        """The name of these words: the first 63 bits of SHA-256 over their canonical JSON, flags last."""
        words = [getattr(self, name) for name in WORDS]
        whole = canonical([*words, [[one.rail, one.category, one.action] for one in self.flags]])
        return int.from_bytes(hashlib.sha256(whole).digest()[:8], "big") >> 1

    @property
    def row(self) -> dict[str, Any]:
        """Its row of `audit_facet`."""
        words = {name: getattr(self, name) for name in WORDS}
        return {"facet_id": self.number, **words, "flags": self.flagged}


def facet_of(clear: Mapping[str, Any]) -> Facet:
    """The facet of a record, read from its clear part and from nothing else."""
    words = {name: _word(clear.get(name)) for name in WORDS if name != "kind"}
    return Facet(kind=str(clear.get("kind")), **words, flags=flags_of(clear.get("verdicts")))


def facet_in(row: Any) -> Facet:
    """A facet from its row."""
    flags = tuple(Flag(rail=one[0], category=one[1], action=one[2]) for one in parse(row.flags.encode()))
    return Facet(**{name: getattr(row, name) for name in WORDS}, flags=flags)


def flags_of(verdicts: Any) -> tuple[Flag, ...]:
    """What the rails took action for; a rail that acted without a finding stands with the state it was in."""
    worst: dict[tuple[str, str], str] = {}
    for verdict in verdicts if isinstance(verdicts, Sequence) else ():
        action = verdict.get("action")
        if action not in ACTIONS:
            continue
        found = [str(one.get("category") or "") for one in verdict.get("findings") or ()]
        state = str(verdict.get("status") or "ok")
        for category in found or ["" if state == "ok" else state]:
            key = (str(verdict.get("rail") or ""), category)
            worst[key] = max(worst.get(key, ACTIONS[0]), action, key=ACTIONS.index)
    return tuple(Flag(rail=rail, category=what, action=worst[rail, what]) for rail, what in sorted(worst))


def index_row(
    clear: Mapping[str, Any], facet: Facet, *, record_id: Any, created_at: datetime
) -> dict[str, Any]:
    """The row of `audit_index` of a record."""
    return {
        "record_id": record_id,
        "at": microseconds(created_at),
        "day": day_number(created_at),
        "facet_id": facet.number,
        "school": clear.get("school"),
        "first_text_ms": _milliseconds(clear.get("first_text_ms")),
        "total_ms": _milliseconds(clear.get("total_ms")),
    }


def microseconds(at: datetime) -> int:
    """A time as the index holds it: microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def day_number(at: datetime) -> int:
    """The school's own day (Asia/Almaty) of a time, counted from 1970."""
    return (at.astimezone(ZONE).date() - FIRST_DAY).days


@lru_cache(maxsize=4096)
def day_begins(number: int) -> datetime:
    """When a school day began, in UTC."""
    day = FIRST_DAY + timedelta(days=number)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


def _milliseconds(value: Any) -> int | None:
    """A time span that fits its column; anything else was not timed."""
    return value if type(value) is int and 0 <= value < 2**31 else None
