"""Counts of what the safety checks found in a school's questions and answers; no text, no person, no hash of either."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.capacity.budget import day_of
from app.capacity.counting import add
from app.database import Database
from app.protection.tables import SightingRow
from app.runtime import Runtime
from guardrails.policy import Policy
from guardrails.rejudging import Seen, read_back, seen_of, written
from guardrails.verdict import Stage, Verdict

DAYS = 30
QUESTION, ANSWER = "question", "answer"
SIDES = (QUESTION, ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """So many questions, or answers, in a language, in which the checks found the same."""

    side: str
    language: str
    seen: tuple[Seen, ...]
    number: int


class Sightings:
    """Adds what an exchange showed to the counts of its day, and reads a month of them."""

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self._database, self._runtime = database, runtime

    def note(
        self, school: str | None, language: str, verdicts: Sequence[Verdict], policy: Policy | None
    ) -> None:
        """Count one exchange; one in which nothing was found is not written.

        Raises:
            NotRecorded: it could not be made durable; the verdicts stand in the log whatever comes of this.
        """
        found = {
            QUESTION: seen_of((one for one in verdicts if one.stage is Stage.INPUT), policy, language),
            ANSWER: seen_of((one for one in verdicts if one.stage is not Stage.INPUT), policy, language),
        }
        rows = [(side, written(seen)) for side, seen in found.items() if seen]
        if school is None or not rows:
            return
        day = day_of(self._runtime.now())

        def work(session: Session) -> None:
            for side, text in rows:
                key = {"school": school, "day": day, "side": side, "language": language, "seen": text}
                add(session, SightingRow, key, exchanges=1)

        self._database.write(work, rows=True)

    def of(self, school: str, *, days: int = DAYS) -> tuple[Sighting, ...]:
        """The counts of a school's last days, today included."""
        first = day_of(self._runtime.now()) - timedelta(days=days - 1)
        row = SightingRow
        wanted = (
            select(row.side, row.language, row.seen, func.sum(row.exchanges).label("number"))
            .where(row.school == school, row.day >= first)
            .group_by(row.side, row.language, row.seen)
        )
        found = self._database.read(lambda session: session.execute(wanted).all())
        return tuple(
            Sighting(side=one.side, language=one.language, seen=read_back(one.seen), number=int(one.number))
            for one in found
        )
