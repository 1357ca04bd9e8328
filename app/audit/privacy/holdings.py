"""What people keep beside the log under the same kind of keys: the log knows the keys, not whose or what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.privacy.request import Scope


class Paper(StrEnum):
    """What a sealed value beside the log is."""

    CONVERSATION = "conversation"
    DOCUMENT = "document"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One owner of a key that is no record; `subject` is `iss|sub` of the person, None once nobody knows it."""

    owner_id: UUID
    paper: Paper
    school: str | None
    person_id: UUID
    subject: str | None
    changed_at: datetime


class Holdings(Protocol):
    """Whoever keeps conversations and documents."""

    def within(self, session: Session, scope: Scope) -> Sequence[Holding]:
        """What an erasure of this scope takes along; nothing where the scope names a record."""
        ...

    def idle(self, session: Session, before: datetime) -> Sequence[Holding]:
        """Those whose text ends with the log's, untouched since: conversations, never documents."""
        ...


class NoHoldings:
    """Nobody keeps anything beside the log."""

    def within(self, session: Session, scope: Scope) -> Sequence[Holding]:
        """Nothing."""
        return ()

    def idle(self, session: Session, before: datetime) -> Sequence[Holding]:
        """Nothing."""
        return ()
