"""Usage figures hold counts and tokens, day by day, of the admin's own school, and no word of anybody."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.accounts import Grant, Principal, Role
from app.audit import AuditLog
from app.capacity import SchoolUsage, UsageRow
from app.capacity.usage import LONGEST_TASK
from app.database import Database, Entry
from app.errors import Forbidden
from app.runtime import Runtime
from tests.audit.test_audit_recovery import die
from tests.conftest import StillClock
from tests.registry.lists import Remembering


def person(role: Role = Role.SCHOOL_ADMIN, school: str = "s", scope: str = "s") -> Principal:
    return Principal(
        person_id=UUID(int=9),
        subject=f"https://idp.example|{role}",
        name="Invented Person",
        school=school,
        school_names={},
        grants=(Grant(role=role, scope=scope),),
        notice_accepted=True,
    )


@pytest.fixture
def usage(database: Database, runtime: Runtime) -> SchoolUsage:
    return SchoolUsage(database, Remembering(), runtime)


def note(usage: SchoolUsage, school: str = "s", **given: Any) -> None:
    usual: dict[str, Any] = {"entry_id": "m", "language": "kk", "task": "answer", "outcome": "answered"}
    usage.note(school, **{**usual, **given})


def test_a_school_where_nothing_was_asked_has_no_figures(usage: SchoolUsage) -> None:
    assert usage.usage(person()) == ()


def test_exchanges_of_one_kind_are_summed_and_of_another_kept_apart(
    usage: SchoolUsage, clock: StillClock
) -> None:
    note(usage, input_tokens=100, output_tokens=20, cost=7)
    note(usage, input_tokens=50, output_tokens=10, cost=3)
    note(usage, outcome="refused", entry_id=None)
    note(usage, school="t")
    clock.move(days=1)
    note(usage)

    seen = usage.usage(person())
    assert [(row.day.day, row.entry_id, row.outcome, row.exchanges) for row in seen] == [
        (23, "", "refused", 1),
        (23, "m", "answered", 2),
        (24, "m", "answered", 1),
    ]
    assert seen[1] == UsageRow(
        day=date(2026, 11, 23),
        entry_id="m",
        language="kk",
        task="answer",
        outcome="answered",
        exchanges=2,
        input_tokens=150,
        output_tokens=30,
        cost=10,
    )


def test_only_the_days_asked_for_are_shown_today_included(usage: SchoolUsage, clock: StillClock) -> None:
    for _ in range(4):
        note(usage)
        clock.move(days=1)
    note(usage)

    assert [row.day.day for row in usage.usage(person(), days=2)] == [26, 27]
    assert [row.day.day for row in usage.usage(person(), days=0)] == [27]
    assert len(usage.usage(person(), days=400)) == 5


def test_a_long_name_of_a_task_is_cut_and_not_refused(usage: SchoolUsage) -> None:
    note(usage, task="write." + "x" * 200)

    (row,) = usage.usage(person())
    assert len(row.task) == LONGEST_TASK


def test_what_a_killed_process_left_is_counted_from_the_log(
    database: Database, runtime: Runtime, clock: StillClock, usage: SchoolUsage, tmp_path: Any
) -> None:
    first, second = (
        AuditLog(database, runtime, tmp_path / "home", app_version="0.1.0", git_commit="c0ffee0")
        for _ in range(2)
    )
    first.start(threads=False)
    opened = first.open(
        Entry(
            kind="asked",
            school="s",
            actor="iss|sub",
            role="teacher",
            exchange=runtime.new_id(),
            clear={"language": "ru"},
            sealed={"raw": "Как сложить дроби?"},
        )
    )
    die(first)
    clock.move(seconds=1)
    second.start(threads=False)
    try:
        ended = second.records_of(opened.id)[-1]
        rows = usage.usage(person())
    finally:
        second.close()
        first.close()

    assert ended.kind == "abandoned"
    assert [(row.outcome, row.language, row.exchanges, row.task) for row in rows] == [
        ("abandoned", "ru", 1, "")
    ]


@pytest.mark.parametrize("by", [person(Role.TEACHER), person(Role.AUDITOR), person(scope="t")])
def test_nobody_else_sees_the_figures(usage: SchoolUsage, by: Principal) -> None:
    note(usage)

    with pytest.raises(Forbidden):
        usage.usage(by)
