"""Whether the sums that a text states are true: an equation of numbers, and the answer to a single exercise."""

import re
from collections.abc import Iterator
from fractions import Fraction

from app.documents.reckoning import reckon

NUMBER = r"(?:\d+[ \u00a0]\d+\s?/\s?\d+|\d+(?:[.,]\d+)?(?:\s?/\s?\d+)?)"
SIDE = rf"{NUMBER}(?:\s?[+−–\-·×*:÷]\s?{NUMBER})*"
ALONE = r"(?<![\w.,/+−–\-·×*:÷=])(?<![+−–\-·×*:÷=][ \u00a0])"
"""Nothing before it belongs to the same expression."""
ENDED = r"(?![\w/%]|[.,]\d|\s?[+−–\-·×*:÷=])"
EQUATION = re.compile(rf"{ALONE}({SIDE})((?:\s?=\s?{SIDE})+){ENDED}")
EXERCISE = re.compile(rf"{ALONE}({NUMBER}(?:\s?[+−–\-·×*:÷]\s?{NUMBER})+){ENDED}")
ANSWER = re.compile(rf"[\s=]*({NUMBER})[\s.]*")
SIGNS = str.maketrans({"–": "-", "×": "*", "÷": "/"})
MIXED = re.compile(r"(\d+)[ \u00a0]+(\(\d+/\d+\))")
FRACTION = re.compile(r"(\d+)\s?/\s?(\d+)")
DATE = re.compile(r"\d+[:\-–]\d+(?:[:\-–]\d+)?")


def false_equations(text: str) -> tuple[str, ...]:
    """The equations of a text whose sides are not equal; those that cannot be reckoned are left alone."""
    return tuple(whole for whole, sides in _equations(text) if len(set(sides)) > 1)


def answers(exercise: str, answer: str) -> bool | None:
    """Whether an answer is the value of the one expression that an exercise has; None where that cannot be told."""
    expressions = [found[1] for found in EXERCISE.finditer(exercise) if not DATE.fullmatch(found[1])]
    given = ANSWER.fullmatch(answer)
    if len(expressions) != 1 or given is None:
        return None
    value, told = _value(expressions[0]), _value(given[1])
    return None if value is None or told is None else value == told


def _equations(text: str) -> Iterator[tuple[str, list[Fraction]]]:
    for found in EQUATION.finditer(text):
        sides = [_value(side) for side in found[0].split("=")]
        if all(side is not None for side in sides):
            yield found[0].strip(), [side for side in sides if side is not None]


def _value(side: str) -> Fraction | None:
    """The value of a side; a fraction is one number, also where it is divided by, and 4 1/3 is 4 + 1/3."""
    plain = FRACTION.sub(r"(\1/\2)", side.translate(SIGNS))
    return reckon(MIXED.sub(r"(\1+\2)", plain))
