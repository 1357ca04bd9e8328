"""A request for what only two persons may do together, and how it stands."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RequestKind(StrEnum):
    """What is asked for."""

    OPEN = "open"
    ERASE = "erase"


class State(StrEnum):
    """How a request stands at an instant."""

    WAITING = "waiting"
    APPROVED = "approved"
    OVER = "over"
    REFUSED = "refused"


class Basis(StrEnum):
    """The ground of an erasure; stands in clear."""

    PERSON_ASKED = "person_asked"
    LEFT_SCHOOL = "left_school"
    MISTAKE = "mistake"
    AUTHORITY = "authority"
    RETENTION = "retention"
    """The keeper's own, when a time is over; nobody asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose texts, or which record's, or how old: what is given must all hold; an erasure of no person, record or
    school is refused.

    `pseudonym` names the person in the log, `person_id` the same person's conversations and documents.
    """

    school: str | None = None
    pseudonym: str | None = None
    person_id: UUID | None = None
    record_id: UUID | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a second person said. `words` is None once they were erased."""

    approved: bool
    decided_by: str
    words: str | None = field(repr=False)
    decided_at: datetime
    until: datetime | None
    record_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with its decision, if there is one. People are pseudonyms; `words` is None once erased."""

    request_id: UUID
    kind: RequestKind
    asked_by: str
    role: str | None
    school: str | None
    basis: Basis | None
    scope: Scope
    days: int
    words: str | None = field(repr=False)
    made_at: datetime
    record_id: UUID
    targets: tuple[UUID, ...]
    decision: Decision | None

    def state(self, now: datetime) -> State:
        """How it stands; an approved erasure is carried out and never over."""
        decision = self.decision
        if decision is None:
            return State.WAITING
        if not decision.approved:
            return State.REFUSED
        return State.OVER if decision.until is not None and decision.until <= now else State.APPROVED
