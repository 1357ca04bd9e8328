"""What stands around an objective: before and after it in its subsection, and on the same line in other grades."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.curriculum import Catalogue, LearningObjective, code_order
from knowledge.passage import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The neighbours of an objective in its subsection, in the order of their codes, itself left out."""

    before: LearningObjective | None
    after: LearningObjective | None
    others: tuple[LearningObjective, ...]


def around(catalogue: Catalogue, one: LearningObjective) -> Around:
    """The objectives of its subsection, with the one before and the one after it."""
    others = sorted(catalogue.neighbours(one), key=_order)
    place = _order(one)
    return Around(
        before=next((other for other in reversed(others) if _order(other) < place), None),
        after=next((other for other in others if _order(other) > place), None),
        others=tuple(others),
    )


def through_grades(
    catalogue: Catalogue, one: LearningObjective
) -> Mapping[int, tuple[LearningObjective, ...]]:
    """The same section and subsection in the grade below and in the grade above; grades without any are left out.

    Another programme is on the same line only where its section and subsection bear the same names: their numbers
    mean something else from programme to programme.
    """
    found: dict[int, tuple[LearningObjective, ...]] = {}
    for grade in (one.grade - 1, one.grade + 1):
        there = [
            other
            for other in catalogue.objectives(subject=one.subject, grade=grade)
            if _line(other.code) == _line(one.code)
        ]
        line = [other for other in there if other.programme.key == one.programme.key] or [
            other for other in there if _alike(other, one)
        ]
        if line:
            found[grade] = tuple(sorted(line, key=_order))
    return found


def _alike(other: LearningObjective, one: LearningObjective) -> bool:
    fits = all(
        mine == its or UNKNOWN in (mine, its) or "" in (mine, its)
        for mine, its in (
            (one.track, other.track),
            (one.language_of_instruction, other.language_of_instruction),
        )
    )
    same_section = _meet(one.section.names, other.section.names)
    if one.subsection is None or other.subsection is None:
        return fits and same_section and one.subsection is other.subsection
    return fits and same_section and _meet(one.subsection.names, other.subsection.names)


def _meet(names: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Whether two names are the same in some language."""
    return any(name and others.get(language) == name for language, name in names.items())


def _line(code: str) -> tuple[str, ...]:
    return tuple(code.split(".")[1:-1])


def _order(one: LearningObjective) -> tuple[int, ...]:
    return code_order(one.code)
