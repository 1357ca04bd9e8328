"""The admin's rules while they are being made, and what they change; nothing here is saved."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from app.protection import Standing
from guardrails.choice import Choice
from guardrails.floor import BANDS
from guardrails.policy import Policy
from guardrails.reading import LANGUAGES
from guardrails.verdict import Action

GROUPS: Mapping[str, tuple[str, ...]] = {
    "personal": ("personal_data.pupil", "personal_data.teacher", "personal_data.person", "secrets"),
    "attacks": (
        "injection.override",
        "injection.persona",
        "injection.leak",
        "injection.hijack",
        "injection.delimiter",
        "injection.encoded",
        "injection.authority",
        "injection.refusal",
        "injection.planted",
        "injection.learned",
        "invisible_text",
        "resource",
    ),
    "safeguarding": (
        "safeguarding.self_harm",
        "safeguarding.abuse",
        "safeguarding.bullying",
        "safeguarding.grooming",
    ),
    "conduct": (
        "conduct.profanity",
        "conduct.insult",
        "conduct.abuse",
        "conduct.sexual_minors",
        "sensitive_topic",
    ),
    "output": (
        "personal_data.leak",
        "prompt_leak",
        "links",
        "citation",
        "objective_code",
        "groundedness.supported",
        "groundedness.weak",
        "groundedness.unsupported",
        "groundedness.number",
        "groundedness.name",
        "groundedness.contrary",
        "groundedness.language_differs",
        "language",
    ),
}
"""What an admin reads together; every category stands in one group."""
ABSENT = "absent"
UNDONE = "personal_data"
"""The rail whose masks a teacher may undo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rules on the screen; `base` is what was stored when they were begun."""

    base: Standing
    choice: Choice

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """What is stored, unchanged."""
        return cls(base=standing, choice=standing.choice)

    @property
    def changed(self) -> bool:
        """Whether it differs from what it began with, or replaces what could not be read."""
        return self.base.policy is None or self.choice.text != self.base.choice.text

    def acting(self, shipped: Policy, category: str, by: Mapping[str, Action]) -> Self:
        """With an action for a category in each language; what is shipped needs no choice."""
        actions = {name: each for name, each in self.choice.actions.items() if name != category}
        if any(by[one] is not shipped.action(category, one) for one in LANGUAGES):
            actions[category] = dict(by)
        return replace(self, choice=replace(self.choice, actions=actions))

    def setting(self, shipped: Policy, rail: str, band: str, by: Mapping[str, float]) -> Self:
        """With a threshold of a rail in each language."""
        bands = {name: each for name, each in self.choice.thresholds.get(rail, {}).items() if name != band}
        if any(by[one] != getattr(shipped.rails[rail], band)[one] for one in LANGUAGES):
            bands[band] = dict(by)
        thresholds = {name: each for name, each in self.choice.thresholds.items() if name != rail}
        if bands:
            thresholds[rail] = bands
        return replace(self, choice=replace(self.choice, thresholds=thresholds))

    def switching(self, shipped: Policy, rail: str, on: bool) -> Self:
        """With an optional rail on or off."""
        rails = {name: each for name, each in self.choice.rails.items() if name != rail}
        if on is not shipped.rails[rail].enabled:
            rails[rail] = on
        return replace(self, choice=replace(self.choice, rails=rails))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that two policies do otherwise, in these languages.

    Attributes:
        what: `action`, `warn`, `block`, `rail` or `undo`.
        name: of the category or the rail.
        before: action, score or `on`/`off`, as a word; `absent`: the policy does not have the category.
    """

    what: str
    name: str
    languages: tuple[str, ...]
    before: str
    after: str


def grouped(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """The categories of a policy by group; what this release does not group, of another release, under `others`."""
    known = {
        group: tuple(one for one in names if one in policy.categories) for group, names in GROUPS.items()
    }
    taken = {one for names in known.values() for one in names}
    others = tuple(sorted(policy.categories.keys() - taken))
    return {**known, "others": others} if others else known


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """What a policy does otherwise than another, languages that change alike together."""
    found: list[Difference] = []
    order = [*itertools.chain(*GROUPS.values())]
    others = sorted((before.categories.keys() | after.categories.keys()) - set(order))
    for category in (*order, *others):
        pairs = {one: (_acts(before, category, one), _acts(after, category, one)) for one in LANGUAGES}
        found += _alike("action", category, pairs)
    both = before.rails.keys() & after.rails.keys()
    for rail in (one for one in after.rails if one in both):
        for band in BANDS:
            olds, news = (getattr(policy.rails[rail], band) for policy in (before, after))
            shared = [one for one in LANGUAGES if one in olds and one in news]
            found += _alike(band, rail, {one: (f"{olds[one]:g}", f"{news[one]:g}") for one in shared})
    for rail in sorted(both):
        states = tuple("on" if policy.rails[rail].enabled else "off" for policy in (before, after))
        found += _alike("rail", rail, dict.fromkeys(LANGUAGES, (states[0], states[1])))
    found += _alike("undo", UNDONE, dict.fromkeys(LANGUAGES, (_undoes(before), _undoes(after))))
    return tuple(found)


def _acts(policy: Policy, category: str, language: str) -> str:
    return str(policy.action(category, language)) if category in policy.categories else ABSENT


def _undoes(policy: Policy) -> str:
    rail = policy.rails.get(UNDONE)
    return "on" if rail is not None and rail.undo else "off"


def _alike(what: str, name: str, pairs: Mapping[str, tuple[str, str]]) -> list[Difference]:
    together: dict[tuple[str, str], list[str]] = {}
    for language, pair in pairs.items():
        if pair[0] != pair[1]:
            together.setdefault(pair, []).append(language)
    return [
        Difference(what=what, name=name, languages=tuple(languages), before=old, after=new)
        for (old, new), languages in together.items()
    ]
