"""Filter, then order: in the country first, then as the school wishes; always the same, always with its reason."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.i18n import LANGUAGES, translator
from app.registry import Registry
from app.routing import House, NoRoute, Route, Router, SchoolPolicy
from app.routing.route import Labels
from tests.conftest import NOON
from tests.registry.lists import SCORE, entry, registry
from tests.routing.lists import Held, ids, labels, policy

OWN = entry("urn:test:model:own")
SERVED = entry("urn:test:model:served", provider="openai_compatible", artefact__hosts=["llm.test.example"])
FOREIGN_HERE = entry("urn:test:model:visiting", data__origin="foreign")
ABROAD = entry(
    "urn:test:model:abroad",
    provider="openai_compatible",
    artefact__hosts=["api.test.example"],
    data__origin="foreign",
    data__processing_country="IE",
    data__localisation_proof=None,
    data__personal_data="none",
)
EMBEDDER = entry("urn:test:model:embedder", kind="embedder")
ALL = registry(ABROAD, FOREIGN_HERE, SERVED, OWN, EMBEDDER)


def route(held: Registry, asked: Labels, school: SchoolPolicy, prefer: str | None = None) -> Route | NoRoute:
    answer = Router(Held(held)).route(asked, school, prefer=prefer)
    for words in (answer.reason, *(row.reason for row in answer.considered)):
        assert all(translator(language).words(words) for language in LANGUAGES)
    return answer


def chosen(answer: Route | NoRoute) -> str:
    assert isinstance(answer, Route)
    return answer.entry.entry_id.removeprefix("urn:test:model:")


def why(answer: Route | NoRoute, name: str) -> str:
    return next(row.reason.key for row in answer.considered if row.entry_id == f"urn:test:model:{name}")


def test_without_a_list_nothing_is_routed() -> None:
    answer = Router(Held(None)).route(labels(), policy("urn:test:model:own"))

    assert isinstance(answer, NoRoute)
    assert answer.considered == ()
    assert answer.registry_sequence is None
    assert answer.reason.key == "registry.trouble.none"


def test_the_proposed_order_is_nearest_first() -> None:
    router = Router(Held(ALL))

    assert [name.removeprefix("urn:test:model:") for name in router.proposed(ALL, NOON)] == [
        "own",
        "served",
        "visiting",
        "abroad",
    ]


def test_the_better_measured_of_two_equals_is_proposed_first() -> None:
    better = entry("urn:test:model:z", purpose__languages={"kk": {**SCORE, "value": "0.95"}})
    held = registry(OWN, better)

    assert Router(Held(held)).proposed(held, NOON)[0] == "urn:test:model:z"


def test_the_schools_order_holds_within_the_country() -> None:
    answer = route(ALL, labels(), policy("urn:test:model:visiting", "urn:test:model:own"))

    assert chosen(answer) == "visiting"
    assert answer.reason.key == "routing.chosen.first"
    assert answer.reason.facts["n"] == 2


def test_a_model_abroad_comes_last_wherever_the_school_put_it() -> None:
    assert chosen(route(ALL, labels(), policy("urn:test:model:abroad", "urn:test:model:own"))) == "own"
    assert chosen(route(ALL, labels(), policy("urn:test:model:abroad"))) == "abroad"


def test_a_named_person_never_goes_abroad_even_when_nothing_else_is_left() -> None:
    answer = route(ALL, labels("pupil"), policy("urn:test:model:abroad"))

    assert isinstance(answer, NoRoute)
    assert answer.reason.key == "routing.none.personal"
    assert why(answer, "abroad") == "routing.refused.personal_class.pupil"


def test_a_foreign_model_that_claims_every_class_is_still_abroad() -> None:
    bold = entry(
        "urn:test:model:bold",
        data__processing_country="IE",
        data__personal_data="pupil",
        artefact__hosts=["a.example"],
    )
    answer = route(registry(bold), labels("teacher"), policy("urn:test:model:bold"))

    assert isinstance(answer, NoRoute)
    assert why(answer, "bold") == "routing.refused.abroad"


def test_localised_means_proved() -> None:
    claims = entry("urn:test:model:claims", data__localisation_proof=None)
    answer = route(registry(claims), labels("teacher"), policy("urn:test:model:claims"))

    assert isinstance(answer, NoRoute)
    assert why(answer, "claims") == "routing.refused.unproved"


def test_an_unknown_class_of_data_goes_nowhere() -> None:
    answer = route(ALL, labels("neighbour"), policy(*ids(ALL)))

    assert isinstance(answer, NoRoute)
    assert why(answer, "own") == "routing.refused.unknown_class"


def test_the_teachers_wish_is_taken_when_it_passes_every_rule() -> None:
    school = policy("urn:test:model:own", "urn:test:model:served", "urn:test:model:abroad")

    assert chosen(route(ALL, labels(), school, "urn:test:model:served")) == "served"
    assert chosen(route(ALL, labels(), school, "urn:test:model:abroad")) == "abroad"
    assert route(ALL, labels(), school, "urn:test:model:served").reason.key == "routing.chosen.preferred"


@pytest.mark.parametrize(
    "wish", ["urn:test:model:visiting", "urn:test:model:embedder", "urn:test:model:nowhere", ""]
)
def test_a_wish_that_may_not_be_is_told_so(wish: str) -> None:
    answer = route(ALL, labels(), policy("urn:test:model:own"), wish)

    assert chosen(answer) == "own"
    assert answer.reason.key == "routing.chosen.instead"


def test_the_only_one_is_called_so() -> None:
    assert route(ALL, labels(), policy("urn:test:model:own")).reason.key == "routing.chosen.only"


def test_a_search_model_never_answers() -> None:
    answer = route(ALL, labels(), policy("urn:test:model:embedder"))

    assert isinstance(answer, NoRoute)
    assert why(answer, "embedder") == "routing.refused.not_a_model"


@pytest.mark.parametrize("language", ["kk", "ru", "en", "de"])
def test_a_language_without_a_measured_score_is_not_offered(language: str) -> None:
    unmeasured = entry("urn:test:model:own", purpose__languages={language: None})
    answer = route(registry(unmeasured), labels(language=language), policy("urn:test:model:own"))

    assert isinstance(answer, NoRoute)
    assert answer.reason.key == "routing.none.language"
    assert why(answer, "own").startswith("routing.refused.not_measured")


@pytest.mark.parametrize(
    ("value", "passes"), [("0.5", True), ("0.50", True), ("0.499999", False), ("0", False), ("1", True)]
)
def test_the_floor_is_exact(value: str, passes: bool) -> None:
    measured = entry("urn:test:model:own", purpose__languages={"kk": {**SCORE, "value": value}})

    assert isinstance(route(registry(measured), labels(), policy("urn:test:model:own")), Route) == passes


def test_what_does_not_fit_is_not_sent_and_less_fits_where_somebody_is_named() -> None:
    tight = registry(entry("urn:test:model:own", conditions={"personal_data_context_tokens": 100}))
    school = policy("urn:test:model:own")

    assert isinstance(route(tight, labels(tokens=4096), school), Route)
    assert isinstance(route(tight, labels(tokens=4097), school), NoRoute)
    assert isinstance(route(tight, labels("pupil", tokens=100), school), Route)
    named = route(tight, labels("pupil", tokens=101), school)
    assert isinstance(named, NoRoute)
    assert named.reason.key == "routing.none.context"


@pytest.mark.parametrize(
    ("conditions", "passes"),
    [
        ({"guardrail_profile": "default"}, True),
        ({"guardrail_profile": "strict"}, False),
        ({"least_app_version": "0.1.0"}, True),
        ({"least_app_version": "0.1"}, True),
        ({"least_app_version": "0.1.1"}, False),
        ({"least_app_version": "0.10"}, False),
        ({"least_app_version": "1"}, False),
    ],
)
def test_what_an_entry_demands_around_it_must_be_here(conditions: dict[str, str], passes: bool) -> None:
    held = registry(entry("urn:test:model:own", conditions=conditions))

    assert isinstance(route(held, labels(), policy("urn:test:model:own")), Route) == passes


def test_the_test_provider_answers_only_where_it_is_allowed() -> None:
    held = registry(entry("urn:test:model:own", provider="scripted"))
    school = policy("urn:test:model:own")

    assert isinstance(route(held, labels(), school), NoRoute)
    assert isinstance(Router(Held(held), house=House(allow_scripted=True)).route(labels(), school), Route)


def test_an_ended_list_routes_nothing_and_says_so() -> None:
    answer = Router(Held(ALL, at=NOON + timedelta(days=8))).route(labels(), policy(*ids(ALL)))

    assert isinstance(answer, NoRoute)
    assert answer.reason.key == "routing.none.list_expired"
    assert (answer.registry_sequence, answer.registry_digest) == (ALL.sequence, ALL.digest)


def test_a_school_that_has_not_chosen_gets_nothing() -> None:
    for school in (policy(version=0), policy()):
        answer = route(ALL, labels(), school)
        assert isinstance(answer, NoRoute)
        assert answer.reason.key == "routing.none.no_policy"


def test_eligibility_speaks_of_every_model_and_of_no_search_model() -> None:
    rows = Router(Held(ALL)).eligibility(policy("urn:test:model:own"), None)

    assert {row.entry_id.removeprefix("urn:test:model:"): row.eligible for row in rows} == {
        "own": True,
        "served": False,
        "visiting": False,
        "abroad": False,
    }
    assert Router(Held(None)).eligibility(policy(), "kk") == ()


NAMES = [raw["entry_id"] for raw in (OWN, SERVED, FOREIGN_HERE, ABROAD, EMBEDDER)]


@settings(deadline=None)
@given(
    order=st.permutations(NAMES),
    listed=st.permutations([OWN, SERVED, FOREIGN_HERE, ABROAD, EMBEDDER]),
    length=st.integers(0, 5),
    personal=st.sampled_from(["none", "teacher", "pupil"]),
    language=st.sampled_from(["kk", "ru", "en", "de"]),
    wish=st.none() | st.sampled_from(NAMES),
)
def test_the_same_inputs_give_the_same_route_whatever_the_order_of_the_list(
    order: list[str],
    listed: list[dict[str, object]],
    length: int,
    personal: str,
    language: str,
    wish: str | None,
) -> None:
    school = policy(*order[:length])
    one = Router(Held(registry(*listed, digest="d"))).route(labels(personal, language), school, prefer=wish)
    two = Router(Held(registry(*reversed(listed), digest="d"))).route(
        labels(personal, language), school, prefer=wish
    )

    assert one == two
    if isinstance(one, Route):
        assert one.entry.entry_id in school.allowed


def test_what_only_quotes_answers_and_writes_no_words_of_its_own() -> None:
    quoting = entry("urn:test:model:quoting", provider="extractive")
    writer = entry(
        "urn:test:model:writer", provider="openai_compatible", artefact__hosts=["llm.test.example"]
    )
    both, alone = registry(quoting, writer), registry(quoting)
    allowed = policy("urn:test:model:quoting", "urn:test:model:writer")

    assert chosen(route(both, labels(task="answer"), allowed)) == "quoting"
    assert chosen(route(both, labels(task="write.quiz.item"), allowed)) == "quoting"
    written = route(both, labels(task="write.plan.task"), allowed)
    assert chosen(written) == "writer"
    assert why(written, "quoting") == "routing.refused.quotes_only"
    assert route(alone, labels(task="write.plan.task"), allowed).reason.key == "routing.none.task"
