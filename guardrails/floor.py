"""The ministry's floor: what every school must do at the least, and what a school may choose for itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from guardrails.reading import PolicyRefused, action, flag, only, positive, table
from guardrails.verdict import Action

BANDS = ("warn", "block")
"""The two thresholds of a rail that scores."""
PLACES = 4
LOWEST, HIGHEST = 0.01, 0.99
"""A threshold of nothing would stop every text, and one that no score reaches would stop none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a school may make of one category.

    Attributes:
        least: the least that happens in every school.
        choices: what a school may choose, the mildest first; empty: nothing, the default stands.
        by_language: whether the choice may differ from language to language.
    """

    least: Action
    choices: tuple[Action, ...] = ()
    by_language: bool = False

    def held(self, wanted: Action, default: Action) -> Action:
        """What happens where a school wants something: the mildest allowed action that is no milder.

        A choice made under an older floor is lifted to what the floor allows now.
        """
        allowed = self.choices or (default,)
        strict_enough = [one for one in allowed if one.severity >= wanted.severity]
        return strict_enough[0] if strict_enough else allowed[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far from the shipped value a school may set a threshold: down is stricter, up is milder."""

    stricter: float
    looser: float

    def around(self, shipped: float) -> tuple[float, float]:
        """The lowest and the highest value that a school may set."""
        lowest = min(shipped, max(LOWEST, shipped - self.stricter))
        highest = max(shipped, min(HIGHEST, shipped + self.looser))
        return round(lowest, PLACES), round(highest, PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The bounds of every category and threshold; a rail in `optional` runs only where a school switches it on."""

    categories: Mapping[str, Bound] = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, Reach]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


def read_floor(
    document: Mapping[str, object],
    categories: Mapping[str, Mapping[str, Action]],
    fixed: Mapping[str, Action],
) -> Floor:
    """The floor of a policy, held against the actions that the policy takes.

    Args:
        categories: what the policy does, by category and language.
        fixed: the least that code demands, whatever a file says.

    Raises:
        PolicyRefused: a category without a floor, one that the policy falls below, or a choice below the floor.
    """
    given = table(document, "floor")
    only(given, {"categories", "thresholds", "optional"}, "floor")
    bounds = {name: _bound(name, value) for name, value in table(given, "categories", "floor").items()}
    for name in sorted(set(bounds) ^ set(categories)):
        raise PolicyRefused(f"category {name} needs an action and a floor, and has only one of them")
    for name, bound in bounds.items():
        _holds(name, bound, categories[name], fixed.get(name, Action.ALLOW))
    return Floor(
        categories=MappingProxyType(bounds),
        thresholds=MappingProxyType(_thresholds(given)),
        optional=_optional(given),
    )


def _bound(name: str, value: object) -> Bound:
    where = f"floor.categories.{name}"
    if not isinstance(value, dict):
        raise PolicyRefused(f"{where} is no table")
    only(value, {"least", "choose", "by_language"}, where)
    listed = value.get("choose", [])
    if not isinstance(listed, list):
        raise PolicyRefused(f"{where}.choose is no list")
    choices = sorted({action(word, where) for word in listed}, key=lambda one: one.severity)
    if len(choices) != len(listed) or len(choices) == 1:
        raise PolicyRefused(f"{where}.choose names one action twice, or no two")
    return Bound(
        least=action(value.get("least"), where),
        choices=tuple(choices),
        by_language=flag(value.get("by_language", False), f"{where}.by_language"),
    )


def _holds(name: str, bound: Bound, taken: Mapping[str, Action], fixed: Action) -> None:
    if bound.least.severity < fixed.severity:
        raise PolicyRefused(f"category {name} is fixed: its floor is at least {fixed}, not {bound.least}")
    if bound.choices and bound.choices[0].severity < bound.least.severity:
        raise PolicyRefused(f"category {name}: {bound.choices[0]} is below its floor, {bound.least}")
    for one in taken.values():
        if one.severity < bound.least.severity:
            raise PolicyRefused(f"category {name}: {one} is below its floor, {bound.least}")
        if bound.choices and one not in bound.choices:
            raise PolicyRefused(f"category {name}: {one} is none of the actions that its floor allows")


def _thresholds(given: Mapping[str, object]) -> dict[str, Mapping[str, Reach]]:
    found: dict[str, Mapping[str, Reach]] = {}
    for rail, bands in _tables(given.get("thresholds", {}), "floor.thresholds"):
        only(bands, BANDS, f"floor.thresholds.{rail}")
        reaches = {}
        for band, value in _tables(bands, f"floor.thresholds.{rail}"):
            where = f"floor.thresholds.{rail}.{band}"
            only(value, {"stricter", "looser"}, where)
            reaches[band] = Reach(
                stricter=positive(value.get("stricter"), where), looser=positive(value.get("looser"), where)
            )
        found[rail] = MappingProxyType(reaches)
    return found


def _tables(given: object, where: str) -> Sequence[tuple[str, Mapping[str, object]]]:
    if not isinstance(given, dict) or not all(isinstance(value, dict) for value in given.values()):
        raise PolicyRefused(f"{where} is no table of tables")
    return tuple(given.items())


def _optional(given: Mapping[str, object]) -> frozenset[str]:
    listed = given.get("optional", [])
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise PolicyRefused("floor.optional is no list of rails")
    return frozenset(listed)
