"""Finding records by what stands in clear, page by page, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.audit.record import Record, named_by, record_of, records
from app.audit.tables import RECORD

LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to look for; None does not narrow. `since` is included, `until` is not; `code` is a receipt code."""

    kinds: tuple[str, ...] = ()
    school: str | None = None
    pseudonym: str | None = None
    outcome: str | None = None
    language: str | None = None
    entry_id: str | None = None
    conversation_id: str | None = None
    exchange_id: UUID | None = None
    rail: str | None = None
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some records, newest first; `next` is handed in to get the ones after, None at the end."""

    records: tuple[Record, ...]
    next: str | None


def search(session: Session, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
    """One page; going on costs the same on every page.

    Args:
        after: `next` of the page before.
        limit: 1 to 500.

    Raises:
        ValueError: no such place, or not a receipt code.
    """
    limit = max(1, min(limit, LONGEST_PAGE))
    conditions = _conditions(wanted)
    if after is not None:
        created_at, record_id = _place(after)
        older = RECORD.c.created_at < created_at
        same = and_(RECORD.c.created_at == created_at, RECORD.c.record_id < record_id)
        conditions.append(and_(RECORD.c.created_at <= created_at, or_(older, same)))
    newest = (RECORD.c.created_at.desc(), RECORD.c.record_id.desc())
    rows = session.execute(records().where(*conditions).order_by(*newest).limit(limit + 1)).all()
    found = tuple(record_of(row) for row in rows[:limit])
    more = len(rows) > limit
    return Page(records=found, next=_name(found[-1]) if more else None)


def counts(session: Session, wanted: Filter) -> Mapping[str, int]:
    """How many records there are of each outcome, and of each kind that has none."""
    word = func.coalesce(RECORD.c.outcome, RECORD.c.kind)
    rows = session.execute(select(word, func.count()).where(*_conditions(wanted)).group_by(word))
    return {str(name): int(number) for name, number in rows}


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    equal: dict[str, Any] = {
        "school": wanted.school,
        "pseudonym": wanted.pseudonym,
        "outcome": wanted.outcome,
        "language": wanted.language,
        "entry_id": wanted.entry_id,
        "conversation_id": wanted.conversation_id,
        "exchange_id": wanted.exchange_id,
        "rail": wanted.rail,
    }
    conditions.extend(RECORD.c[name] == value for name, value in equal.items() if value is not None)
    if wanted.kinds:
        conditions.append(RECORD.c.kind.in_(wanted.kinds))
    if wanted.since is not None:
        conditions.append(RECORD.c.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(RECORD.c.created_at < wanted.until)
    if wanted.code is not None:
        conditions.append(named_by(wanted.code))
    return conditions


def _name(record: Record) -> str:
    return f"{record.created_at.isoformat()}~{record.record_id}"


def _place(after: str) -> tuple[datetime, UUID]:
    created_at, _, record_id = after.partition("~")
    return datetime.fromisoformat(created_at), UUID(record_id)
