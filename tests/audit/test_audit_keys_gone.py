"""A key that is gone without an erasure on record is missed; what was erased, what is over and a copy without keys are not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.audit import AuditLog
from app.database import Database
from app.runtime import Runtime
from tests.audit.cases import exchange
from tests.audit.keeping import Cupboard, MakeHolding, erase, starting
from tests.audit.test_audit_erasure import person
from tests.conftest import StillClock

YEAR = timedelta(days=366)
ONE_GOES = "DELETE FROM audit_key WHERE owner_id IN (SELECT owner_id FROM audit_key LIMIT 1)"


@pytest.fixture
def start(database: Database, home: Path, runtime: Runtime, cupboard: Cupboard) -> Iterator[MakeHolding]:
    with starting(database, runtime, home, cupboard) as make:
        yield make


@pytest.fixture
def log(start: MakeHolding) -> AuditLog:
    return start()


def said(log: AuditLog) -> tuple[int, dict[str, int]]:
    log.sequence(finish=True)
    report = log.verify()
    return report.exit_code, dict(report.document["found"])


def do(database: Database, statement: str) -> None:
    """What an administrator of the database does: no record tells of it."""
    database.write(lambda session: session.execute(text(statement)))


def test_a_key_that_nobody_erased_is_missed_at_both_records_of_its_question(
    log: AuditLog, database: Database
) -> None:
    exchange(log, "Shown.")
    exchange(log, "Shown too.")
    assert said(log) == (0, {})

    do(database, ONE_GOES)

    code, found = said(log)
    assert (code, found) == (2, {"key_missing": 2})


def test_what_was_erased_by_two_persons_is_not_missed(log: AuditLog) -> None:
    exchange(log, "Shown.")
    erase(log, person(log))
    exchange(log, "Shown later.")

    assert said(log) == (0, {})


def test_what_is_over_is_not_missed(log: AuditLog, clock: StillClock) -> None:
    exchange(log, "Shown.")
    log.sequence(finish=True)
    clock.move(days=YEAR.days + 40)
    exchange(log, "Shown a year later.")
    log.sweep()

    assert said(log) == (0, {})


def test_what_is_over_hides_no_younger_text(log: AuditLog, database: Database, clock: StillClock) -> None:
    exchange(log, "Shown.")
    log.sequence(finish=True)
    clock.move(days=YEAR.days + 40)
    exchange(log, "Shown a year later.")
    exchange(log, "And again.")
    log.sweep()
    do(database, ONE_GOES)

    assert said(log)[1] == {"key_missing": 2}


def test_a_copy_of_the_log_without_any_key_is_judged_by_its_records(
    log: AuditLog, database: Database
) -> None:
    exchange(log, "Shown.")
    do(database, "DELETE FROM audit_key")
    do(database, "DELETE FROM audit_wrapping_key")

    assert said(log) == (0, {})


def test_a_wrapping_key_that_is_gone_too_early_is_missed(log: AuditLog, database: Database) -> None:
    exchange(log, "Shown.")
    do(database, "DELETE FROM audit_wrapping_key")

    assert said(log) == (2, {"wrapping_key_missing": 1})
