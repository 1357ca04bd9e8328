"""Counting what is used of a budget: taken before each call, set right after it, in one durable transaction each."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.capacity.budget import FREE, Budget, Exhausted, Limits, Spent, day_of, exhausted
from app.capacity.counting import add
from app.capacity.tables import BudgetRow, SpentRow
from app.database import Database
from app.runtime import Runtime

SCHOOL = ""
USUAL = Limits(requests=2_000)
"""What each person of a school that set nothing may use in a day: far above a day's work, and an end to a loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one call took beforehand: itself, and its tokens and cost by estimate."""

    school: str
    person: UUID
    day: date
    tokens: int
    cost: int


class Budgets:
    """What schools may still use today, on every process that shares the database."""

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self._database, self._runtime = database, runtime

    def of(self, school: str) -> Budget:
        """The budget that holds for a school now."""
        return self._database.read(lambda session: latest(session, school))

    def spent(self, school: str, person: UUID | None = None) -> Spent:
        """What the whole school, or one of its people, has used today."""
        day, holder = day_of(self._runtime.now()), SCHOOL if person is None else str(person)
        return self._database.read(lambda session: spent_of(session, school, day, holder))

    def check(self, school: str | None, person: UUID) -> Exhausted | None:
        """Whether a call could begin now; takes nothing."""
        at, code = self._runtime.now(), school or ""

        def read(session: Session) -> Exhausted | None:
            day = day_of(at)
            whole = spent_of(session, code, day, SCHOOL)
            return exhausted(latest(session, code), whole, spent_of(session, code, day, str(person)), at)

        return self._database.read(read)

    def take(self, school: str | None, person: UUID, *, tokens: int = 0, cost: int = 0) -> Taken | Exhausted:
        """Take one call out of both budgets, if both have something left; durable when this returns.

        Calls that begin at the same moment, on any process, see what the others took. What a killed process took
        and did not settle stays taken.

        Args:
            tokens: estimate of prompt and answer together.
            cost: estimate in millionths of a unit of the currency.

        Raises:
            NotRecorded: it could not be made durable: no call.
        """
        at, code = self._runtime.now(), school or ""
        taken = Taken(school=code, person=person, day=day_of(at), tokens=tokens, cost=cost)

        def work(session: Session) -> Taken | Exhausted:
            _add(session, taken)  # of nothing: from here on both rows are this transaction's
            whole, own = (spent_of(session, code, taken.day, holder) for holder in (SCHOOL, str(person)))
            found = exhausted(latest(session, code), whole, own, at)
            if found is None:
                _add(session, taken, requests=1, tokens=tokens, cost=cost)
            return found or taken

        return self._database.write(work)

    def settle(self, taken: Taken, *, tokens: int, cost: int = 0) -> None:
        """Put what a call really used in the place of its estimate.

        Raises:
            NotRecorded: it could not be made durable; the estimate stays.
        """
        more = {"tokens": tokens - taken.tokens, "cost": cost - taken.cost}
        if any(more.values()):
            self._database.write(lambda session: _add(session, taken, **more))


def latest(session: Session, school: str) -> Budget:
    """The highest version of a school's budget; what is usual where it set none."""
    wanted = select(BudgetRow).where(BudgetRow.school == school).order_by(BudgetRow.version.desc()).limit(1)
    row = session.scalar(wanted)
    if row is None:
        return Budget(school=school, each=USUAL)
    return Budget(
        school=school,
        whole=Limits(requests=row.school_requests, tokens=row.school_tokens, cost=row.school_cost),
        each=Limits(requests=row.person_requests, tokens=row.person_tokens, cost=row.person_cost),
        version=row.version,
    )


def spent_of(session: Session, school: str, day: date, holder: str) -> Spent:
    """What one holder used on a day."""
    key = (SpentRow.school == school, SpentRow.day == day, SpentRow.holder == holder)
    row = session.execute(select(SpentRow.requests, SpentRow.tokens, SpentRow.cost).where(*key)).first()
    return FREE if row is None else Spent(requests=row.requests, tokens=row.tokens, cost=row.cost)


def _add(session: Session, taken: Taken, **amounts: int) -> None:
    """Add to the school's row and the person's, always in this order, so that no two calls wait for each other."""
    for holder in (SCHOOL, str(taken.person)):
        add(session, SpentRow, {"school": taken.school, "day": taken.day, "holder": holder}, **amounts)
