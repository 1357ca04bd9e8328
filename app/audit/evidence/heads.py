"""The head of the tree that evidence is proved against: by default the newest that the log signed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.checkpoint import notes, parse
from app.audit.evidence.nodes import continuation
from app.audit.tables import CHECKPOINT
from app.audit.tree import edge_of
from app.errors import BadArgument, Conflict, NotFound

CONTINUES = "ustaz-consistency/1"
"""First line of the file that leads from a head which the auditor holds to the head of the bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A tree of the first `size` leaves; `note` is the signed head over exactly these."""

    origin: str
    size: int
    root: bytes
    note: str


def newest(session: Session) -> Head:
    """The newest signed head.

    Raises:
        NotFound: nothing is signed yet.
    """
    note = session.scalar(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1))
    if note is None:
        raise NotFound("no head is signed yet", key="audit.refusal.not_signed_yet")
    return _of(note)


def at(session: Session, size: int | None) -> Head:
    """The head that the log signed over exactly so many leaves; None: the newest.

    Of the sizes between, every one would have a root of its own, and whoever might name it chose among as many trees.

    Raises:
        NotFound: nothing is signed yet.
        BadArgument: no head is signed over so many.
    """
    known = newest(session)
    if size is None or size == known.size:
        return known
    signed = select(CHECKPOINT.c.note).where(CHECKPOINT.c.size == size)
    note = session.scalar(signed) if 0 < size < known.size else None
    if note is None:
        raise BadArgument(f"a tree of {size} leaves is not signed", key="examination.cannot.tree")
    return _of(note)


def _of(note: str) -> Head:
    known = parse(note)
    return Head(origin=known.origin, size=known.size, root=known.root, note=note)


def since(session: Session, kept: str, head: Head) -> str | None:
    """What leads from a head that somebody kept to this one; None if it is this one.

    Args:
        kept: the text of one or more signed heads of this log; the largest that is not larger than `head` counts.

    Raises:
        BadArgument: it holds no such head.
        Conflict: the log has other leaves now than that head says.
    """
    try:
        known = [parse(note) for note in notes(kept)]
    except ValueError as error:
        raise BadArgument(f"not a head: {error}", key="evidence.cannot.since") from error
    earlier = [one for one in known if one.origin == head.origin and 0 < one.size <= head.size]
    if not earlier:
        raise BadArgument("no head of this log", key="evidence.cannot.since")
    first = max(earlier, key=lambda one: one.size)
    if first.root != edge_of(session, first.size).root():
        raise Conflict(
            f"the head over {first.size} leaves is of another tree",
            key="evidence.cannot.contradicts",
            size=first.size,
        )
    if first.size == head.size:
        return None
    lines = (one.hex() for one in continuation(session, first.size, head.size))
    return "".join(f"{line}\n" for line in (CONTINUES, first.size, *lines))
