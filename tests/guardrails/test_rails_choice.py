"""A school chooses within the floor, and what comes of it is a policy of its own."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from guardrails.choice import NOTHING, Choice, choice_in, choice_of, effective, reach, trouble
from guardrails.floor import Reach
from guardrails.policy import SHIPPED, Policy, PolicyRefused, canonical, parse, policy_of, read
from guardrails.reading import LANGUAGES
from guardrails.spoken import UNREADABLE_KEY, ClosedRails, SpokenRails
from guardrails.verdict import Action, Stage, Status, Subject
from tests.guardrails.conftest import MEANS

TEXT = SHIPPED.read_text(encoding="utf-8")
INSULT = {"kk": "Сен ақымақсың", "ru": "Ты дурак", "en": "You are an idiot"}


def everywhere(category: str, action: str) -> Choice:
    return choice_of({"actions": {category: action}, "thresholds": {}, "rails": {}})


def thresholds(band: str, **values: float) -> Choice:
    by = {one: values.get(one, getattr(read().rails["injection"], band)[one]) for one in LANGUAGES}
    return Choice(thresholds={"injection": {band: by}})


def rails(policy: Policy) -> SpokenRails:
    return SpokenRails(policy, MEANS, clock=lambda: 0.0)


def test_a_school_that_chooses_nothing_is_judged_by_the_shipped_policy() -> None:
    assert trouble(read(), NOTHING) is None
    assert effective(read(), NOTHING).digest == read().digest
    assert choice_in(NOTHING.text) == NOTHING


def test_choosing_what_is_shipped_changes_no_digest() -> None:
    shipped = read()
    same = {
        name: action for name, action in shipped.categories.items() if shipped.floor.categories[name].choices
    }
    choice = Choice(actions={name: dict.fromkeys(LANGUAGES, action) for name, action in same.items()})

    assert same
    assert effective(shipped, choice).digest == shipped.digest


def test_a_choice_survives_being_stored() -> None:
    choice = Choice(
        actions={"conduct.insult": {"kk": Action.BLOCK, "ru": Action.WARN, "en": Action.WARN}},
        thresholds=thresholds("warn", kk=0.41).thresholds,
    )

    assert choice_in(choice.text) == choice


def test_the_canonical_form_alone_gives_the_same_policy_back() -> None:
    made = effective(read(), everywhere("conduct.insult", "block"))
    again = policy_of(json.loads(canonical(made.document)))

    assert made.digest != read().digest
    assert (again.digest, again.categories) == (made.digest, made.categories)
    assert again.categories["conduct.insult"] is Action.BLOCK


@pytest.mark.parametrize(
    "wrong",
    [
        # below the floor, among what is fixed, and of what nobody knows
        {"actions": {"conduct.insult": "mask"}},
        {"actions": {"personal_data.pupil": "allow"}},
        {"actions": {"personal_data.leak": "warn"}},
        {"actions": {"conduct.sexual_minors": "warn"}},
        {"actions": {"kindness": "block"}},
        # above the floor, and still nothing that the category can do
        {"actions": {"safeguarding.self_harm": "block"}},
        # languages apart where that makes no sense
        {"actions": {"secrets": {"kk": "block", "ru": "mask", "en": "mask"}}},
        # thresholds beyond their bounds, of rails that have none, and the wrong way round
        {"thresholds": {"injection": {"warn": {"kk": 0.9, "ru": 0.9, "en": 0.9}}}},
        {"thresholds": {"injection": {"block": {"kk": 0.1, "ru": 0.7, "en": 0.7}}}},
        {"thresholds": {"groundedness": {"warn": {"kk": 0.3, "ru": 0.3, "en": 0.3}}}},
        {"thresholds": {"injection": {"warn": {"kk": 0.6, "ru": 0.6, "en": 0.6}, "block": {"kk": 0.55, "ru": 0.55, "en": 0.55}}}},
        # rails that no school can switch
        {"rails": {"injection": False}},
        {"rails": {"kindness": True}},
    ],
)  # fmt: skip
def test_what_the_floor_does_not_allow_is_named(wrong: Mapping[str, Any]) -> None:
    choice = choice_of({"actions": {}, "thresholds": {}, "rails": {}, **wrong})

    assert trouble(read(), choice) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"actions": {}, "thresholds": {}, "rails": {}, "more": 1}',
        '{"actions": {"secrets": "frown"}, "thresholds": {}, "rails": {}}',
        '{"actions": {"secrets": {"kk": "mask"}}, "thresholds": {}, "rails": {}}',
        '{"actions": {}, "thresholds": {"injection": {"warn": {"kk": 1}}}, "rails": {}}',
        '{"actions": {}, "thresholds": {"injection": {"stop": {"kk": 1, "ru": 1, "en": 1}}}, "rails": {}}',
        '{"actions": {}, "thresholds": {}, "rails": {"judge": "yes"}}',
    ],
)
def test_a_choice_that_holds_something_else_is_refused(text: str) -> None:
    with pytest.raises(PolicyRefused):
        choice_in(text)


def test_the_unknown_makes_no_policy() -> None:
    for wrong in (
        everywhere("kindness", "block"),
        Choice(thresholds={"conduct": {"warn": dict.fromkeys(LANGUAGES, 0.5)}}),
        Choice(rails={"injection": False}),
    ):
        with pytest.raises(PolicyRefused):
            effective(read(), wrong)


def test_a_floor_that_rises_lifts_what_was_chosen_below_it() -> None:
    chosen = everywhere("injection.persona", "warn")
    old = '"injection.persona" = { least = "warn", choose = ["warn", "block"], by_language = true }'
    assert old in TEXT
    stricter = parse(TEXT.replace(old, '"injection.persona" = { least = "block" }'))

    assert effective(read(), chosen).categories["injection.persona"] is Action.WARN
    assert effective(stricter, chosen).categories["injection.persona"] is Action.BLOCK


def test_a_threshold_that_the_floor_no_longer_reaches_is_lowered_to_it() -> None:
    _, highest = reach(read(), "injection", "block", "kk") or (0.0, 0.0)
    chosen = thresholds("block", kk=highest)
    old = "block = { stricter = 0.2, looser = 0.1 }"
    assert trouble(read(), chosen) is None
    assert old in TEXT
    stricter = parse(TEXT.replace(old, "block = { stricter = 0.2, looser = 0.02 }"))

    assert effective(read(), chosen).rails["injection"].block["kk"] == pytest.approx(highest)
    _, lowered = reach(stricter, "injection", "block", "kk") or (0.0, 0.0)
    assert lowered < highest
    assert effective(stricter, chosen).rails["injection"].block["kk"] == pytest.approx(lowered)


def test_an_action_holds_in_the_language_for_which_it_was_chosen() -> None:
    apart = {"kk": Action.WARN, "ru": Action.BLOCK, "en": Action.WARN}
    judged = rails(effective(read(), Choice(actions={"conduct.insult": apart})))
    said = {
        language: judged.inspect(Subject(stage=Stage.INPUT, text=text, language=language)).action
        for language, text in INSULT.items()
    }
    unknown = judged.inspect(Subject(stage=Stage.INPUT, text=INSULT["ru"], language=""))

    assert said == apart
    assert unknown.action is Action.BLOCK


def test_a_lower_threshold_holds_in_its_language_alone() -> None:
    shipped = read().rails["injection"]
    made = effective(read(), thresholds("warn", kk=shipped.warn["kk"] - 0.2)).rails["injection"]

    assert made.thresholds("kk")[0] == pytest.approx(shipped.warn["kk"] - 0.2)
    assert made.thresholds("ru") == shipped.thresholds("ru")
    assert made.thresholds("xx")[0] == min(made.warn.values())


def test_where_no_policy_can_be_read_everything_is_blocked() -> None:
    combined = ClosedRails("ab" * 32).inspect(Subject(stage=Stage.INPUT, text="Сәлем", language="kk"))

    assert combined.blocked
    assert combined.text == ""
    assert combined.message_key == UNREADABLE_KEY
    assert combined.blocking is not None
    assert combined.blocking.status is Status.ERROR


def test_no_threshold_can_be_set_to_nothing_or_out_of_reach() -> None:
    low = Reach(stricter=0.5, looser=0.1)

    assert low.around(0.3) == (0.01, 0.4)
    assert low.around(0.005) == (0.005, 0.105)
    assert low.around(0.935) == (0.435, 0.99)
    assert low.around(1.5) == (1.0, 1.5)
