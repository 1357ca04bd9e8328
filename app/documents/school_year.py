"""The school year as a calendar plan counts it: weeks of a quarter, lessons in it, the week in which a lesson falls."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from knowledge.curriculum import Hours

FILE = Path(__file__).parent / "school_year.toml"
QUARTERS = (1, 2, 3, 4)
FRIDAY = 4
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolYear:
    """Weeks of the four quarters, in grade 1 and in the others; lessons kept for summative assessment."""

    first_grade: tuple[int, ...]
    others: tuple[int, ...]
    most_units: int
    least_lessons: int

    def weeks(self, grade: int) -> tuple[int, ...]:
        """Weeks of each quarter."""
        return self.first_grade if grade == 1 else self.others

    def lessons(self, grade: int, hours: Hours) -> tuple[int, ...] | None:
        """Lessons of each quarter, which add up to the year's where the act gives those; None where it gives none."""
        weeks = self.weeks(grade)
        if hours.per_year is None and hours.per_week is None:
            return None
        total = hours.per_year if hours.per_year is not None else round((hours.per_week or 0) * sum(weeks))
        return shares(total, weeks)


@cache
def load() -> SchoolYear:
    """The data that ships."""
    plain = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return SchoolYear(
        first_grade=tuple(plain["weeks"]["first_grade"]),
        others=tuple(plain["weeks"]["others"]),
        most_units=plain["reserve"]["most_units"],
        least_lessons=plain["reserve"]["least_lessons"],
    )


def shares(total: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """Whole parts of a total in proportion to the weights, by largest remainder; they add up to the total."""
    whole = sum(weights)
    exact = [total * one / whole for one in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(weights)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return tuple(parts)


def week_of(start: date, lesson: int, per_week: float) -> tuple[date, date]:
    """First and last school day of the week of a lesson, counted from 0; the first week begins at `start`."""
    weeks = int(lesson / per_week)
    monday = start - timedelta(days=start.weekday()) + timedelta(days=WEEK * weeks)
    return max(start, monday), max(start, monday + timedelta(days=FRIDAY))
