"""The admin chooses among entries in force, for their own school, with a reason, and every change is on record."""

from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import EVERYWHERE, Grant, Principal, Role
from app.database import Database
from app.errors import Forbidden
from app.i18n import LANGUAGES, translator
from app.registry import Registry
from app.routing import Changed, Policies, Refusal, Router, SchoolModels
from app.routing.tables import PolicyRow
from app.runtime import Runtime
from tests.registry.lists import Remembering, entry, registry
from tests.routing.lists import Held

OWN, NEAR, PAUSED = "urn:test:model:own", "urn:test:model:near", "urn:test:model:paused"
LISTED = registry(
    entry(PAUSED, status="suspended"),
    entry("urn:test:model:embedder", kind="embedder"),
    entry(NEAR, provider="openai_compatible", artefact__hosts=["llm.test.example"]),
    entry("urn:test:model:unmeasured", purpose__languages={"kk": None}),
    entry(OWN),
)


def person(role: Role = Role.SCHOOL_ADMIN, school: str | None = "s", scope: str = "s") -> Principal:
    return Principal(
        person_id=Runtime().new_id(),
        subject=f"https://idp.example|{role}",
        name="Invented Person",
        school=school,
        school_names={},
        grants=(Grant(role=role, scope=scope),),
        notice_accepted=True,
    )


class House:
    """The service with everything it stands on."""

    def __init__(self, database: Database, runtime: Runtime, listed: Registry | None = LISTED) -> None:
        self.database, self.recorder, self.held = database, Remembering(), Held(listed)
        self.policies = Policies(database)
        self.models = SchoolModels(
            database,
            self.recorder,
            runtime,
            registry=self.held,
            router=Router(self.held),
            policies=self.policies,
        )

    def change(
        self, *allowed: str, reason: str = "for lessons", by: Principal | None = None, **more: Any
    ) -> Any:
        return self.models.change(by or person(), allowed, reason, **more)


@pytest.fixture
def house(database: Database, runtime: Runtime) -> House:
    return House(database, runtime)


def refused(answer: object) -> str:
    assert isinstance(answer, Refusal)
    for language in LANGUAGES:
        assert translator(language).words(answer.reason)
    return answer.reason.key.removeprefix("routing.change.")


def test_a_school_without_a_choice_allows_nothing(house: House) -> None:
    assert house.policies.of("s").allowed == ()
    assert house.policies.of("s").version == 0
    assert house.policies.of(None).allowed == ()


def test_the_overview_says_of_every_model_whether_it_can_be_chosen_and_why_not(house: House) -> None:
    house.change(NEAR)
    seen = house.models.overview(person())

    assert [row.entry.entry_id.removeprefix("urn:test:model:") for row in seen.choices] == [
        "near",
        "own",
        "paused",
        "unmeasured",
    ]
    assert [(row.position, row.selectable, row.reason.key) for row in seen.choices] == [
        (1, True, "routing.eligible"),
        (None, True, "routing.eligible"),
        (None, False, "registry.refused.suspended"),
        (None, False, "routing.refused.not_measured_anywhere"),
    ]
    assert seen.registry is LISTED
    assert seen.policy.version == 1


def test_without_a_list_the_overview_says_so(database: Database, runtime: Runtime) -> None:
    house = House(database, runtime, None)
    seen = house.models.overview(person())

    assert seen.choices == ()
    assert seen.trouble is not None
    assert refused(house.change(OWN)) == "registry.trouble.none"


def test_a_change_holds_and_is_recorded_with_before_and_after(house: House) -> None:
    house.change(OWN)
    answer = house.change(NEAR, OWN, reason="  Қазақша жақсырақ  ")

    assert isinstance(answer, Changed)
    assert house.policies.of("s") == answer.policy
    assert answer.policy.allowed == (NEAR, OWN)
    assert answer.policy.version == 2
    last = house.recorder.entries[-1]
    assert (last.kind, last.school, last.role) == ("admin_change", "s", "school_admin")
    assert last.actor == person().subject
    assert last.clear["event"] == "models_changed"
    assert (last.clear["before"], last.clear["after"]) == ([OWN], [NEAR, OWN])
    assert last.clear["before_digest"] != last.clear["after_digest"]
    assert last.clear["registry_sequence"] == LISTED.sequence
    assert last.sealed == {"reason": "Қазақша жақсырақ"}


