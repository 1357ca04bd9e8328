"""Clocks that disagree: one record for each doubt, and no proof rests on them."""

from datetime import UTC, datetime, timedelta

from app.audit import AuditLog, Filter
from app.database import Database
from app.runtime import Runtime
from tests.audit.cases import exchange, sign_in
from tests.audit.conftest import MakeLog

HOUR = timedelta(hours=1)


class Shifted:
    """A clock that goes wrong by what a test says."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by  # noqa: TID251 - the database's clock cannot be made to stand


def doubts(log: AuditLog) -> list[tuple[str, int]]:
    found = log.search(Filter(kinds=("clock_skew",))).records
    return [(record.clear["details"]["against"], record.clear["milliseconds"]) for record in found]


def test_clocks_that_agree_leave_no_record(make_log: MakeLog) -> None:
    log = make_log(runtime=Runtime(now=Shifted().now))
    log.append(sign_in())

    assert log.look_at_clocks() == 0
    assert doubts(log) == []


def test_a_clock_an_hour_behind_is_a_record_and_the_log_verifies(make_log: MakeLog) -> None:
    clock = Shifted()
    log = make_log(runtime=Runtime(now=clock.now))
    exchange(log, "Бірінші.")
    clock.by = -HOUR
    exchange(log, "Екінші.")

    assert log.look_at_clocks() == 2
    assert log.look_at_clocks() == 0, "the same doubt is told once"
    found = dict(doubts(log))
    assert set(found) == {"database", "log"}
    assert all(abs(by + 3_600_000) < 60_000 for by in found.values())
    newest = log.search(Filter(kinds=("clock_skew",))).records[0]
    assert newest.clear["database_time"] > newest.clear["time"]
    log.sequence(finish=True)
    report = log.verify()
    assert (report.exit_code, report.open_exchanges) == (0, ())


def test_a_clock_that_is_right_again_and_then_wrong_again_is_told_twice(make_log: MakeLog) -> None:
    clock = Shifted()
    log = make_log(runtime=Runtime(now=clock.now))
    for by in (HOUR, timedelta(0), HOUR):
        clock.by = by
        log.look_at_clocks()

    assert [against for against, by in doubts(log) if by > 3_500_000] == ["database", "database"]


def test_two_seconds_are_allowed(make_log: MakeLog) -> None:
    clock = Shifted()
    log = make_log(runtime=Runtime(now=clock.now))
    clock.by = timedelta(seconds=1)
    assert log.look_at_clocks() == 0
    clock.by = timedelta(seconds=60)
    assert log.look_at_clocks() == 1


def test_a_process_that_serves_looks_by_itself(make_log: MakeLog, database: Database) -> None:
    clock = Shifted()
    clock.by = -HOUR
    log = make_log(runtime=Runtime(now=clock.now), threads=True)
    log.close()

    assert "database" in dict(doubts(log))
