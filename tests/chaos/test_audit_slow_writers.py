"""Sixteen writers, some of whose transactions are slow, on PostgreSQL: every record gets one leaf, and soon."""

import random
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.audit import AuditLog
from app.audit.tables import LEAF, PENDING, RECORD
from app.database import Base, Database
from app.runtime import Runtime
from benchmarks.bench import percentile
from tests.audit.cases import sign_in

WRITERS, SECONDS = 16, 60.0

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(600)]


class Writer(threading.Thread):
    """Writes until it is over; every fourth transaction stays open for up to half a second after its record."""

    def __init__(self, log: AuditLog, database: Database, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.committed = 0
        self.error: BaseException | None = None
        self._log, self._database, self._until = log, database, until
        self._draw = random.Random(number)

    def run(self) -> None:
        try:
            while time.monotonic() < self._until:
                self._database.write(self._work)
                self.committed += 1
        except BaseException as error:
            self.error = error

    def _work(self, session: Session) -> None:
        self._log.record(session, sign_in())
        if self._draw.random() < 0.25:
            time.sleep(self._draw.random() * 0.5)


def test_every_committed_record_is_sequenced_once(
    fresh_postgres: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = Database(fresh_postgres)
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    log = AuditLog(database, Runtime(), tmp_path / "home", app_version="0.1.0")
    log.start()
    writers = [Writer(log, database, number, time.monotonic() + SECONDS) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    over, ages = threading.Event(), list[float]()
    watcher = threading.Thread(target=waits, args=(database, over, ages), daemon=True)
    watcher.start()
    for writer in writers:
        writer.join(SECONDS + 60)
    over.set()
    watcher.join(30)
    log.sequence(finish=True)

    def count(session: Session) -> tuple[int, int, int, int | None]:
        return (
            session.scalar(select(func.count()).select_from(RECORD)) or 0,
            session.scalar(select(func.count()).select_from(PENDING)) or 0,
            session.scalar(select(func.count(LEAF.c.record_id.distinct()))) or 0,
            session.scalar(select(func.max(LEAF.c.leaf_index))),
        )

    records, pending, sequenced, last = database.read(count)
    report = log.verify()
    log.close()
    database.close()
    committed = sum(writer.committed for writer in writers)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{WRITERS} writers, {SECONDS:.0f} s: {committed} committed, {sequenced} sequenced, last leaf {last}, "
            f"{pending} without a leaf; a record waited for its leaf p50 {percentile(ages, 0.5):.2f} s, "
            f"p99 {percentile(ages, 0.99):.2f} s, at most {max(ages):.2f} s; verify exit code {report.exit_code}\n"
        )

    assert [writer.error for writer in writers if writer.error is not None] == []
    assert committed == records == sequenced > 0
    assert (last, pending, report.exit_code) == (records - 1, 0, 0)


def waits(database: Database, over: threading.Event, found: list[float]) -> None:
    """Watch records from the moment that they can be seen until they have their leaf; seconds."""
    seen: dict[object, float] = {}
    while not over.wait(0.02):
        now = time.monotonic()
        waiting = set(database.read(lambda session: session.scalars(select(PENDING.c.record_id)).all()))
        for gone in set(seen) - waiting:
            found.append(now - seen.pop(gone))
        for new in waiting - set(seen):
            seen[new] = now
