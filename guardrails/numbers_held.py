"""Which numbers of a sentence a passage holds: as they stand, in another way of writing, or reckoned from them.

A number that is absent is the strongest sign that a sentence does not come from its passage, so it must be sure: what can
be reckoned from the passage (a difference of years, metres for kilometres, a rounded figure) and small words that count
things in passing (`both`, `two traditions`) are unsure, not absent.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from guardrails.quantities import Kind, Quantity
from guardrails.quantity_words import is_partitive

_CONVERSIONS = frozenset(Fraction(n) for n in (7, 12, 24, 60, 100, 365, 1000, 3600, 1_000_000))
"""Factors between the units that schools use."""
_YEARS = range(100, 2200)
_LIKELY_YEARS = range(1000, 2200)
_SMALL = 3
_NEAR = Fraction(1, 30)
"""How far a round figure may lie from what it rounds."""
_FEWEST_ROUNDED = 50
_MOST_RECKONED = 12
"""Values of a passage between which differences and ratios are tried."""
_TIMES = ("есе", "раз", "times")
_AGAIN = frozenset({"раз", "time"})
"""What follows `second` and never `two`: it says again, and counts nothing."""
_STEM = 4


@dataclass(frozen=True, slots=True)
class Unheld:
    """Numbers of a sentence that no passage holds."""

    absent: tuple[str, ...]
    unsure: tuple[str, ...]


class HeldNumbers:
    """The numbers of some passages."""

    def __init__(self, held: Iterable[Quantity]) -> None:
        self._held = tuple(held)
        values: set[Fraction] = set()
        self._codes: set[str] = set()
        self._centuries: set[Fraction] = set()
        self._months: set[Fraction] = set()
        for one in self._held:
            if isinstance(one.value, str):
                parts = [Fraction(part) for part in one.value.split(".") if part.isdecimal()]
                self._codes.add(one.value)
                self._months.update(parts[1:2])
                values.update(parts)
            elif one.kind is Kind.MONTH:
                self._months.add(one.value)
            else:
                values |= {one.value, one.value / 100} if one.kind is Kind.PERCENT else {one.value}
                self._centuries |= _centuries(one)
        self._values = frozenset(values)
        self._follows = frozenset(_follows(values))

    def unheld(self, claimed: Iterable[Quantity]) -> Unheld:
        """The numbers of a sentence that the passages do not hold, as they would be written in digits."""
        absent, unsure = set[str](), set[str]()
        for one in claimed:
            if not self._holds(one) and (one.value != 1 or one.digits):
                (absent if self._is_sure(one) else unsure).add(str(one.value))
        return Unheld(tuple(sorted(absent)), tuple(sorted(unsure - absent)))

    def _holds(self, one: Quantity) -> bool:
        if isinstance(one.value, str):
            return one.value in self._codes
        match one.kind:
            case Kind.MONTH:
                return one.value in self._months
            case Kind.CENTURY:
                return one.value in self._centuries
            case Kind.PERCENT:
                return one.value in self._values or one.value / 100 in self._values
            case Kind.TIMES:
                return one.value in self._values or 1 / one.value in self._values
            case _:
                return one.value in self._values

    def _is_sure(self, one: Quantity) -> bool:
        if isinstance(one.value, str):
            return True
        if self._may_follow(one):
            return False
        if one.kind is Kind.MONTH:
            return bool(self._months)
        if one.kind is Kind.SHARE and not one.digits:
            return self._contradicts(one) or any(
                held.kind in (Kind.SHARE, Kind.PERCENT) for held in self._held
            )
        if one.digits or (one.value > _SMALL and one.kind is not Kind.TIMES):
            return True
        if one.value <= _SMALL and one.counted in _AGAIN:
            return False
        if one.kind is Kind.TIMES:
            return any(held.kind is Kind.TIMES or held.counted.startswith(_TIMES) for held in self._held)
        if is_partitive(one.before):
            return False
        return one.measured or self._contradicts(one)

    def _may_follow(self, one: Quantity) -> bool:
        """Whether a value may have been reckoned from those of the passages in one step."""
        value = Fraction(one.value)
        if value in self._follows or any(_rounds(value, held) for held in self._values):
            return True
        if one.kind is Kind.TIMES:
            pairs = itertools.combinations(sorted(self._values)[:_MOST_RECKONED], 2)
            return any(low and high / low == value for low, high in pairs)
        return one.measured and any(
            held.measured
            and not isinstance(held.value, str)
            and held.counted[:_STEM] != one.counted[:_STEM]
            and held.value
            and (value / held.value in _CONVERSIONS or held.value / value in _CONVERSIONS)
            for held in self._held
            if value
        )

    def _contradicts(self, one: Quantity) -> bool:
        """Whether a passage counts the same things and comes to another number."""
        stem = one.counted[:_STEM]
        return len(stem) == _STEM and any(held.counted[:_STEM] == stem for held in self._held)


def _centuries(one: Quantity) -> set[Fraction]:
    """The centuries that a value of a passage speaks of: itself, or that of a year (`1900` may open one or close one)."""
    value = Fraction(one.value)
    if one.kind is Kind.CENTURY:
        return {value}
    is_year = value.denominator == 1 and _YEARS.start <= value < _YEARS.stop
    return {Fraction((int(value) - 1) // 100 + 1), Fraction(int(value) // 100 + 1)} if is_year else set()


def _follows(values: set[Fraction]) -> set[Fraction]:
    """Years that passed between two years, and what a share leaves."""
    years = sorted(value for value in values if value in _YEARS)[:_MOST_RECKONED]
    passed = {later - earlier for earlier, later in itertools.combinations(years, 2)}
    return passed | {1 - value for value in values if 0 < value < 1}


def _rounds(claimed: Fraction, held: Fraction) -> bool:
    """Whether a round figure stands for one that the passage gives exactly: 250 for 256, not a year for a year."""
    return (
        claimed >= _FEWEST_ROUNDED
        and claimed % 10 == 0
        and claimed not in _LIKELY_YEARS
        and abs(claimed - held) <= held * _NEAR
    )
