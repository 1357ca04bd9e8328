"""The model that a school wants for a task in a language: taken first where it may be, recorded, never around a rule."""

import hashlib
from dataclasses import replace

import pytest

from app.accounts import Role
from app.database import Database
from app.errors import Forbidden
from app.i18n import translator
from app.routing import Changed, Default, Refusal, Route, Router, SchoolPolicy
from app.runtime import Runtime
from tests.registry.lists import entry, registry
from tests.routing.lists import Held, labels
from tests.routing.test_routing_school_models import House, person

OWN, NEAR, FAR = "urn:test:model:own", "urn:test:model:near", "urn:test:model:far"
LISTED = registry(
    entry(OWN, provider="openai_compatible", artefact__hosts=["own.test.example"]),
    entry(NEAR, provider="openai_compatible", artefact__hosts=["llm.test.example"]),
    entry(
        FAR,
        provider="openai_compatible",
        artefact__hosts=["far.test.example"],
        data__personal_data="none",
        data__processing_country="IE",
        data__localisation_proof=None,
        data__origin="foreign",
    ),
)


def wanting(*defaults: tuple[str, str, str]) -> SchoolPolicy:
    return SchoolPolicy(
        school="s",
        allowed=(OWN, NEAR, FAR),
        version=1,
        defaults=tuple(Default(task=task, language=spoken, entry_id=one) for task, spoken, one in defaults),
    )


def taken(policy: SchoolPolicy, task: str = "answer", language: str = "kk", **more: str) -> str:
    route = Router(Held(LISTED)).route(labels(task=task, language=language), policy, **more)
    assert isinstance(route, Route)
    return route.entry.entry_id


def test_without_a_default_the_order_of_the_school_holds() -> None:
    assert taken(wanting()) == OWN
    assert wanting().default("answer", "kk") is None


@pytest.mark.parametrize(
    ("task", "language", "expected"),
    [
        ("answer", "kk", NEAR),
        ("answer", "ru", OWN),
        ("rewrite", "kk", NEAR),  # a side call goes where the question goes
        ("write.plan.aim", "kk", OWN),
    ],
)
def test_a_default_holds_for_its_task_and_language_alone(task: str, language: str, expected: str) -> None:
    assert taken(wanting(("answer", "kk", NEAR)), task, language) == expected


def test_the_more_particular_default_of_a_document_holds() -> None:
    policy = wanting(("write", "kk", NEAR), ("write.plan", "kk", OWN))

    assert taken(policy, "write.plan.aim") == OWN
    assert taken(policy, "write.rubric.row") == NEAR


def test_the_reason_says_that_the_school_named_it() -> None:
    route = Router(Held(LISTED)).route(labels(task="answer"), wanting(("answer", "kk", NEAR)))

    assert route.reason.key == "routing.chosen.default"
    for language in ("kk", "ru", "en"):
        assert translator(language).words(route.reason)


def test_a_default_abroad_still_comes_after_the_country() -> None:
    assert taken(wanting(("answer", "kk", FAR))) == OWN


def test_the_teachers_own_wish_comes_before_a_default() -> None:
    assert taken(wanting(("answer", "kk", NEAR)), prefer=OWN) == OWN


def test_a_default_that_left_force_leaves_the_order() -> None:
    policy = wanting(("answer", "kk", NEAR))
    held = Held(registry(entry(OWN), entry(NEAR, status="suspended")))
    route = Router(held).route(labels(task="answer"), policy)

    assert isinstance(route, Route)
    assert (route.entry.entry_id, route.reason.key) == (OWN, "routing.chosen.only")


def test_a_choice_without_defaults_keeps_the_digest_it_always_had() -> None:
    plain = SchoolPolicy(school="s", allowed=(OWN,), version=1)

    assert plain.digest == hashlib.sha256(f'["s", ["{OWN}"]]'.encode()).hexdigest()
    assert replace(plain, defaults=wanting(("answer", "kk", OWN)).defaults).digest != plain.digest


@pytest.fixture
def house(database: Database, runtime: Runtime) -> House:
    return House(database, runtime, LISTED)


def test_defaults_are_kept_and_stand_in_the_record(house: House) -> None:
    chosen = wanting(("answer", "ru", NEAR), ("write.quiz", "kk", OWN)).defaults
    done = house.change(OWN, NEAR, defaults=chosen)

    assert isinstance(done, Changed)
    assert house.policies.of("s").defaults == chosen
    clear = house.recorder.entries[-1].clear
    assert clear["defaults_before"] == []
    assert clear["defaults_after"] == [["answer", "ru", NEAR], ["write.quiz", "kk", OWN]]
    again = house.change(OWN, NEAR, defaults=chosen)
    assert isinstance(again, Refusal)
    assert again.reason.key == "routing.change.nothing"
    assert isinstance(house.change(OWN, NEAR, defaults=chosen[:1]), Changed)
    assert isinstance(house.change(OWN), Changed)
    assert house.policies.of("s").defaults == ()


@pytest.mark.parametrize(
    ("defaults", "key"),
    [
        ([("answer", "kk", FAR)], "routing.change.default_not_allowed"),
        ([("answer", "de", OWN)], "routing.change.default_unknown"),
        ([("paint", "kk", OWN)], "routing.change.default_unknown"),
        ([("answer", "kk", OWN), ("answer", "kk", NEAR)], "routing.change.default_twice"),
    ],
)
def test_defaults_that_cannot_stand_change_nothing(
    house: House, defaults: list[tuple[str, str, str]], key: str
) -> None:
    done = house.change(OWN, NEAR, defaults=wanting(*defaults).defaults)

    assert isinstance(done, Refusal)
    assert done.reason.key == key
    assert house.policies.of("s").version == 0


def test_only_an_admin_of_the_school_sets_defaults(house: House) -> None:
    with pytest.raises(Forbidden):
        house.change(OWN, by=person(Role.TEACHER), defaults=wanting(("answer", "kk", OWN)).defaults)
