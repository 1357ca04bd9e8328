"""The admin's desk of protection: what holds, what the floor allows, the recorded change, and its history."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.accounts.duty import Duty
from app.audit import AuditLog
from app.database import Database, Entry
from app.errors import BadArgument, Conflict, Forbidden, NotFound, TamperedLog
from app.protection.policies import Protections, Standing, change_of, latest, put
from app.protection.sightings import Sighting, Sightings
from app.protection.tables import ProtectionRow
from app.runtime import Runtime
from guardrails.choice import Choice, choice_in, effective, trouble
from guardrails.guardrails import Combined
from guardrails.policy import Policy
from guardrails.verdict import Subject

READ, CHANGE = Permission.SCHOOL_PROTECTION_READ, Permission.SCHOOL_PROTECTION_CHANGE
TRY = Permission.SCHOOL_PROTECTION_TRY
LONGEST_REASON = 500
MOST_CHANGES = 100

Calling = Callable[[Callable[[Mapping[str, Any]], None]], AbstractContextManager[None]]
"""Within it what the rails call is told before it is called: the permit, as records hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionOverview:
    """Everything on the admin's page; `standing.policy` is None where the stored choice cannot be read."""

    shipped: Policy
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionChanged:
    """The choice was changed and recorded."""

    standing: Standing
    record_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the history.

    Attributes:
        choice: canonical JSON, as it was stored.
        person_id: who changed it; None: a newer release or floor did.
        reason: in the admin's words; None: none was given, or it was erased.
    """

    version: int
    at: datetime
    choice: str
    policy_digest: str
    person_id: UUID | None
    record_id: UUID
    reason: str | None = field(default=None, repr=False)


class SchoolProtection(Duty):
    """Shows and changes how strict a school is; never below the floor, whatever is asked for."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        runtime: Runtime,
        protections: Protections,
        sightings: Sightings,
        calling: Calling,
    ) -> None:
        super().__init__(database, audit, runtime)
        self._audit, self._protections, self._sightings = audit, protections, sightings
        self._calling = calling

    def overview(self, principal: Principal) -> ProtectionOverview:
        """What holds in the person's school.

        Raises:
            Forbidden: the person may not see it (recorded).
        """
        school = self._school(principal, READ)
        return ProtectionOverview(
            shipped=self._protections.shipped, standing=self._protections.standing(school)
        )

    def change(self, principal: Principal, choice: Choice, *, reason: str, version: int) -> ProtectionChanged:
        """Set the school's choice; its record stands in the same transaction, before it counts.

        Args:
            reason: why, in the admin's words; kept sealed in the record.
            version: of the choice that the admin saw; another one by now is refused.

        Raises:
            Forbidden: the person may not change it (recorded).
            BadArgument: below the floor, unknown, no change at all, no reason or one too long.
            Conflict: somebody else changed it meanwhile.
            NotRecorded: it could not be made durable; nothing changed.
        """
        school, why = self._school(principal, CHANGE), reason.strip()
        if not why:
            raise BadArgument("no reason", key="protection.change.no_reason")
        if len(why) > LONGEST_REASON:
            raise BadArgument("a long reason", key="protection.change.reason_too_long", most=LONGEST_REASON)
        policy = self.judged(choice)
        # A newer release or floor is given its own version first, so that what this change does is told apart from it.
        self._protections.standing(school)

        def work(session: Session) -> ProtectionChanged:
            before = latest(session, school)
            if before.version != version:
                raise Conflict("another version by now", key="protection.change.elsewhere")
            if before.choice == choice.text:
                raise BadArgument("nothing changes", key="protection.change.nothing")
            after = Standing(version=version, choice=choice, policy=policy, digest=policy.digest)
            role = principal.role_for(CHANGE)
            entry = Entry(
                kind="admin_change",
                school=school,
                actor=principal.subject,
                role=None if role is None else str(role),
                clear=change_of(before, version + 1, after, "protection_changed"),
                sealed={"reason": why},
            )
            record_id = self._recorder.record(session, entry)
            put(session, school, after, record_id, principal.person_id, self._runtime)
            return ProtectionChanged(standing=replace(after, version=version + 1), record_id=record_id)

        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise Conflict("changed at the same moment", key="protection.change.elsewhere") from error

    def judged(self, choice: Choice) -> Policy:
        """The policy that a choice would make.

        Raises:
            BadArgument: the floor does not allow it.
        """
        shipped = self._protections.shipped
        wrong = trouble(shipped, choice)
        if wrong is not None:
            raise BadArgument("below the floor", key="protection.change.below_floor", what=wrong[:80])
        # As it will be read: what is stored and cannot be read back would stop the whole school.
        return effective(shipped, choice_in(choice.text))

    def sightings(self, principal: Principal) -> tuple[Sighting, ...]:
        """Counts of what the checks found in the school's last 30 days; `impacts` and `bands` say what they mean.

        Raises:
            Forbidden: the person may not see them (recorded).
        """
        return self._sightings.of(self._school(principal, READ))

    def simulate(self, principal: Principal, subject: Subject, policy: Policy) -> Combined:
        """What the rails of a policy say of a pasted text; on record as tried, without the text or anything of it.

        What a rail calls meanwhile is on record before it is called; where that fails, the rail does.

        Raises:
            Forbidden: the person may not try texts (recorded).
            NotRecorded: the run could not be recorded; nothing was inspected.
        """
        school = self._school(principal, TRY)
        role, rails = principal.role_for(TRY), self._protections.rails(policy)

        def record(clear: Mapping[str, Any]) -> None:
            entry = Entry(
                kind="admin_change",
                school=school,
                actor=principal.subject,
                role=None if role is None else str(role),
                clear=dict(clear),
            )
            self._database.write(lambda session: self._recorder.record(session, entry))

        record(
            {
                "event": "protection_tried",
                "side": str(subject.stage),
                "text_language": subject.language,
                "policy_digest": policy.digest,
                "inventory_digest": rails.inventory_digest,
            }
        )
        with self._calling(lambda permit: record({"event": "protection_try_called", **permit})):
            return rails.inspect(subject)

    def history(self, principal: Principal) -> tuple[Change, ...]:
        """The versions of the school's choice, newest first, each with its reason.

        Raises:
            Forbidden: the person may not see them (recorded).
        """
        school = self._school(principal, READ)
        # Columns, not rows of the mapper: they outlive the session.
        wanted = select(*ProtectionRow.__table__.columns).where(ProtectionRow.school == school)
        newest = wanted.order_by(ProtectionRow.version.desc()).limit(MOST_CHANGES)
        rows = self._database.read(lambda session: session.execute(newest).all())
        return tuple(
            Change(
                version=row.version,
                at=row.changed_at,
                choice=row.choice,
                policy_digest=row.policy_digest,
                person_id=row.person_id,
                record_id=row.record_id,
                reason=self._reason(row.record_id, school),
            )
            for row in rows
        )

    def _reason(self, record_id: UUID, school: str) -> str | None:
        record = self._audit.find(record_id)
        if record is None:
            return None
        try:
            return self._audit.change_reason(record, school=school)
        except (NotFound, TamperedLog):
            return None

    def _school(self, principal: Principal, permission: Permission) -> str:
        if principal.school is None:
            self.require(principal, permission)
            raise Forbidden("the person belongs to no school", permission=str(permission))
        self.require(principal, permission, principal.school)
        return principal.school
