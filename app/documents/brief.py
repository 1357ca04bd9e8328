"""What a teacher fills in before a document exists: the form of the New page, as a value."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

LESSON_MINUTES = (40, 45)
MOST_OBJECTIVES = 6
MOST_ITEMS = 60


class Kind(StrEnum):
    """The kinds of document, in the order in which they are offered; also the names of `drafts/<kind>.py`."""

    PLAN = "plan"
    QUIZ = "quiz"
    TASKS = "tasks"
    UNIT = "unit"
    TERM = "term"
    RUBRIC = "rubric"
    DIFFERENTIATION = "differentiation"
    GLOSSARY = "glossary"
    LETTER = "letter"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is to be made, for whom and from which objectives.

    Attributes:
        language: of the document: kk, ru or en.
        subject: slug of the catalogue.
        grade: 1 to 12.
        programme: `Programme.key` of the programme whose codes are meant.
        codes: the objectives in the teacher's order, all of that programme and grade; only `CALENDAR` may have none.
        quarter: 1 to 4, or None.
        minutes: length of the lesson or of the work.
        day: the day of the lesson; fills the value of the month.
        class_name: as the school writes it, such as 5 «А».
        notes: about the class, without names.
        special_needs: which needs an adapted version is for, without names.
        items: how many questions (quiz) or tasks (plan, tasks, unit, term).
        points: the total that the points of the tasks must add up to.
        source_text: the text or task to adapt (`DIFFERENTIATION`), or what a letter is to say (`LETTER`).
    """

    kind: Kind
    language: Literal["kk", "ru", "en"]
    subject: str
    grade: int
    programme: str
    codes: tuple[str, ...]
    topic: str = ""
    section: str = ""
    quarter: int | None = None
    minutes: int = 40
    day: date | None = None
    class_name: str = ""
    organisation: str = ""
    teacher: str = ""
    notes: str = ""
    special_needs: str = ""
    items: int = 3
    points: int = 10
    source_text: str = ""


BRIEF: TypeAdapter[Brief] = TypeAdapter(Brief)
"""To and from plain JSON values; raises `pydantic.ValidationError` (a ValueError) for anything else."""
