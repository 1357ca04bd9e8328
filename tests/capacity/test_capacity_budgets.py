"""A budget is counted durably, on both engines, by every process at once; and a day ends at midnight in Almaty."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.capacity import Budgets, Exhausted, Limits, Spent, Taken
from app.capacity.budget import day_of, next_day, used_up
from app.capacity.budgets import USUAL
from app.capacity.tables import BudgetRow
from app.database import Database
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from tests.conftest import StillClock

ANY, OTHER = UUID(int=1), UUID(int=2)


def set_budget(database: Database, runtime: Runtime, version: int = 1, **limits: int) -> None:
    row = BudgetRow(
        school="s", version=version, changed_at=runtime.now(), record_id=runtime.new_id(), **limits
    )
    database.write(lambda session: session.add(row))


@pytest.fixture
def budgets(database: Database, runtime: Runtime) -> Budgets:
    return Budgets(database, runtime)


def took(answer: Taken | Exhausted) -> Taken:
    assert isinstance(answer, Taken)
    return answer


def test_a_school_that_set_nothing_has_no_limit_and_its_people_have_one_far_above_a_days_work(
    budgets: Budgets,
) -> None:
    found = budgets.of("s")

    assert found.version == 0
    assert found.whole == Limits()
    assert found.each == USUAL
    assert budgets.spent("s") == Spent()
    assert budgets.check("s", ANY) is None


def test_what_is_taken_counts_for_the_person_and_for_the_school(budgets: Budgets) -> None:
    took(budgets.take("s", ANY, tokens=10, cost=3))
    took(budgets.take("s", OTHER, tokens=5))
    took(budgets.take("t", OTHER, tokens=7))

    assert budgets.spent("s", ANY) == Spent(requests=1, tokens=10, cost=3)
    assert budgets.spent("s") == Spent(requests=2, tokens=15, cost=3)
    assert budgets.spent("t") == Spent(requests=1, tokens=7)


def test_settling_puts_what_was_used_in_the_place_of_the_estimate(budgets: Budgets) -> None:
    taken = took(budgets.take("s", ANY, tokens=100, cost=50))
    budgets.settle(taken, tokens=30, cost=60)

    assert budgets.spent("s", ANY) == Spent(requests=1, tokens=30, cost=60)
    assert budgets.spent("s") == Spent(requests=1, tokens=30, cost=60)


@pytest.mark.parametrize(
    ("limits", "holder", "kind", "most"),
    [
        ({"person_requests": 1}, "person", "requests", 1),
        ({"person_tokens": 9}, "person", "tokens", 9),
        ({"person_cost": 2}, "person", "cost", 2),
        ({"school_requests": 1}, "school", "requests", 1),
        ({"school_tokens": 9}, "school", "tokens", 9),
        ({"school_cost": 2}, "school", "cost", 2),
        # where both are used up the person is told of their own
        ({"school_requests": 1, "person_requests": 1}, "person", "requests", 1),
    ],
)
def test_what_is_used_up_refuses_the_next_call_in_words_that_say_when_it_ends(
    database: Database,
    runtime: Runtime,
    budgets: Budgets,
    limits: dict[str, int],
    holder: str,
    kind: str,
    most: int,
) -> None:
    set_budget(database, runtime, 1, **limits)
    took(budgets.take("s", ANY, tokens=9, cost=2_000_000))
    before = budgets.spent("s")

    answer = budgets.take("s", ANY, tokens=1)

    assert isinstance(answer, Exhausted)
    assert (answer.holder, answer.kind) == (holder, kind)
    assert answer.until == next_day(runtime.now())
    assert budgets.check("s", ANY) == answer
    assert budgets.spent("s") == before, "a refusal costs nothing"
    for language in LANGUAGES:
        said = translator(language).words(answer.reason)
        assert "24.11.2026 00:00" in said
        assert str(most) in said


def test_a_used_up_person_stops_nobody_else_and_a_used_up_school_stops_all(
    database: Database, runtime: Runtime, budgets: Budgets
) -> None:
    set_budget(database, runtime, person_requests=1, school_requests=2)
    took(budgets.take("s", ANY))
    assert isinstance(budgets.take("s", ANY), Exhausted)
    took(budgets.take("s", OTHER))

    third = budgets.take("s", UUID(int=3))
    assert isinstance(third, Exhausted)
    assert third.holder == "school"


def test_zero_means_nothing_at_all(database: Database, runtime: Runtime, budgets: Budgets) -> None:
    set_budget(database, runtime, person_requests=0)

    assert isinstance(budgets.check("s", ANY), Exhausted)
    assert isinstance(budgets.take("s", ANY), Exhausted)


def test_the_newest_version_holds_at_the_next_call(
    database: Database, runtime: Runtime, budgets: Budgets
) -> None:
    set_budget(database, runtime, person_requests=1)
    took(budgets.take("s", ANY))
    set_budget(database, runtime, version=2, person_requests=2)

    took(budgets.take("s", ANY))
    assert isinstance(budgets.take("s", ANY), Exhausted)


def test_a_new_day_begins_at_midnight_in_almaty(
    database: Database, runtime: Runtime, clock: StillClock, budgets: Budgets
) -> None:
    set_budget(database, runtime, person_requests=1)
    clock.at = datetime(2026, 11, 23, 18, 59, tzinfo=UTC)  # 23:59 in Almaty
    late = took(budgets.take("s", ANY, tokens=4))
    assert isinstance(budgets.take("s", ANY), Exhausted)

    clock.move(minutes=1)
    took(budgets.take("s", ANY, tokens=5))
    budgets.settle(late, tokens=1)

    assert budgets.spent("s", ANY) == Spent(requests=1, tokens=5), "what began yesterday is settled yesterday"


@pytest.mark.parametrize(
    ("at", "day", "until"),
    [
        (datetime(2026, 11, 23, 18, 59, tzinfo=UTC), 23, datetime(2026, 11, 23, 19, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 19, 0, tzinfo=UTC), 24, datetime(2026, 11, 24, 19, 0, tzinfo=UTC)),
    ],
)
def test_the_day_is_the_schools_own(at: datetime, day: int, until: datetime) -> None:
    assert day_of(at).day == day
    assert next_day(at) == until


def test_a_limit_that_is_not_reached_lets_one_more_call_begin() -> None:
    assert used_up(Limits(tokens=10), Spent(tokens=9)) is None
    assert used_up(Limits(tokens=10), Spent(tokens=10)) == "tokens"
    assert used_up(Limits(cost=1), Spent(cost=999_999)) is None
    assert used_up(Limits(cost=1), Spent(cost=1_000_000)) == "cost"


def test_calls_that_begin_at_once_never_pass_the_limit(
    database: Database, runtime: Runtime, budgets: Budgets
) -> None:
    set_budget(database, runtime, school_requests=7)
    answers: list[Taken | Exhausted] = []

    def ask(number: int) -> None:
        for _ in range(3):
            answers.append(budgets.take("s", UUID(int=number % 3 + 1), tokens=2))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 18
    assert sum(isinstance(one, Taken) for one in answers) == 7
    assert budgets.spent("s") == Spent(requests=7, tokens=14)
    people = [budgets.spent("s", UUID(int=number)) for number in (1, 2, 3)]
    assert sum(one.requests for one in people) == 7
