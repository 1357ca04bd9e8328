"""Where somebody stands on the curriculum page; the address is the only memory, so that every view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from knowledge.curriculum import Catalogue, LearningObjective, Level

LONGEST_WORDS = 200
LONGEST_NAME = 60
TERMS = "terms"
SCHOOL = "school"
"""The subject of the terms that belong to no subject: lesson, assessment, programme."""
LEVELS = (Level.PRIMARY, Level.BASIC, Level.GENERAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A view of the page: an objective where `code` is given, else a search where `words` is, else the browser.

    Attributes:
        level: narrows the list of subjects; one of `LEVELS`, or empty.
        programme: `399-26`, with or without a code; `subject:track:language` in addresses of earlier releases.
        earlier: whether a search also looks into earlier editions.
        view: "terms" for the table of terms, else empty.
    """

    words: str = ""
    subject: str = ""
    grade: int | None = None
    level: str = ""
    code: str = ""
    programme: str = ""
    earlier: bool = False
    view: str = ""

    @classmethod
    def read(cls, address: Mapping[str, str], catalogue: Catalogue) -> Self:
        """The place that an address names; what it names wrongly is left out."""
        subject, grade, level = address.get("subject", ""), address.get("grade", ""), address.get("level", "")
        view = TERMS if address.get("view", "") == TERMS else ""
        if catalogue.subject(subject) is None and (view, subject) != (TERMS, SCHOOL):
            subject = ""
        number = int(grade) if grade.isdecimal() and len(grade) < 3 else None
        if number not in catalogue.grades(subject or None):
            number = None
        return cls(
            words=address.get("q", "")[:LONGEST_WORDS],
            subject=subject,
            grade=number,
            level=level if level in LEVELS else "",
            code=address.get("code", "")[:LONGEST_NAME].strip(),
            programme=address.get("programme", "")[:LONGEST_NAME],
            earlier=address.get("earlier", "") == "1",
            view=view,
        )

    def query(self) -> dict[str, str]:
        """The address that names this place; what is empty is left out."""
        wanted = {
            "view": self.view,
            "q": self.words,
            "subject": self.subject,
            "grade": "" if self.grade is None else str(self.grade),
            "level": self.level,
            "code": self.code,
            "programme": self.programme,
            "earlier": "1" if self.earlier else "",
        }
        return {name: value for name, value in wanted.items() if value}

    def at(self, objective: LearningObjective, catalogue: Catalogue) -> Self:
        """The place of an objective, from here: the search or the browser waits behind it."""
        ways = ["", objective.programme.key, wording_of(objective)]
        if self.programme and not self.words:
            del ways[0]
        places = [replace(self, view="", code=objective.code, programme=way) for way in ways]
        return next((one for one in places if named(catalogue, one) == (objective,)), places[-1])

    def back(self) -> Self:
        """The list from which the objective was opened."""
        browsing = self.subject and self.grade is not None and not self.words
        return replace(self, code="", programme=self.programme if browsing else "")


def wording_of(objective: LearningObjective) -> str:
    """What told objectives of one code apart before programmes had keys of their own."""
    return f"{objective.subject}:{objective.track or '-'}:{objective.wording_language}"


def carries(objective: LearningObjective, programme: str) -> bool:
    """Whether an objective belongs to the programme that an address names."""
    return programme in (objective.programme.key, wording_of(objective))


def named(catalogue: Catalogue, place: Place) -> tuple[LearningObjective, ...]:
    """The objectives that a place names: none, one, or all that share the code.

    A programme that no longer has the code leaves all that share it.
    """
    everywhere = catalogue.find(place.code)
    if place.programme:
        inside = tuple(one for one in everywhere if carries(one, place.programme))
        if inside:
            return inside
    return tuple(one for one in everywhere if place.subject in ("", one.subject))
