"""Usage without contents: how many exchanges of a school ended in which way, day by day, and their tokens."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.accounts.duty import Duty
from app.audit.fields import ABANDONED, Kind
from app.audit.tables import RECORD
from app.capacity.budget import day_of
from app.capacity.counting import add
from app.capacity.tables import UsageCountRow
from app.errors import Forbidden
from app.i18n.translator import ZONE

MOST_DAYS = 400
LONGEST_TASK = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """One line of the figures.

    Attributes:
        day: the school's own day (Asia/Almaty) on which the exchanges ended.
        entry_id: of the model that was routed to; empty: none was.
        language: of the question: kk, ru or en.
        task: `answer`, `rewrite`, `write.…`; empty where a killed process left no word of it.
        outcome: `answered`, `no_passage`, `refused`, `withheld`, `stopped`, `failed` or `abandoned`.
        cost: millionths of a unit of the currency (`app.capacity.budget.CURRENCY`).
    """

    day: date
    entry_id: str
    language: str
    task: str
    outcome: str
    exchanges: int
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int = 0


class SchoolUsage(Duty):
    """Counts what ends, and shows a school's admin the sums; no person, no word of a question stands in them."""

    def note(
        self,
        school: str | None,
        *,
        entry_id: str | None,
        language: str,
        task: str,
        outcome: str,
        input_tokens: int = 0,
        output_tokens: int = 0,
        cost: int = 0,
    ) -> None:
        """Count one exchange that has its end.

        Raises:
            NotRecorded: it could not be made durable; the exchange itself is on record whatever comes of this.
        """
        key = {
            "school": school or "",
            "day": day_of(self._runtime.now()),
            "entry_id": entry_id or "",
            "language": language,
            "task": task[:LONGEST_TASK],
            "outcome": outcome,
        }
        amounts = {
            "exchanges": 1,
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cost": cost,
        }
        self._database.write(lambda session: add(session, UsageCountRow, key, **amounts))

    def usage(self, principal: Principal, *, days: int = 30) -> tuple[UsageRow, ...]:
        """The figures of the person's own school, oldest day first; days without an exchange have no row.

        Args:
            days: how many days, today included: 1 to 400.

        Raises:
            Forbidden: the person may not see the school's usage (recorded).
        """
        if principal.school is None:
            self.require(principal, Permission.SCHOOL_USAGE_READ)
            raise Forbidden("the person belongs to no school", permission=str(Permission.SCHOOL_USAGE_READ))
        self.require(principal, Permission.SCHOOL_USAGE_READ, principal.school)
        first = day_of(self._runtime.now()) - timedelta(days=min(max(1, days), MOST_DAYS) - 1)
        school = principal.school

        def read(session: Session) -> tuple[UsageRow, ...]:
            wanted = select(UsageCountRow).where(UsageCountRow.school == school, UsageCountRow.day >= first)
            return (*map(_row, session.scalars(wanted)), *_abandoned(session, school, first))

        rows = self._database.read(read)
        return tuple(
            sorted(rows, key=lambda one: (one.day, one.entry_id, one.language, one.task, one.outcome))
        )


def _row(row: UsageCountRow) -> UsageRow:
    return UsageRow(
        day=row.day,
        entry_id=row.entry_id,
        language=row.language,
        task=row.task,
        outcome=row.outcome,
        exchanges=row.exchanges,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost=row.cost,
    )


def _abandoned(session: Session, school: str, first: date) -> tuple[UsageRow, ...]:
    """What recovery ended for dead processes: they could count nothing, so the log is asked."""
    since = datetime.combine(first, time(0), tzinfo=ZONE)
    wanted = select(RECORD.c.created_at, RECORD.c.entry_id, RECORD.c.language).where(
        RECORD.c.school == school, RECORD.c.created_at >= since, RECORD.c.kind == Kind.ABANDONED.value
    )
    counts: dict[tuple[date, str, str], int] = {}
    for at, entry_id, language in session.execute(wanted):
        key = (day_of(at), entry_id or "", language or "")
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        UsageRow(day=day, entry_id=entry_id, language=language, task="", outcome=ABANDONED, exchanges=number)
        for (day, entry_id, language), number in counts.items()
    )
