"""The figures of charts are the sums of the bodies, on each engine."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.audit import AuditLog, Filter
from app.audit.evidence.figures import Charts, Latency, RailCount, Unit
from app.audit.facets import ZONE
from app.database import Database
from app.runtime import Runtime
from tests.audit.conftest import MakeLog
from tests.audit.crowd import SCHOOLS, crowd
from tests.conftest import StillClock


@pytest.fixture
def log(make_log: MakeLog, runtime: Runtime, clock: StillClock) -> AuditLog:
    made = make_log(runtime=runtime)
    crowd(made, clock)
    return made


def test_an_empty_log_has_empty_charts(make_log: MakeLog) -> None:
    assert make_log().room.charts(Filter()) == Charts(
        unit=Unit.DAY,
        total=0,
        volume=(),
        outcomes={},
        languages={},
        rails=(),
        models=(),
        latency=(),
        incidents=(),
    )


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("wanted", [Filter(), Filter(school=SCHOOLS[1]), Filter(language="kk")])
def test_every_chart_is_the_sum_of_the_bodies(log: AuditLog, wanted: Filter, unit: Unit) -> None:
    bodies = [one.clear for one in log.search(wanted, limit=500).records]
    ends = [body for body in bodies if body.get("outcome")]
    charts = log.room.charts(wanted, unit)

    assert charts.total == len(bodies) > 0
    assert charts.outcomes == Counter(body["outcome"] for body in ends)
    assert charts.languages == Counter(body["language"] for body in ends)
    assert {one.entry_id: one.outcomes for one in charts.models} == {
        entry: Counter(body["outcome"] for body in ends if (body["entry_id"] or "") == entry)
        for entry in {body["entry_id"] or "" for body in ends}
    }
    assert {one.at: one.counts for one in charts.volume} == {
        at: Counter(
            body.get("outcome") or body["kind"] for body in bodies if begins(body["time"], unit) == at
        )
        for at in {begins(body["time"], unit) for body in bodies}
    }
    assert [one.at for one in charts.volume] == sorted(one.at for one in charts.volume)


def begins(time: str, unit: Unit) -> datetime:
    local = datetime.fromisoformat(time).astimezone(ZONE)
    first = local.replace(minute=0, second=0, microsecond=0)
    return (first if unit is Unit.HOUR else first.replace(hour=0)).astimezone(UTC)


def test_rails_are_counted_by_category_action_and_language(log: AuditLog) -> None:
    rails = log.room.charts(Filter()).rails

    assert sum(one.exchanges for one in rails if one.category == "phone") == 6
    assert {(one.rail, one.category, one.action) for one in rails} == {
        ("personal_data", "phone", "mask"),
        ("personal_data", "iin", "mask"),
        ("injection", "override", "block"),
        ("size", "error", "block"),
    }
    assert RailCount(rail="size", category="error", action="block", language="kk", exchanges=2) in rails


def test_incidents_are_failures_by_class_and_what_was_cut_off(log: AuditLog) -> None:
    charts = log.room.charts(Filter())
    counted = sum((Counter(one.counts) for one in charts.incidents), Counter())

    assert set(counted) == {"abandoned", "failed.timeout"}
    assert counted["abandoned"] == charts.outcomes["abandoned"]
    assert counted["failed.timeout"] == charts.outcomes["failed"]


def test_percentiles_are_by_nearest_rank_and_all_together_come_first(log: AuditLog) -> None:
    latency = log.room.charts(Filter(language="ru")).latency
    timed = [one.clear for one in log.search(Filter(language="ru", kinds=("closed",)), limit=500).records]
    totals = sorted(body["total_ms"] for body in timed)
    firsts = sorted(body["first_text_ms"] for body in timed)

    assert latency[0] == Latency(
        entry_id="",
        exchanges=len(totals),
        first_p50=firsts[(len(firsts) + 1) // 2 - 1],
        first_p95=firsts[-1],
        total_p50=totals[(len(totals) + 1) // 2 - 1],
        total_p95=totals[-1],
    )
    assert [one.entry_id for one in latency] == ["", *sorted(one.entry_id for one in latency[1:])]


def test_a_span_of_time_narrows_every_chart(log: AuditLog, clock: StillClock) -> None:
    since = clock.at - timedelta(hours=6)
    charts = log.room.charts(Filter(since=since), Unit.HOUR)

    assert 0 < charts.total < log.room.charts(Filter()).total
    assert charts.volume[0].at >= since.replace(minute=0, second=0)


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(language="kk"),
        Filter(school=SCHOOLS[0]),
        Filter(since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2027, 1, 1, tzinfo=UTC)),
        Filter(school=SCHOOLS[0], since=datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_sums_by_day_are_read_from_an_index_in_its_order(
    log: AuditLog, database: Database, wanted: Filter
) -> None:
    if database.dialect != "sqlite":
        pytest.skip("PostgreSQL plans by figures of its tables")

    executed: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        executed.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", hear)
    log.room.charts(wanted)
    event.remove(database.engine, "before_cursor_execute", hear)
    ((sums, values),) = [
        one for one in executed if "GROUP BY audit_index.facet_id, audit_index.day" in one[0]
    ]

    def plan(session: Session) -> list[str]:
        return [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sums}", values)]

    said = database.read(plan)

    assert any("audit_index USING COVERING INDEX" in line for line in said), said
    assert not any("TEMP B-TREE" in line for line in said)
