"""Laws over every category: it has a floor, no choice goes below it, and each policy is known again by its digest."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.choice import Choice, choice_in, effective, reach, trouble
from guardrails.floor import BANDS
from guardrails.policy import FIXED, canonical, policy_of, read
from guardrails.reading import LANGUAGES
from guardrails.verdict import Action

SHIPPED = read()
CATEGORIES = sorted(SHIPPED.categories)
ACTIONS = st.fixed_dictionaries(dict.fromkeys(LANGUAGES, st.sampled_from(list(Action))))
SCORES = st.fixed_dictionaries(dict.fromkeys(LANGUAGES, st.floats(0.01, 2.0)))
CHOICES = st.builds(
    Choice,
    actions=st.dictionaries(st.sampled_from(CATEGORIES), ACTIONS, max_size=6),
    thresholds=st.fixed_dictionaries(
        {},
        optional={
            rail: st.fixed_dictionaries({}, optional=dict.fromkeys(BANDS, SCORES))
            for rail in SHIPPED.floor.thresholds
        },
    ),
    rails=st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(SHIPPED.floor.optional), st.booleans())),
)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_floor_that_the_shipped_policy_keeps(category: str) -> None:
    bound = SHIPPED.floor.categories[category]

    assert SHIPPED.categories[category].severity >= bound.least.severity
    assert bound.least.severity >= FIXED.get(category, Action.ALLOW).severity
    assert all(one.severity >= bound.least.severity for one in bound.choices)


@settings(deadline=None, max_examples=60)
@given(choice=CHOICES)
def test_no_choice_whatever_goes_below_the_floor(choice: Choice) -> None:
    made = effective(SHIPPED, choice)
    for category, bound in SHIPPED.floor.categories.items():
        for language in LANGUAGES:
            action = made.action(category, language)
            assert action.severity >= bound.least.severity
            if not bound.choices:
                assert action is SHIPPED.categories[category]
    for rail in SHIPPED.floor.thresholds:
        for language in LANGUAGES:
            warn, block = made.rails[rail].thresholds(language)
            assert warn <= block
            limits = reach(SHIPPED, rail, "block", language)
            assert limits is not None
            assert limits[0] <= block <= limits[1]


@settings(deadline=None, max_examples=60)
@given(choice=CHOICES)
def test_every_policy_is_rebuilt_from_its_canonical_form(choice: Choice) -> None:
    made = effective(SHIPPED, choice)

    again = policy_of(json.loads(canonical(made.document)))
    assert again.digest == made.digest
    assert again.document == made.document
    assert choice_in(choice.text) == choice


@settings(deadline=None, max_examples=60)
@given(choice=CHOICES)
def test_what_the_floor_allows_holds_exactly_as_chosen(choice: Choice) -> None:
    if trouble(SHIPPED, choice) is not None:
        return
    made: Any = effective(SHIPPED, choice)
    for category, by in choice.actions.items():
        assert {one: made.action(category, one) for one in LANGUAGES} == by
    for rail, bands in choice.thresholds.items():
        for band, by_language in bands.items():
            assert getattr(made.rails[rail], band) == pytest.approx(by_language, abs=1e-3)
