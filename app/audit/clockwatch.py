"""Whether the clocks agree: a process's own, the database's, and what the log has seen; a doubt is a record."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from app.audit.fields import Kind
from app.audit.tables import RECORD
from app.database import Database, Entry
from app.runtime import Runtime

ALLOWED = timedelta(seconds=2)


class ClockWatch:
    """Compares, and writes one `clock_skew` record for each new doubt.

    The order of the log rests on the leaf index alone, so that a wrong clock changes no proof; but an auditor who
    reads times must know when they were in doubt. On SQLite the database has no clock but this machine's: there only
    a clock that was set back shows, against the newest record; one that runs ahead cannot be told from a machine that
    slept, and one that was wrong before the first record is seen by nobody.

    Args:
        append: makes a record durable.
    """

    def __init__(self, database: Database, runtime: Runtime, append: Callable[[Entry], object]) -> None:
        self._database = database
        self._runtime = runtime
        self._append = append
        self._flagged: dict[str, timedelta] = {}

    def look(self) -> int:
        """Compare once; gives how many records it wrote.

        Raises:
            NotRecorded: the record is not durable.
        """
        newest = self._database.read(lambda session: session.scalar(select(func.max(RECORD.c.created_at))))
        before = self._runtime.now()
        database = self._database.now()
        now = self._runtime.now()
        none = timedelta(0)
        # While the database was slow to answer, both clocks went on: only what lies outside the wait is drift.
        beside = now - database if now < database else max(before - database, none)
        back = none if newest is None else min(now - newest, none)
        return self._judge("database", beside) + self._judge("log", back)

    def _judge(self, against: str, by: timedelta) -> bool:
        if abs(by) <= ALLOWED:
            self._flagged.pop(against, None)
            return False
        known = self._flagged.get(against)
        if known is not None and abs(by - known) <= ALLOWED:
            return False
        if known is not None and against == "log" and by > known:
            # Time goes on and comes nearer to the newest record: the same doubt, not a new one.
            return False
        milliseconds = round(by / timedelta(milliseconds=1))
        self._append(Entry(kind=Kind.CLOCK_SKEW, clear={"milliseconds": milliseconds, "against": against}))
        self._flagged[against] = by
        return True
