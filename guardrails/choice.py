"""What a school chooses within the ministry's floor, and the policy that comes of both."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guardrails.floor import BANDS, PLACES
from guardrails.policy import Policy, canonical, policy_of
from guardrails.reading import LANGUAGES, PolicyRefused, actions, by_language, flag, only, table
from guardrails.verdict import Action

Actions = Mapping[str, Mapping[str, Action]]
Thresholds = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a school says of its own; what it does not speak of stays as the ministry ships it.

    Attributes:
        actions: by category and language.
        thresholds: by rail, band (`warn`, `block`) and language.
        rails: whether an optional rail runs.
    """

    actions: Actions = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=dict)
    rails: Mapping[str, bool] = field(default_factory=dict)

    @property
    def plain(self) -> dict[str, Any]:
        """Mappings, words and numbers only; what `choice_of` reads."""
        return {
            "actions": {
                name: {one: str(action) for one, action in by.items()} for name, by in self.actions.items()
            },
            "thresholds": {
                rail: {band: dict(by) for band, by in bands.items()}
                for rail, bands in self.thresholds.items()
            },
            "rails": dict(self.rails),
        }

    @property
    def text(self) -> str:
        """As it is stored."""
        return canonical(self.plain)


NOTHING = Choice()


def choice_in(text: str) -> Choice:
    """A stored choice.

    Raises:
        PolicyRefused: it is no JSON, or holds a key or value of another kind.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PolicyRefused(f"the choice is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise PolicyRefused("the choice is no table")
    return choice_of(document)


def choice_of(document: Mapping[str, object]) -> Choice:
    """The choice of a document.

    Raises:
        PolicyRefused: an unknown key or a wrong type.
    """
    where = "the choice"
    only(document, {"actions", "thresholds", "rails"}, where)
    thresholds: dict[str, dict[str, Mapping[str, float]]] = {}
    for rail, bands in table(document, "thresholds", where).items():
        if not isinstance(bands, dict):
            raise PolicyRefused(f"thresholds.{rail} is no table")
        only(bands, BANDS, f"thresholds.{rail}")
        thresholds[rail] = {
            band: by_language(value, f"thresholds.{rail}.{band}") for band, value in bands.items()
        }
    return Choice(
        actions={name: actions(value, name) for name, value in table(document, "actions", where).items()},
        thresholds=thresholds,
        rails={name: flag(value, name) for name, value in table(document, "rails", where).items()},
    )


def trouble(policy: Policy, choice: Choice) -> str | None:
    """The first thing in a choice that the floor does not allow, as `category`, `rail` or `rail.band`; None: it holds."""
    floor = policy.floor
    for name, by in choice.actions.items():
        bound = floor.categories.get(name)
        apart = len(set(by.values())) > 1
        if bound is None or (apart and not bound.by_language):
            return name
        allowed = bound.choices or (policy.categories[name],)
        if not set(by.values()) <= set(allowed):
            return name
    for rail, bands in choice.thresholds.items():
        for band, values in bands.items():
            for language, value in values.items():
                limits = reach(policy, rail, band, language)
                if limits is None or not limits[0] <= value <= limits[1]:
                    return f"{rail}.{band}"
        warn, block = (_wanted(policy, choice, rail, band) for band in BANDS)
        if any(warn[language] > block[language] for language in LANGUAGES):
            return f"{rail}.warn"
    return next((rail for rail in choice.rails if rail not in floor.optional), None)


def reach(policy: Policy, rail: str, band: str, language: str) -> tuple[float, float] | None:
    """The lowest and highest value of a threshold; None: a school may not set it."""
    found = policy.floor.thresholds.get(rail, {}).get(band)
    shipped = getattr(policy.rails[rail], band) if found is not None else {}
    return found.around(shipped[language]) if found is not None and language in shipped else None


def effective(policy: Policy, choice: Choice) -> Policy:
    """The shipped policy with a school's choice in it: a policy of its own, with a digest of its own.

    What the floor does not allow (any more) is lifted to what it allows; a choice that changes nothing has the
    shipped digest.

    Raises:
        PolicyRefused: it speaks of a category, threshold or rail that a school cannot choose.
    """
    document = copy.deepcopy(dict(policy.document))
    categories, rails = (_inner(document, key) for key in ("categories", "rails"))
    for name, by in choice.actions.items():
        bound = policy.floor.categories.get(name)
        if bound is None:
            raise PolicyRefused(f"the choice names the category {name}, which no policy knows")
        held = {one: bound.held(by[one], policy.action(name, one)) for one in LANGUAGES}
        words = {one: str(action) for one, action in held.items()}
        categories[name] = words if len(set(words.values())) > 1 else words[LANGUAGES[0]]
    for rail, bands in choice.thresholds.items():
        if rail not in policy.floor.thresholds:
            raise PolicyRefused(f"the choice names thresholds of {rail}, which no school can set")
        for band in bands:
            rails[rail][band] = _held(policy, rail, band, bands[band])
        rails[rail]["warn"] = {
            one: min(rails[rail]["warn"][one], rails[rail]["block"][one]) for one in LANGUAGES
        }
    for rail, enabled in choice.rails.items():
        if rail not in policy.floor.optional:
            raise PolicyRefused(f"the choice names the rail {rail}, which no school can switch")
        rails[rail]["enabled"] = enabled
    return policy_of(document)


def _inner(document: dict[str, object], key: str) -> dict[str, Any]:
    inner = document[key]
    if not isinstance(inner, dict):
        raise PolicyRefused(f"the policy has no table {key}")
    return inner


def _wanted(policy: Policy, choice: Choice, rail: str, band: str) -> Mapping[str, float]:
    shipped: Mapping[str, float] = getattr(policy.rails[rail], band)
    return choice.thresholds.get(rail, {}).get(band, shipped)


def _held(policy: Policy, rail: str, band: str, wanted: Mapping[str, float]) -> dict[str, float]:
    held = {}
    for language in LANGUAGES:
        limits = reach(policy, rail, band, language)
        if limits is None:
            raise PolicyRefused(f"the choice names the threshold {rail}.{band}, which no school can set")
        held[language] = round(min(max(wanted[language], limits[0]), limits[1]), PLACES)
    return held
