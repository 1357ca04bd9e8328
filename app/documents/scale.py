"""The scale of the assessment rules: which share of the points makes which mark, in the edition that ships as data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "scale.toml"
HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A mark with the points from which and up to which it is given, and the same in per cent."""

    mark: str
    least: int
    most: int
    from_percent: int
    to_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The rules on marks.

    Attributes:
        marks: from which per cent of the points each mark is given, the best first.
        formative, unit, term: their shares of the term mark in per cent.
        pass_fail: slugs of subjects without marks.
        half_year_hours: lessons a week up to which a subject has no term assessment.
    """

    order: str
    of: str
    edition: str
    secondary: bool
    marks: tuple[tuple[str, int], ...]
    formative: int
    unit: int
    term: int
    no_marks_grades: frozenset[int]
    pass_fail: frozenset[str]
    half_year_hours: float

    def bands(self, points: int) -> tuple[Band, ...]:
        """The marks for a total of points, the worst first; every number of points is in one of them.

        A mark that no whole number of points reaches is left out. The share is never rounded up: 84,9 % is below 85.
        """
        found, top, percent = [], points, HUNDRED
        for mark, share in self.marks:
            least = -(-share * points // HUNDRED)
            if least <= top:
                found.append(Band(mark=mark, least=least, most=top, from_percent=share, to_percent=percent))
                top = least - 1
            percent = share - 1
        return tuple(reversed(found))


@cache
def load() -> Scale:
    """The edition that ships."""
    plain = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Scale(
        order=plain["order"],
        of=plain["of"],
        edition=plain["edition"],
        secondary=plain["secondary"],
        marks=tuple((one["mark"], one["from"]) for one in plain["mark"]),
        formative=plain["shares"]["formative"],
        unit=plain["shares"]["unit"],
        term=plain["shares"]["term"],
        no_marks_grades=frozenset(plain["rules"]["no_marks_grades"]),
        pass_fail=frozenset(plain["rules"]["pass_fail"]),
        half_year_hours=plain["rules"]["half_year_hours"],
    )
