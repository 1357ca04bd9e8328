"""The log's own memory of which heads were taken where; what proves them lies with those who took them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.audit.checkpoint import Checkpoint
from app.audit.fields import Kind
from app.audit.tables import LEAF, RECORD
from app.audit.witness.place import NotTaken, Reason
from app.audit.witness.tables import ANCHOR, TROUBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A head that a place took."""

    place: str
    size: int
    accepted_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a place did not take the last head that it was shown; `known`: leaves under the head that it holds."""

    place: str
    reason: Reason
    size: int
    known: int
    since: datetime


def newest(session: Session) -> Mapping[str, Taken]:
    """The newest head that each place took."""
    found: dict[str, Taken] = {}
    place = session.scalar(select(func.min(ANCHOR.c.place)))
    while place is not None:  # a few places, many heads: one look into the index for each place
        last = select(ANCHOR).where(ANCHOR.c.place == place).order_by(ANCHOR.c.size.desc()).limit(1)
        row = session.execute(last).one()
        found[place] = Taken(place=place, size=row.size, accepted_at=row.accepted_at, note=row.note)
        place = session.scalar(select(func.min(ANCHOR.c.place)).where(ANCHOR.c.place > place))
    return found


def over(session: Session, index: int) -> Taken | None:
    """The newest head over a leaf that some place took; a witness's before any other, because it proves itself."""
    found = [one for one in newest(session).values() if one.size > index]
    return max(found, key=lambda one: (one.place.startswith("witness:"), one.size), default=None)


def troubles(session: Session) -> tuple[Trouble, ...]:
    """What hinders places, the worst first."""
    rows = [
        Trouble(place=row.place, reason=Reason(row.reason), size=row.size, known=row.known, since=row.since)
        for row in session.execute(select(TROUBLE).order_by(TROUBLE.c.place))
    ]
    return tuple(sorted(rows, key=lambda one: not one.reason.alarming))


def waiting_since(session: Session, size: int) -> datetime | None:
    """When the first record at leaf `size` or after it was written; None if nothing there wants a place.

    Records of anchoring do not count: they would call for the next head for ever.
    """
    return session.scalar(
        select(RECORD.c.created_at)
        .join(LEAF, LEAF.c.record_id == RECORD.c.record_id)
        .where(LEAF.c.leaf_index >= size, RECORD.c.kind != Kind.ANCHORED.value)
        .order_by(LEAF.c.leaf_index)
        .limit(1)
    )


def remember(session: Session, place: str, head: Checkpoint, note: str, at: datetime) -> None:
    """A place took a head."""
    row = {"place": place, "size": head.size, "root": head.root.hex(), "note": note, "accepted_at": at}
    session.execute(insert(ANCHOR), row)
    session.execute(delete(TROUBLE).where(TROUBLE.c.place == place))


def note_trouble(session: Session, place: str, head: Checkpoint, error: NotTaken, at: datetime) -> None:
    """A place did not take a head; since when is kept as long as the reason stays."""
    since = session.scalar(
        select(TROUBLE.c.since).where(TROUBLE.c.place == place, TROUBLE.c.reason == error.reason.value)
    )
    session.execute(delete(TROUBLE).where(TROUBLE.c.place == place))
    row = {"place": place, "reason": error.reason.value, "size": head.size, "known": error.known}
    session.execute(insert(TROUBLE), {**row, "since": since or at})
