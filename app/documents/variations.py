"""Sums like one that a note works out: the same arithmetic with another number, and its value."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from app.documents.reckoning import RAISED, reckon

WHOLE = re.compile(r"(?<![\d.,])\d+(?![\d.,])")
APART = re.compile(rf"({WHOLE.pattern})")
SEVERAL_STEPS_FROM = 5
MOST_STEPS = 40
LEAST, FARTHEST, MOST_DIGITS = 2, 1.5, 6


def is_worth_varying(expression: str, grade: int) -> bool:
    """Whether sums like it are work for a grade: from grade 5 on several steps, a fraction or a power."""
    steps = sum(expression.count(sign) for sign in "+−·:")
    raised = RAISED.search(expression) is not None
    if grade < SEVERAL_STEPS_FROM:
        return steps > 0
    return raised or steps > 1 or (steps > 0 and "/" in expression)


def variations(expression: str, count: int) -> tuple[tuple[str, str], ...]:
    """Up to so many expressions with their values, each with another number changed where there are several.

    A whole value stays whole and a round one round; a fraction stays below 1. The same expression gives the same ones.

    Args:
        expression: arithmetic as a note writes it, such as `2/7 + 3/7`.
    """
    value = reckon(expression)
    if value is None:
        return ()
    found: dict[str, str] = {}
    numbers = Counter(WHOLE.findall(expression))
    # A number that stands there several times is what the rule is about, so it changes everywhere.
    order = sorted(numbers, key=lambda one: (-numbers[one], expression.index(one)))
    for number in order:
        changed = next((one for one in _changed(expression, number, value) if one[0] not in found), None)
        if changed is not None:
            found[changed[0]] = changed[1]
        if len(found) == count:
            break
    return tuple(found.items())


def _changed(expression: str, number: str, value: Fraction) -> Iterator[tuple[str, str]]:
    old = int(number)
    step = 10 if old % 10 == 0 else 1
    for distance in range(step, min(int(old * FARTHEST), MOST_STEPS * step) + step + 1, step):
        for new in (old + distance, old - distance):
            if old < LEAST or new < LEAST or _zeros(new) > _zeros(old):
                continue
            changed = "".join(str(new) if one == number else one for one in APART.split(expression))
            result = reckon(changed)
            if result is not None and result != value and _is_alike(result, value):
                yield changed, _written(result)


def _is_alike(new: Fraction, old: Fraction) -> bool:
    if new <= 0 or len(str(new.numerator)) > MOST_DIGITS:
        return False
    if old.denominator == 1:
        return new.denominator == 1 and _zeros(int(new)) >= _zeros(int(old))
    return new < 1 and new.denominator > 1


def _zeros(number: int) -> int:
    return len(str(number)) - len(str(number).rstrip("0"))


def _written(value: Fraction) -> str:
    whole = f"{value.numerator:,}".replace(",", " ") if value.numerator >= 10_000 else str(value.numerator)
    return whole if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