def test_a_change_without_its_record_is_no_change(house: House) -> None:
    house.recorder.broken = True

    with pytest.raises(OSError, match="log"):
        house.change(OWN)
    assert house.policies.of("s").version == 0


def test_every_version_stays(house: House) -> None:
    house.change(OWN)
    house.change(NEAR)
    house.change()

    rows = house.database.read(lambda session: [row.version for row in session.scalars(select(PolicyRow))])
    assert sorted(rows) == [1, 2, 3]
    assert house.policies.of("s").allowed == ()


@pytest.mark.parametrize(
    ("allowed", "reason", "key"),
    [
        ([OWN], "", "no_reason"),
        ([OWN], "   ", "no_reason"),
        ([OWN], "x" * 501, "reason_too_long"),
        ([OWN, OWN], "why", "twice"),
        ([PAUSED], "why", "not_selectable"),
        (["urn:test:model:embedder"], "why", "not_selectable"),
        (["urn:test:model:unmeasured"], "why", "not_selectable"),
        (["urn:test:model:invented"], "why", "not_selectable"),
        (["*"], "why", "not_selectable"),
        ([""], "why", "not_selectable"),
    ],
)
def test_the_admin_can_never_add_what_the_registry_does_not_hold_in_force(
    allowed: list[str], reason: str, key: str, house: House
) -> None:
    assert refused(house.change(*allowed, reason=reason)) == key
    assert house.policies.of("s").version == 0
    assert house.recorder.entries == []


def test_an_allowed_entry_that_was_paused_may_stay_in_the_order_but_not_come_back(house: House) -> None:
    house.change(OWN, NEAR)
    house.held.registry = registry(
        entry(OWN, status="suspended"), entry(NEAR, artefact__hosts=["llm.test.example"])
    )

    assert isinstance(house.change(NEAR, OWN), Changed)
    assert isinstance(house.change(NEAR), Changed)
    assert refused(house.change(NEAR, OWN)) == "not_selectable"


def test_the_same_choice_is_no_change(house: House) -> None:
    house.change(OWN)

    assert refused(house.change(OWN)) == "nothing"
    assert len(house.recorder.entries) == 1


def test_who_saw_an_older_version_is_told_so(house: House) -> None:
    house.change(OWN)
    house.change(NEAR)

    assert refused(house.change(OWN, version=1)) == "elsewhere"
    assert isinstance(house.change(OWN, version=2), Changed)


@pytest.mark.parametrize(
    "somebody",
    [
        person(Role.TEACHER),
        person(Role.AUDITOR, None, EVERYWHERE),
        person(Role.SECOND_APPROVER, None, EVERYWHERE),
        person(Role.REGISTRY_OPERATOR, None, EVERYWHERE),
        person(Role.SCHOOL_ADMIN, "s", "other"),
        person(Role.SCHOOL_ADMIN, None, "s"),
    ],
)
def test_nobody_else_sees_or_changes_and_the_attempt_is_recorded(somebody: Principal, house: House) -> None:
    with pytest.raises(Forbidden):
        house.models.overview(somebody)
    with pytest.raises(Forbidden):
        house.change(OWN, by=somebody)

    assert house.policies.of("s").version == 0
    assert {row.kind for row in house.recorder.entries} <= {"auth"}


def test_one_school_changes_nothing_in_another(house: House) -> None:
    house.change(OWN)
    house.change(NEAR, by=person(school="t", scope="t"))

    assert house.policies.of("s").allowed == (OWN,)
    assert house.policies.of("t").allowed == (NEAR,)
    assert house.policies.of("s").digest != house.policies.of("t").digest


def test_a_first_choice_is_given_once_and_recorded(house: House, runtime: Runtime) -> None:
    first = house.policies.seed("s", [OWN], recorder=house.recorder, runtime=runtime)
    again = house.policies.seed("s", [NEAR], recorder=house.recorder, runtime=runtime)

    assert first == again
    assert [row["event"] for row in house.recorder.clear] == ["models_seeded"]
