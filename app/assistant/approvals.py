"""What two persons may do together: an auditor or admin asks, a second person decides, and only then it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import EVERYWHERE, Permission, Principal
from app.assistant.erasing import Erasing
from app.assistant.holding import Holding
from app.audit import OpenedText, Record, Request, RequestKind, State
from app.errors import NotFound

OPEN = Permission.ALL_CONTENT_OPEN
DECIDE = Permission.ALL_APPROVAL_DECIDE
PAGE = 25
"""Requests on one page; a reading gives one more where there are more."""


@dataclass(frozen=True, slots=True)
class Approvals(Erasing, Holding):
    """Requests to open content or to erase it, what the second approver says to them, and legal holds."""

    def ask_to_open(self, principal: Principal, record_ids: Sequence[UUID], *, purpose: str) -> UUID:
        """Ask to read the sealed content of one record or a sample, with the whole exchange of each.

        Args:
            purpose: why, in words: 10 to 500 characters; the second approver reads them.

        Raises:
            BadArgument: no words, no records, or more than 500.
            Forbidden: the person may not open content.
            NotFound: a record is not within reach.
            NotRecorded: it is not durable.
        """
        person = self.admitted(principal, OPEN)
        records = [self._within(person, one) for one in dict.fromkeys(record_ids)]
        return self.audit.requests.ask_to_open(
            actor=person.subject,
            role=person.role_for(OPEN),
            records=records,
            purpose=purpose,
            days=self.days,
        )

    def mine(self, principal: Principal) -> tuple[Request, ...]:
        """What the person asked for, newest first, with the decisions.

        Raises:
            Forbidden: not let in.
        """
        return self.audit.requests.of(self.person(principal).subject)

    def standing(self, principal: Principal, record_id: UUID) -> Request | None:
        """The person's request about a record or its exchange: one in force, else the newest, else None.

        Raises:
            Forbidden: the person may not open content.
            NotFound: the record is not within reach.
        """
        person = self.admitted(principal, OPEN)
        found = self.audit.requests.about(self._within(person, record_id), actor=person.subject)
        in_force = [one for one in found if self.state(one) is State.APPROVED]
        return next(iter((*in_force, *found)), None)

    def open_to(self, principal: Principal) -> frozenset[UUID]:
        """The records that the person asked for and may read now; a search in texts goes over these alone.

        Raises:
            Forbidden: the person may not open content.
        """
        return self.audit.openings.in_force(self.admitted(principal, OPEN).subject)

    def content(
        self, principal: Principal, record_ids: Sequence[UUID], *, purpose: str = "content"
    ) -> tuple[OpenedText, ...]:
        """The text of records and of the others of their exchanges, oldest first; recorded before it is opened.

        Args:
            purpose: one word for what is done with it: `content`, `text_search`, `export`.

        Raises:
            Forbidden: the person may not, or no approval for one of them is in force.
            NotFound: a record is not within reach.
            NotRecorded: the look could not be recorded: nothing is shown.
        """
        person = self.admitted(principal, OPEN)
        for one in record_ids:
            self._within(person, one)
        return self.audit.openings.read(
            record_ids,
            actor=person.subject,
            role=person.role_for(OPEN),
            school=person.school,
            purpose=purpose,
        )

    def waiting(self, principal: Principal, *, start: int = 0) -> tuple[Request, ...]:
        """What waits for a decision within the person's reach, longest first; own requests are not among them.

        Args:
            start: how many to pass over; at most `PAGE` + 1 are given.

        Raises:
            Forbidden: the person decides nothing.
        """
        person = self.reading(principal, DECIDE, "approvals_waiting")
        return self.audit.requests.waiting(
            schools=_schools(person), but_not=person.subject, start=start, limit=PAGE + 1
        )

    def decided(self, principal: Principal, *, start: int = 0) -> tuple[Request, ...]:
        """What was decided within the person's reach, newest request first.

        Args:
            start: how many to pass over; at most `PAGE` + 1 are given.

        Raises:
            Forbidden: the person decides nothing.
        """
        person = self.reading(principal, DECIDE, "approvals_decided")
        return self.audit.requests.decided(schools=_schools(person), start=start, limit=PAGE + 1)

    def approve(self, principal: Principal, request_id: UUID, *, reason: str) -> Request:
        """Say yes, with a reason: content may be read from now on, or texts are erased in this very transaction.

        Raises:
            BadArgument: no reason in words.
            Conflict: somebody decided already, or something to be erased is on hold.
            Forbidden: the person does not decide in every school whose texts it is about, or asked themselves.
            NotFound: no such request.
        """
        return self._decide(principal, request_id, approved=True, reason=reason)

    def refuse(self, principal: Principal, request_id: UUID, *, reason: str) -> Request:
        """Say no, with a reason; raises as `approve`."""
        return self._decide(principal, request_id, approved=False, reason=reason)

    def state(self, request: Request) -> State:
        """How a request stands now."""
        return request.state(self.runtime.now())

    def _decide(self, principal: Principal, request_id: UUID, *, approved: bool, reason: str) -> Request:
        person = self.admitted(principal, DECIDE)
        request = self.audit.requests.one(request_id)
        self.accounts.require(person, DECIDE, request.school or EVERYWHERE)
        erases = approved and request.kind is RequestKind.ERASE
        role = person.role_for(DECIDE)

        def carry_out(session: Session, found: Request, _: UUID) -> None:
            self.audit.erasure.carry_out(session, found, person.subject, role, _schools(person))

        decided = self.audit.requests.decide(
            request_id,
            actor=person.subject,
            role=role,
            approved=approved,
            reason=reason,
            carry_out=carry_out if erases else None,
        )
        if erases:
            self.after_erasure()
        return decided

    def _within(self, person: Principal, record_id: UUID) -> Record:
        record = self.audit.find(record_id)
        if record is None or not person.reach(OPEN).covers(record.school):
            raise NotFound(f"no record {record_id} within reach")
        return record


def _schools(person: Principal) -> frozenset[str] | None:
    reach = person.reach(DECIDE)
    return None if reach.everywhere else reach.schools
