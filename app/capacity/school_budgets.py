"""The school admin's budgets: what is set and used today, what a change would stop, and the recorded change."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.accounts.duty import Duty
from app.capacity.budget import KINDS, Budget, Limits, Spent, day_of, next_day, used_up
from app.capacity.budgets import SCHOOL, latest, spent_of
from app.capacity.tables import BudgetRow, SpentRow
from app.database import Entry
from app.errors import BadArgument, Conflict, Forbidden

CHANGE = Permission.SCHOOL_BUDGET_CHANGE
MOST = 10**12
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetOverview:
    """A school's day so far.

    Attributes:
        spent: of the whole school.
        people: what each person who called a model today used, most first; nobody is named.
        until: when the next day begins and everything is counted from nothing again.
    """

    budget: Budget
    spent: Spent
    people: tuple[Spent, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What a budget would stop at once: the whole school, and how many of today's people."""

    school: bool
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetChanged:
    """The budget was changed and recorded."""

    budget: Budget
    record_id: UUID


class SchoolBudgets(Duty):
    """Shows and changes what a school may use in a day; in force at the next call, on every process."""

    def overview(self, principal: Principal) -> BudgetOverview:
        """The budget and what was used of it today.

        Raises:
            Forbidden: the person may not see the school's budget (recorded).
        """
        school = self._school(principal, Permission.SCHOOL_BUDGET_READ)
        at = self._runtime.now()

        def read(session: Session) -> BudgetOverview:
            day = day_of(at)
            wanted = select(SpentRow.requests, SpentRow.tokens, SpentRow.cost).where(
                SpentRow.school == school, SpentRow.day == day, SpentRow.holder != SCHOOL
            )
            rows = session.execute(wanted.order_by(SpentRow.requests.desc(), SpentRow.tokens.desc()))
            return BudgetOverview(
                budget=latest(session, school),
                spent=spent_of(session, school, day, SCHOOL),
                people=tuple(Spent(requests=one.requests, tokens=one.tokens, cost=one.cost) for one in rows),
                until=next_day(at),
            )

        return self._database.read(read)

    def change(
        self, principal: Principal, *, whole: Limits, each: Limits, reason: str, version: int
    ) -> BudgetChanged:
        """Set what the school, and each of its people, may use in a day; on record in the same transaction.

        Args:
            reason: why, in the admin's words; kept sealed in the record.
            version: of the budget that the admin saw; another one by now is refused.

        Raises:
            Forbidden: the person may not change the school's budget (recorded).
            BadArgument: a limit below nothing or beyond all measure, no reason or one too long, or no change at all.
            Conflict: somebody else changed it meanwhile.
            NotRecorded: it could not be made durable; nothing changed.
        """
        school, why = self._school(principal, CHANGE), reason.strip()
        check(whole, each, why)

        def work(session: Session) -> BudgetChanged:
            before = latest(session, school)
            if before.version != version:
                raise Conflict("another version by now", key="capacity.change.elsewhere")
            if before.version > 0 and (before.whole, before.each) == (whole, each):
                raise BadArgument("nothing changes", key="capacity.change.nothing")
            after = replace(before, whole=whole, each=each, version=before.version + 1)
            record_id = self._recorder.record(session, _entry(principal, before, after, why))
            row = BudgetRow(
                school=school, version=after.version, changed_at=self._runtime.now(), record_id=record_id
            )
            for kind in KINDS:
                setattr(row, f"school_{kind}", getattr(whole, kind))
                setattr(row, f"person_{kind}", getattr(each, kind))
            session.add(row)
            session.flush()
            return BudgetChanged(budget=after, record_id=record_id)

        try:
            return self._database.write(work)
        except IntegrityError as error:
            raise Conflict("changed at the same moment", key="capacity.change.elsewhere") from error

    def _school(self, principal: Principal, permission: Permission) -> str:
        if principal.school is None:
            self.require(principal, permission)
            raise Forbidden("the person belongs to no school", permission=str(permission))
        self.require(principal, permission, principal.school)
        return principal.school


def stopped(overview: BudgetOverview, *, whole: Limits, each: Limits) -> Stopped:
    """What a budget would mean for this very day, before it is set."""
    return Stopped(
        school=used_up(whole, overview.spent) is not None,
        people=sum(used_up(each, one) is not None for one in overview.people),
    )


def check(whole: Limits, each: Limits, reason: str) -> None:
    """Hold what an admin typed to what can be counted.

    Raises:
        BadArgument: see `SchoolBudgets.change`.
    """
    limits: Sequence[int | None] = [getattr(one, kind) for one in (whole, each) for kind in KINDS]
    if any(one is not None and not 0 <= one <= MOST for one in limits):
        raise BadArgument("a limit out of range", key="capacity.change.range", most=MOST)
    if not reason:
        raise BadArgument("no reason", key="capacity.change.no_reason")
    if len(reason) > LONGEST_REASON:
        raise BadArgument("a long reason", key="capacity.change.reason_too_long", most=LONGEST_REASON)


def _entry(principal: Principal, before: Budget, after: Budget, why: str) -> Entry:
    role = principal.role_for(CHANGE)
    return Entry(
        kind="admin_change",
        school=after.school,
        actor=principal.subject,
        role=None if role is None else str(role),
        clear={
            "event": "budget_changed",
            "before_digest": before.digest,
            "after_digest": after.digest,
            "before": {"school": asdict(before.whole), "person": asdict(before.each)},
            "after": {"school": asdict(after.whole), "person": asdict(after.each)},
            "budget_version": after.version,
        },
        sealed={"reason": why},
    )
