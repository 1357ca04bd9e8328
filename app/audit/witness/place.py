"""A place that takes heads of the log, and what it may ask about the tree before it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select

from app.audit.checkpoint import Checkpoint, parse
from app.audit.tables import CHECKPOINT
from app.audit.tree import consistency_proof, edge_of
from app.database import Database


class Reason(StrEnum):
    """Why a place did not take a head."""

    UNREACHABLE = "unreachable"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNKNOWN_LOG = "unknown_log"
    NOT_GENUINE = "not_genuine"
    FORK = "fork"
    ROLLED_BACK = "rolled_back"

    @property
    def alarming(self) -> bool:
        """Whether it means that the log was written anew, and not merely that something is unplugged."""
        return self in (Reason.FORK, Reason.ROLLED_BACK)


class NotTaken(Exception):
    """A place did not take the head; `known` is the size of the newest head that it holds, if it said so."""

    def __init__(self, reason: Reason, detail: str, *, known: int = 0) -> None:
        self.reason, self.known = reason, known
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Grown:
    """The tree as the tables have it: what is told to whoever checks that it has only grown."""

    database: Database

    def newest(self) -> Checkpoint | None:
        """The newest signed head."""
        found = self.database.read(
            lambda session: session.scalar(
                select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1)
            )
        )
        return None if found is None else parse(found)

    def after(self, size: int) -> tuple[str, ...]:
        """The notes of all heads over more than `size` leaves, smallest first."""
        wanted = select(CHECKPOINT.c.note).where(CHECKPOINT.c.size > size).order_by(CHECKPOINT.c.size)
        return tuple(self.database.read(lambda session: list(session.scalars(wanted))))

    def root(self, size: int) -> bytes | None:
        """The root over the first `size` leaves; None if there are not so many."""
        try:
            return self.database.read(lambda session: edge_of(session, size).root())
        except LookupError:
            return None

    def proof(self, first: int, second: int) -> Sequence[bytes]:
        """That the tree of `second` leaves extends the one of `first`; empty for the empty tree and for itself.

        Raises:
            LookupError: a hash is missing from the tables.
        """
        if first in (0, second):
            return ()
        return self.database.read(lambda session: consistency_proof(session, first, second))


class Place(Protocol):
    """Somewhere outside the database where heads are kept."""

    @property
    def name(self) -> str:
        """How records call it: `folder` or `witness:<name of its key>`."""
        ...

    def take(self, head: Checkpoint, tree: Grown) -> str:
        """Keep a head; gives the note as it is kept, with a witness's cosignature under it.

        Raises:
            NotTaken: it was not kept.
        """
        ...
