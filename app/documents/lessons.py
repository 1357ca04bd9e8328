"""The lessons of a quarter: rows of the long-term plan fitted into the hours, with those kept for assessment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.documents.school_year import shares
from knowledge.plan import Topic

LEAST_OF_A_UNIT = 4
"""Lessons of a quarter for each that is kept for a unit assessment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One row of a calendar plan before it has words.

    Attributes:
        assesses: "" teaches a topic; "unit" or "term" is kept for that assessment.
    """

    section: str
    topics: tuple[str, ...]
    codes: tuple[str, ...]
    hours: int = 1
    assesses: str = ""


def of_quarter(topics: Sequence[Topic], quarter: int, weeks: Sequence[int]) -> tuple[Topic, ...]:
    """The topics of a quarter in the order of the plan.

    A topic without a quarter belongs to that of the topic before it. Where the plan names no quarter at all, the
    topics are divided in proportion to the weeks.
    """
    if topics and all(one.quarter is None for one in topics):
        ends = shares(len(topics), tuple(weeks))
        begin = sum(ends[: quarter - 1])
        return tuple(topics[begin : begin + ends[quarter - 1]])
    found: list[Topic] = []
    current = next((one.quarter for one in topics if one.quarter is not None), None)
    for one in topics:
        current = one.quarter if one.quarter is not None else current
        if current == quarter:
            found.append(one)
    return tuple(found)


def fitted(topics: Sequence[Topic], hours: int | None, *, units: int, term: bool) -> tuple[Lesson, ...]:
    """The lessons of a quarter; their hours add up to `hours` where that is known.

    Topics with more objectives get more hours. Where there are fewer hours than topics, neighbours share a lesson.

    Args:
        hours: of the quarter, 1 or more; None is unknown, then each topic has one.
        units: at most how many lessons are kept for unit assessment, at the ends of sections.
        term: whether one is kept for the term assessment.
    """
    rows = [Lesson(section=one.section, topics=_named(one), codes=one.codes) for one in topics]
    if hours is None:
        return _with_assessment(rows, min(units, _sections(rows)), term)
    term = term and hours > 1
    kept = min(units, _sections(rows), (hours - int(term)) // LEAST_OF_A_UNIT)
    rows = _joined(rows, hours - kept - int(term))
    kept = min(kept, _sections(rows))
    more = hours - kept - int(term) - len(rows)
    parts = shares(more, tuple(max(len(one.codes), 1) for one in rows))
    rows = [replace(one, hours=1 + part) for one, part in zip(rows, parts, strict=True)]
    return _with_assessment(rows, kept, term)


def _sections(rows: Sequence[Lesson]) -> int:
    return sum(1 for _ in groupby(rows, key=lambda one: one.section))


def _named(topic: Topic) -> tuple[str, ...]:
    return (topic.topic,) if topic.topic else ()


def _joined(rows: list[Lesson], most: int) -> list[Lesson]:
    """The rows with the smallest neighbours, of one section if possible, joined until they fit."""
    while len(rows) > most:
        at = min(
            range(len(rows) - 1),
            key=lambda one: (
                rows[one].section != rows[one + 1].section,
                len(rows[one].codes) + len(rows[one + 1].codes),
                one,
            ),
        )
        first, second = rows[at], rows[at + 1]
        joined = Lesson(
            section=first.section
            if first.section == second.section
            else f"{first.section}; {second.section}",
            topics=tuple(dict.fromkeys((*first.topics, *second.topics))),
            codes=tuple(dict.fromkeys((*first.codes, *second.codes))),
        )
        rows = [*rows[:at], joined, *rows[at + 2 :]]
    return rows


def _with_assessment(rows: Sequence[Lesson], units: int, term: bool) -> tuple[Lesson, ...]:
    """The rows with a unit assessment after the last so many sections and the term assessment at the end."""
    sections = [tuple(group) for _, group in groupby(rows, key=lambda one: one.section)]
    # Fewer assessments than sections: the last of each even part of the sections is followed by one.
    ends = {len(sections) * part // units - 1 for part in range(1, units + 1)} if units else set()
    found: list[Lesson] = []
    since: list[str] = []
    for at, group in enumerate(sections):
        found.extend(group)
        since.extend(code for one in group for code in one.codes)
        if at in ends:
            found.append(
                Lesson(
                    section=group[-1].section, topics=(), codes=tuple(dict.fromkeys(since)), assesses="unit"
                )
            )
            since = []
    if term:
        codes = tuple(dict.fromkeys(code for one in rows for code in one.codes))
        found.append(Lesson(section=rows[-1].section, topics=(), codes=codes, assesses="term"))
    return tuple(found)
