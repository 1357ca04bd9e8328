"""Where somebody stands on the curriculum page; the address is the only memory, so that every view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from knowledge.curriculum import Catalogue, LearningObjective

LONGEST_WORDS = 200
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A view of the page: an objective where `code` is given, else a search where `words` is, else the browser.

    Attributes:
        programme: tells objectives of one code apart (subject, track, language of the wording); mostly empty.
    """

    words: str = ""
    subject: str = ""
    grade: int | None = None
    code: str = ""
    programme: str = ""

    @classmethod
    def read(cls, address: Mapping[str, str], catalogue: Catalogue) -> Self:
        """The place that an address names; what it names wrongly is left out."""
        subject, grade = address.get("subject", ""), address.get("grade", "")
        if catalogue.subject(subject) is None:
            subject = ""
        number = int(grade) if grade.isdecimal() and len(grade) < 3 else None
        if number not in catalogue.grades(subject or None):
            number = None
        return cls(
            words=address.get("q", "")[:LONGEST_WORDS],
            subject=subject,
            grade=number,
            code=address.get("code", "")[:LONGEST_NAME].strip(),
            programme=address.get("programme", "")[:LONGEST_NAME],
        )

    def query(self) -> dict[str, str]:
        """The address that names this place; what is empty is left out."""
        wanted = {
            "q": self.words,
            "subject": self.subject,
            "grade": "" if self.grade is None else str(self.grade),
            "code": self.code,
            "programme": self.programme,
        }
        return {name: value for name, value in wanted.items() if value}

    def at(self, objective: LearningObjective, catalogue: Catalogue) -> Self:
        """The place of an objective, from here: the search or the browser waits behind it."""
        plain = replace(self, code=objective.code, programme="")
        if named(catalogue, plain) == (objective,):
            return plain
        return replace(plain, programme=programme_of(objective))

    def back(self) -> Self:
        """The list from which the objective was opened."""
        return replace(self, code="", programme="")


def programme_of(objective: LearningObjective) -> str:
    """What tells objectives of one code apart."""
    return f"{objective.subject}:{objective.track or '-'}:{objective.wording_language}"


def named(catalogue: Catalogue, place: Place) -> tuple[LearningObjective, ...]:
    """The objectives that a place names: none, one, or all that share the code."""
    if place.programme:
        return tuple(one for one in catalogue.find(place.code) if programme_of(one) == place.programme)
    return catalogue.find(place.code, subject=place.subject or None)
