"""Making up the index from the bodies: for a log of an earlier release, and for whatever was written without it."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.audit.canonical import parse
from app.audit.facets import facet_of, index_row
from app.audit.tables import CHECKPOINT, FACET, INDEX, LEAF, RECORD
from app.database import Database

BATCH = 1000
PLACE = ("at", "day", "facet_id", "school", "first_text_ms", "total_ms")
FACET_COLUMNS = tuple(column.name for column in FACET.columns)


def complete(database: Database) -> tuple[UUID, ...]:
    """Index every record that is not indexed. Two processes may do it at once.

    Returns:
        The records whose row was lost: they are under a signed head, and other records are indexed. A record and
        its row are written together, so that only somebody who deletes rows makes such.

    Raises:
        NotRecorded: the database did not take it; what was done by then stays.
    """
    lost, last = list[UUID](), UUID(int=0)
    if database.read(_as_many):
        return ()
    fresh = database.read(lambda session: session.scalar(select(INDEX.c.record_id).limit(1))) is None
    while True:
        rows = database.read(lambda session, last=last: _missing(session, last))  # type: ignore[misc]
        if not rows:
            return tuple(lost)
        if not fresh:
            lost += database.read(lambda session, rows=rows: _signed(session, rows))  # type: ignore[misc]
        database.write(lambda session, rows=rows: _add(session, rows))  # type: ignore[misc]
        last = rows[-1].record_id


def _signed(session: Session, rows: list[Any]) -> list[UUID]:
    """Those that a signed head covers."""
    signed = session.scalar(select(func.max(CHECKPOINT.c.size))) or 0
    mine = LEAF.c.record_id.in_([row.record_id for row in rows])
    return list(session.scalars(select(LEAF.c.record_id).where(mine, LEAF.c.leaf_index < signed)))


def _as_many(session: Session) -> bool:
    """Whether there are as many rows as records: two counts, where a search of a large log takes seconds."""
    records, rows = (session.scalar(select(func.count()).select_from(table)) for table in (RECORD, INDEX))
    return records == rows


def _missing(session: Session, after: UUID) -> list[Any]:
    known = exists().where(INDEX.c.record_id == RECORD.c.record_id)
    columns = (RECORD.c.record_id, RECORD.c.kind, RECORD.c.created_at, RECORD.c.body)
    wanted = select(*columns).where(RECORD.c.record_id > after, ~known)
    return list(session.execute(wanted.order_by(RECORD.c.record_id).limit(BATCH)))


def _add(session: Session, rows: list[Any]) -> None:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    facets, places = {}, []
    for row in rows:
        clear = _clear(row)
        facet = facet_of(clear)
        facets[facet.number] = facet.row
        places.append(index_row(clear, facet, record_id=row.record_id, created_at=row.created_at))
    session.execute(dialect.insert(FACET).on_conflict_do_nothing(), list(facets.values()))
    session.execute(dialect.insert(INDEX).on_conflict_do_nothing(), places)


def _clear(row: Any) -> dict[str, Any]:
    """The clear part; of bytes that are none, which `verify` names, the kind alone, so that the record is still found."""
    try:
        clear = parse(row.body)
    except (ValueError, RecursionError):
        clear = None
    return clear if isinstance(clear, dict) else {"kind": row.kind}


def differing(database: Database) -> tuple[UUID, ...]:
    """Records whose index row is missing or is not what their body says; reads every body."""
    found: list[UUID] = []
    last = UUID(int=0)
    while True:
        rows = database.read(lambda session, last=last: _indexed(session, last))  # type: ignore[misc]
        if not rows:
            return tuple(found)
        found += [row.record_id for row in rows if not _fits(row)]
        last = rows[-1].record_id


def _indexed(session: Session, after: UUID) -> list[Any]:
    columns = (RECORD.c.record_id, RECORD.c.kind, RECORD.c.created_at, RECORD.c.body)
    places = [INDEX.c[name].label(f"place_{name}") for name in PLACE]
    words = [FACET.c[name].label(f"facet_{name}") for name in FACET_COLUMNS]
    joined = RECORD.outerjoin(INDEX, INDEX.c.record_id == RECORD.c.record_id).outerjoin(
        FACET, FACET.c.facet_id == INDEX.c.facet_id
    )
    wanted = select(*columns, *places, *words).select_from(joined).where(RECORD.c.record_id > after)
    return list(session.execute(wanted.order_by(RECORD.c.record_id).limit(BATCH)))


def _fits(row: Any) -> bool:
    clear = _clear(row)
    facet = facet_of(clear)
    place = index_row(clear, facet, record_id=row.record_id, created_at=row.created_at)
    words = facet.row
    return all(getattr(row, f"place_{name}") == place[name] for name in PLACE) and all(
        getattr(row, f"facet_{name}") == words[name] for name in FACET_COLUMNS
    )
