"""An admin sees and sets the budget of their own school, with a reason, and every change is on record."""

from typing import Any
from uuid import UUID

import pytest

from app.accounts import Grant, Principal, Role
from app.capacity import Budgets, Limits, SchoolBudgets, Spent, Stopped, stopped
from app.capacity.budgets import USUAL
from app.database import Database
from app.errors import BadArgument, Conflict, Forbidden, UstazError
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from tests.registry.lists import Remembering

NONE = Limits()


def person(role: Role = Role.SCHOOL_ADMIN, school: str | None = "s", scope: str = "s") -> Principal:
    return Principal(
        person_id=UUID(int=9),
        subject=f"https://idp.example|{role}",
        name="Invented Person",
        school=school,
        school_names={},
        grants=(Grant(role=role, scope=scope),),
        notice_accepted=True,
    )


class House:
    """The services with everything that they stand on."""

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self.recorder = Remembering()
        self.budgets = Budgets(database, runtime)
        self.school = SchoolBudgets(database, self.recorder, runtime)

    def change(self, **given: Any) -> Any:
        usual: dict[str, Any] = {"whole": NONE, "each": Limits(requests=5), "reason": "term", "version": 0}
        by = given.pop("by", person())
        return self.school.change(by, **{**usual, **given})


@pytest.fixture
def house(database: Database, runtime: Runtime) -> House:
    return House(database, runtime)


def test_a_day_without_a_call_shows_the_usual_budget_and_nothing_spent(house: House) -> None:
    seen = house.school.overview(person())

    assert (seen.budget.version, seen.budget.each, seen.budget.whole) == (0, USUAL, NONE)
    assert seen.spent == Spent()
    assert seen.people == ()


def test_the_overview_sums_the_school_and_names_nobody(house: House) -> None:
    for number in (1, 1, 2):
        house.budgets.take("s", UUID(int=number), tokens=10)
    house.budgets.take("elsewhere", UUID(int=3), tokens=10)
    seen = house.school.overview(person())

    assert seen.spent == Spent(requests=3, tokens=30)
    assert seen.people == (Spent(requests=2, tokens=20), Spent(requests=1, tokens=10))


def test_a_change_holds_at_once_and_stands_in_the_log_with_its_reason_sealed(house: House) -> None:
    done = house.change(whole=Limits(tokens=100, cost=7), each=Limits(requests=5))

    assert done.budget.version == 1
    assert house.budgets.of("s") == done.budget
    entry = house.recorder.entries[-1]
    assert (entry.kind, entry.school, entry.role) == ("admin_change", "s", "school_admin")
    assert entry.clear["event"] == "budget_changed"
    assert entry.clear["after"] == {
        "school": {"requests": None, "tokens": 100, "cost": 7},
        "person": {"requests": 5, "tokens": None, "cost": None},
    }
    assert entry.clear["before_digest"] != entry.clear["after_digest"] == done.budget.digest
    assert entry.sealed == {"reason": "term"}


def test_limits_can_be_taken_away_again(house: House) -> None:
    house.change()
    house.change(each=NONE, version=1)

    assert house.budgets.of("s").each == NONE


@pytest.mark.parametrize(
    ("given", "error", "key"),
    [
        ({"reason": "  "}, BadArgument, "no_reason"),
        ({"reason": "x" * 501}, BadArgument, "reason_too_long"),
        ({"whole": Limits(tokens=-1)}, BadArgument, "range"),
        ({"each": Limits(cost=10**12 + 1)}, BadArgument, "range"),
        ({"version": 3}, Conflict, "elsewhere"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_words_and_changes_nothing(
    house: House, given: dict[str, Any], error: type[UstazError], key: str
) -> None:
    with pytest.raises(error) as refused:
        house.change(**given)

    assert refused.value.words.key == f"capacity.change.{key}"
    for language in LANGUAGES:
        assert translator(language).words(refused.value.words)
    assert house.budgets.of("s").version == 0
    assert house.recorder.entries == []


def test_setting_the_same_again_is_no_change(house: House) -> None:
    house.change()

    with pytest.raises(BadArgument, match="nothing changes"):
        house.change(version=1)


@pytest.mark.parametrize(
    "by",
    [person(Role.TEACHER), person(Role.AUDITOR), person(scope="t"), person(school=None)],
    ids=["teacher", "auditor", "admin of another school", "no school"],
)
def test_nobody_else_sees_or_changes_it_and_the_attempt_is_on_record(house: House, by: Principal) -> None:
    with pytest.raises(Forbidden):
        house.school.overview(by)
    with pytest.raises(Forbidden):
        house.change(by=by)

    assert house.budgets.of("s").version == 0
    denied = [entry for entry in house.recorder.entries if entry.clear.get("event") == "denied"]
    assert len(denied) == len(house.recorder.entries)
    assert len(denied) == (0 if by.school is None else 2)


def test_what_a_budget_would_stop_is_known_before_it_is_set(house: House) -> None:
    for number in (1, 1, 1, 2):
        house.budgets.take("s", UUID(int=number), tokens=10)
    seen = house.school.overview(person())

    assert stopped(seen, whole=NONE, each=NONE) == Stopped(school=False, people=0)
    assert stopped(seen, whole=Limits(tokens=40), each=Limits(requests=3)) == Stopped(school=True, people=1)
