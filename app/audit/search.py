"""Finding records by what stands in clear, page by page, newest first, and counting them."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.audit.facets import Facet, day_number, facet_in, microseconds
from app.audit.record import Record, named_by, record_of, records
from app.audit.tables import FACET, INDEX, RECORD

LONGEST_PAGE = 500
BY_TIME = "ix_audit_index_at"
FEW = 20_000
"""Up to so many records are sorted; more stand so close that walking back in time meets a page of them soon."""
SHARED = ("role", "task", "outcome", "language", "entry_id", "rail")
PERSONAL = ("pseudonym", "conversation_id", "exchange_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to look for; None does not narrow. `since` is included, `until` is not; `code` is a receipt code.

    `schools` is where a reading is narrowed to by reach: any of them; empty does not narrow. `rail` is the rail
    that blocked or withheld; `category` is one that any rail masked, warned of or blocked, whether `rail` or not.
    """

    kinds: tuple[str, ...] = ()
    school: str | None = None
    schools: tuple[str, ...] = ()
    role: str | None = None
    task: str | None = None
    category: str | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A filter as conditions on `audit_index`; `facets` are those that it leaves, by number.

    `walking` are the same conditions in a form that no index serves, so that an engine without figures to plan by
    (SQLite) goes back in time and not through the facets. In `loose` no condition is served by any index.
    `by` is the index to read when records are counted.
    """

    conditions: tuple[ColumnElement[bool], ...]
    walking: tuple[ColumnElement[bool], ...]
    loose: tuple[ColumnElement[bool], ...]
    facets: Mapping[int, Facet]
    by: str

    def read(self, *columns: Any, by: str | None = None) -> Select[Any]:
        """Columns of the index for the records that the filter leaves."""
        walks = (self.by if by is None else by) == BY_TIME
        return select(*columns).select_from(INDEX).where(*(self.walking if walks else self.conditions))

    def walk(self, *columns: Any) -> Select[Any]:
        """The same for records that something else than an index of theirs leads to."""
        return select(*columns).select_from(INDEX).where(*self.loose)


def search(session: Session, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
    """One page; going on costs the same on every page.

    Args:
        after: `next` of the page before.
        limit: 1 to 500.

    Raises:
        ValueError: no such place, or not a receipt code.
    """
    limit = max(1, min(limit, LONGEST_PAGE))
    narrowed = narrow(session, wanted)
    newest = (INDEX.c.at.desc(), INDEX.c.record_id.desc())
    places = narrowed.read(INDEX.c.record_id, by=way(session, narrowed)).order_by(*newest).limit(limit + 1)
    if after is not None:
        at, record_id = _place(after)
        same = and_(INDEX.c.at == at, INDEX.c.record_id < record_id)
        places = places.where(INDEX.c.at <= at, or_(INDEX.c.at < at, same))
    ids = session.scalars(places).all()
    rows = session.execute(records().where(RECORD.c.record_id.in_(ids[:limit])))
    by_id = {row.record_id: record_of(row) for row in rows}
    found = tuple(by_id[one] for one in ids[:limit] if one in by_id)
    return Page(records=found, next=_name(found[-1]) if len(ids) > limit else None)


def counts(session: Session, wanted: Filter) -> Mapping[str, int]:
    """How many records there are of each outcome, and of each kind that has none."""
    narrowed = narrow(session, wanted)
    found: dict[str, int] = {}
    grouped = narrowed.read(INDEX.c.facet_id, func.count()).group_by(INDEX.c.facet_id)
    for number, times in session.execute(grouped):
        word = narrowed.facets[number].word
        found[word] = found.get(word, 0) + times
    return found


def narrow(session: Session, wanted: Filter) -> Narrowed:
    """A filter as conditions on the index.

    Raises:
        ValueError: not a receipt code.
    """
    every = {row.facet_id: facet_in(row) for row in session.execute(select(FACET))}
    facets = {number: facet for number, facet in every.items() if _fits(facet, wanted)}
    lite = session.get_bind().dialect.name == "sqlite"
    # Where days are asked for, SQLite is given every facet: it then reads these days of each and no other row.
    by_facet = len(facets) < len(every) or (lite and (wanted.since or wanted.until) is not None)
    listed = list(facets) if by_facet else None
    indexed = [
        *_shared(session, wanted, listed, INDEX.c.facet_id, INDEX.c.school),
        *_days(wanted, INDEX.c.at + 0 if lite else INDEX.c.at),
    ]
    facet, school = INDEX.c.facet_id + 0, INDEX.c.school.concat("")
    shared = tuple(_shared(session, wanted, listed, facet, school))
    walking, loose = ((*shared, *_days(wanted, at)) for at in (INDEX.c.at, INDEX.c.at + 0))
    by = "ix_audit_index_school" if wanted.school is not None or wanted.schools else "ix_audit_index_facet"
    if own := _own(wanted):
        its = INDEX.c.record_id.in_(select(RECORD.c.record_id).where(*own))
        return Narrowed(
            conditions=(*walking, its), walking=(*walking, its), loose=(*loose, its), facets=facets, by=""
        )
    return Narrowed(conditions=tuple(indexed), walking=walking, loose=loose, facets=facets, by=by)


def _days(wanted: Filter, at: Any) -> Iterator[ColumnElement[bool]]:
    """The conditions on time: whole days, which stand in the indexes of facets, and the moment itself."""
    if wanted.since is not None:
        yield at >= microseconds(wanted.since)
        yield INDEX.c.day >= day_number(wanted.since)
    if wanted.until is not None:
        yield at < microseconds(wanted.until)
        yield INDEX.c.day <= day_number(wanted.until)


def _shared(
    session: Session, wanted: Filter, facets: Collection[int] | None, facet: Any, school: Any
) -> Iterator[ColumnElement[bool]]:
    """The conditions on facet and school, each named as it is to be read."""
    if facets is not None:
        yield facet.in_(one_of(session, facets))
    if wanted.school is not None:
        yield school == wanted.school
    if wanted.schools:
        yield school.in_(wanted.schools)


def plain(wanted: Filter) -> dict[str, Any]:
    """A filter as a record holds it: what narrows, as text."""
    named = {name: getattr(wanted, name) for name in Filter.__slots__}
    return {name: _plain(value) for name, value in named.items() if value not in (None, ())}


def filter_of(value: Mapping[str, Any]) -> Filter:
    """The filter again; what this release does not know is refused.

    Raises:
        ValueError: not a filter.
    """
    given = dict(value)
    unknown = set(given) - set(Filter.__slots__)
    if unknown:
        raise ValueError(f"a filter has no {', '.join(sorted(unknown))}")
    for name in ("kinds", "schools"):
        given[name] = tuple(str(one) for one in given.get(name, ()))
    for name in ("since", "until"):
        if name in given:
            given[name] = datetime.fromisoformat(given[name])
    if "exchange_id" in given:
        given["exchange_id"] = UUID(given["exchange_id"])
    return Filter(**given)


def _plain(value: object) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, tuple) else str(value)


def way(session: Session, narrowed: Narrowed) -> str:
    """The index to read a page by: back in time where records stand close, through their facets where they are few."""
    if not narrowed.by or not narrowed.conditions:
        return narrowed.by and BY_TIME
    few = narrowed.read(INDEX.c.facet_id).limit(FEW + 1).subquery()
    number = session.scalar(select(func.count()).select_from(few)) or 0
    return narrowed.by if number <= FEW else BY_TIME


def _fits(facet: Facet, wanted: Filter) -> bool:
    asked = ((getattr(wanted, name), getattr(facet, name)) for name in SHARED)
    return (
        (not wanted.kinds or facet.kind in wanted.kinds)
        and all(value is None or value == has for value, has in asked)
        and (wanted.category is None or any(one.category == wanted.category for one in facet.flags))
    )


def one_of(session: Session, numbers: Collection[int]) -> Any:
    """What a column is one of: a list of any length as one value of a statement."""
    if session.get_bind().dialect.name == "sqlite":
        given = bindparam(None, json.dumps(list(numbers)), String)
        each: Any = func.json_each(given).table_valued(column("value", BigInteger))
        return select(each.c.value)
    return select(func.unnest(bindparam(None, list(numbers), ARRAY(BigInteger))))


def _own(wanted: Filter) -> list[ColumnElement[bool]]:
    """What is asked of single records, not of many."""
    given = {name: getattr(wanted, name) for name in PERSONAL}
    conditions = [RECORD.c[name] == value for name, value in given.items() if value is not None]
    if wanted.code is not None:
        conditions.append(named_by(wanted.code))
    return conditions


def _name(record: Record) -> str:
    return f"{record.created_at.isoformat()}~{record.record_id}"


def _place(after: str) -> tuple[int, UUID]:
    created_at, _, record_id = after.partition("~")
    at = datetime.fromisoformat(created_at)
    if at.tzinfo is None:
        raise ValueError("a place in the list carries its time zone")
    return microseconds(at), UUID(record_id)
