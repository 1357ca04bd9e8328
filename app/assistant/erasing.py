"""Erasure on request: what would go is shown first, one person asks, another decides, and then the keys are deleted."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts import Permission, Principal
from app.assistant.approving import Ground
from app.audit import Basis, Losses, Record, RequestKind, Scope
from app.errors import BadArgument, NotFound

LOGGER = logging.getLogger("ustaz.audit")
OWN = Permission.OWN_ERASURE_REQUEST
SCHOOL = Permission.SCHOOL_ERASURE_REQUEST
DECIDE = Permission.ALL_APPROVAL_DECIDE
LEAST_AGE = timedelta(days=183)
"""Texts of records are kept at least half a year; only a person's or a record's erasure is sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose texts, or which record's, or how old ones of the school: exactly one is named."""

    person_id: UUID | None = None
    record_id: UUID | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erasing(Ground):
    """Requests for erasure, and what they would take."""

    def wish_for_person(self, principal: Principal, subject: str) -> Wish:
        """The wish for all texts of the person `iss|sub`: oneself, or somebody of the school.

        Raises:
            Forbidden: the person may not ask for that.
            NotFound: nobody of that name within reach.
        """
        person = self.person(principal)
        if subject == person.subject:
            return Wish(person_id=person.person_id)
        self.accounts.require(person, SCHOOL)
        for one in self.accounts.people(person):
            if f"{one.issuer}|{one.identifier}" == subject:
                return Wish(person_id=one.person_id)
        raise NotFound("nobody of that name within reach", key="accounts.cannot.no_person")

    def wish_for_record(self, principal: Principal, code: str) -> Wish:
        """The wish for the text of the record that a receipt code names: the person's own, or one of the school.

        Raises:
            BadArgument: not a receipt code.
            Forbidden: the person may not ask for that.
            NotFound: no such record within reach.
        """
        return Wish(record_id=self._reached(self.person(principal), self.coded(code)).record_id)

    def losses(self, principal: Principal, wish: Wish) -> Losses:
        """The dry run: how many keys, records, conversations, documents and drafts would lose their text.

        Raises:
            BadArgument: not exactly one thing is named, texts younger than half a year, or an age by somebody who
                belongs to no school.
            Forbidden: the person may not ask for that.
            NotFound: no such person or record within reach.
        """
        person, scope = self._scope(principal, wish)
        self.reading(person, self._permission(person, scope), "erasure_dry_run")
        return self.audit.erasure.losses(scope)

    def ask_to_erase(self, principal: Principal, wish: Wish, *, basis: Basis, reason: str) -> UUID:
        """Ask; nothing is erased before another person agrees.

        Args:
            reason: in words, 10 to 500 characters; the second approver reads them.

        Raises:
            BadArgument: no words, not exactly one thing named, or texts younger than half a year.
            Forbidden: the person may not ask for that.
            NotFound: no such person or record within reach.
            NotRecorded: it is not durable.
        """
        person, scope = self._scope(principal, wish)
        target = None if scope.record_id is None else self.audit.find(scope.record_id)
        return self.audit.requests.ask_to_erase(
            actor=person.subject,
            role=person.role_for(self._permission(person, scope)),
            scope=scope,
            basis=basis,
            words=reason,
            target=target,
        )

    def losses_of(self, principal: Principal, request_id: UUID) -> Losses:
        """What a request would take if it were approved now.

        Raises:
            Forbidden: the person decides nothing there.
            NotFound: no such request for an erasure.
        """
        person = self.reading(principal, DECIDE, "erasure_dry_run", request=str(request_id))
        request = self.audit.requests.one(request_id)
        if request.kind is not RequestKind.ERASE or not person.reach(DECIDE).covers(request.school):
            raise NotFound(f"no request {request_id} within reach", key="approvals.cannot.none")
        return self.audit.erasure.losses(request.scope)

    def after_erasure(self) -> None:
        """Keep what was erased outside the database too, and take the remains of the keys out of its files."""
        try:
            self.audit.erasure.settle()
            if not self.audit.scrub():
                LOGGER.warning("remains of erased keys stay in the database files until the next sweep")
        except OSError as error:
            LOGGER.error("the list of erased keys was not written, it is tried again daily: %s", error)

    def _scope(self, principal: Principal, wish: Wish) -> tuple[Principal, Scope]:
        """What a wish means for this person, who may ask for it."""
        person = self.person(principal)
        given = [one for one in (wish.person_id, wish.record_id, wish.before) if one is not None]
        if len(given) != 1:
            raise BadArgument("name a person, a record or an age", key="erasure.cannot.nothing")
        now = self.runtime.now()
        if wish.person_id is not None:
            return person, self._of_person(person, wish.person_id, now)
        if wish.record_id is not None:
            record = self._reached(person, self.audit.find(wish.record_id))
            return person, Scope(school=record.school, record_id=record.record_id)
        self.accounts.require(person, SCHOOL, person.school)
        if person.school is None:
            raise BadArgument("an erasure by age is of one school", key="erasure.cannot.no_school")
        if wish.before is None or wish.before > now - LEAST_AGE:
            raise BadArgument("texts are kept at least half a year", key="erasure.cannot.too_young")
        return person, Scope(school=person.school, before=wish.before)

    def _of_person(self, person: Principal, person_id: UUID, now: datetime) -> Scope:
        """All that a person left until now; their own, or, for a school admin, of somebody of the school."""
        if person_id == person.person_id:
            self.accounts.require(person, OWN)
            school, subject = person.school, person.subject
        else:
            self.accounts.require(person, SCHOOL)
            found = self.accounts.within(person, person_id, SCHOOL)
            school, subject = found.school, f"{found.issuer}|{found.identifier}"
        return Scope(school=school, pseudonym=self.audit.pseudonym(subject), person_id=person_id, before=now)

    def _reached(self, person: Principal, record: Record | None) -> Record:
        own = record is not None and record.pseudonym == self.audit.pseudonym(person.subject)
        if own and person.may(OWN):
            pass
        elif not person.may(SCHOOL):
            self.accounts.require(person, SCHOOL)
        elif record is None or not person.reach(SCHOOL).covers(record.school):
            record = None
        if record is None:
            raise NotFound("no such record within reach", key="erasure.cannot.no_record")
        return record

    def _permission(self, person: Principal, scope: Scope) -> Permission:
        """Under which permission the person asks."""
        own = scope.person_id == person.person_id and person.may(OWN)
        return OWN if own or not person.may(SCHOOL) else SCHOOL
