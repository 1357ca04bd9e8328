"""Wrong numbers that stand near a right one, of the same sort and written the same way."""

import re
from collections.abc import Collection
from fractions import Fraction

NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})+|\d+(?:[.,]\d+)?")
BLANK = re.compile(r"[ \u00a0]")
WRONG = 3
RUNGS = 6
MOST_TOGETHER = 4
OLDEST_YEAR, LATEST_YEAR = 1400, 2025
YEARS = (3, 6, 10, 14)


def near(
    written: str, *, place: int, without: Collection[str] = (), rough: bool = False, agreeing: str = ""
) -> tuple[str, ...]:
    """Three wrong numbers, `place` of them below the right one where there is room, the smallest first.

    Args:
        written: a whole number, a decimal with point or comma, or a common fraction `5/6`.
        place: how many are to be below, 0 to 3.
        without: numbers that are not offered.
        rough: the right one is an estimate, so the wrong ones are far from it.
        agreeing: the language whose counted word after the number must fit every one of them; "" is none.

    Returns:
        Three, or fewer where no more stand near.
    """
    if "/" in written:
        return _fractions(written, place)
    plain = BLANK.sub("", written).replace(",", ".")
    places = len(plain.partition(".")[2])
    value = round(Fraction(plain) * 10**places)
    below, above = (
        [
            text
            for one in ladder
            if (places or _counts(one, agreeing) == _counts(value, agreeing))
            and (text := _written(one, places, written)) not in without
        ]
        for ladder in _ladders(value, places, rough)
    )
    lower = max(min(place, len(below)), WRONG - len(above))
    return (*reversed(below[:lower]), *above[: WRONG - lower])


def value_of(written: str) -> Fraction:
    """The value of a number as it is written.

    Raises:
        ValueError: it is none; ZeroDivisionError: a fraction over nought.
    """
    return Fraction(BLANK.sub("", written).replace(",", "."))


def _ladders(value: int, places: int, rough: bool) -> tuple[list[int], list[int]]:
    """Numbers below and above, nearest first; the value counts units of the last decimal place."""
    if value >= 1 and str(value).strip("0") == "1" and not places:
        return [value // 10**n for n in (1, 2, 3) if value % 10**n == 0], [value * 10**n for n in (1, 2, 3)]
    if rough:
        return [value // n for n in (2, 4, 10) if value % n == 0], [value * n for n in (2, 3, 4, 10)]
    if OLDEST_YEAR <= value <= LATEST_YEAR and value % 100 and not places:
        return [value - n for n in YEARS], [value + n for n in YEARS if value + n <= LATEST_YEAR]
    step = _step(value, places)
    rungs = range(1, RUNGS + 1)
    return [value - step * n for n in rungs if value > step * n], [value + step * n for n in rungs]


def _counts(value: int, language: str) -> int:
    """Which form of the counted word goes with a number: one, few or many in Russian, one or many in English."""
    if language == "ru" and 11 <= value % 100 <= 14:
        return 5
    if language == "ru":
        return 1 if value % 10 == 1 else 2 if 2 <= value % 10 <= 4 else 5
    return 1 if language == "en" and value == 1 else 2


def _step(value: int, places: int) -> int:
    if places:
        return int(10 ** (places - 1)) if value >= 2 * 10 ** (places - 1) else 1
    zeros = len(str(value)) - len(str(value).rstrip("0"))
    if zeros:
        return int(10**zeros)
    if value >= 100:
        return 10
    return 5 if value > 20 and value % 5 == 0 else 2 if value > 20 else 1


def _written(value: int, places: int, like: str) -> str:
    digits = str(value).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:].rstrip("0")) if places else (digits, "")
    if len(whole) > MOST_TOGETHER:
        whole = f"{int(whole):,}".replace(",", next((mark for mark in like if mark in " \u00a0"), " "))
    return f"{whole}{',' if ',' in like else '.'}{part}" if part else whole


def _fractions(written: str, place: int) -> tuple[str, ...]:
    """The mistakes that pupils make: the numerator off by one or two, the denominator doubled."""
    top, bottom = (int(part) for part in written.split("/"))
    right = Fraction(top, bottom)
    tried = [(top + 1, bottom), (top, 2 * bottom), (top - 1, bottom), (top, bottom + 1), (top + 2, bottom)]
    if place % 2:
        tried = [tried[1], tried[2], tried[0], tried[3], tried[4]]
    kept: dict[Fraction, str] = {}
    for above, below in tried:
        value = Fraction(above, below)
        if above > 0 and value != right:
            kept.setdefault(value, f"{above}/{below}")
    chosen = sorted(list(kept.items())[:WRONG])
    return tuple(text for _, text in chosen)
