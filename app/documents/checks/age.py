"""The words that learners read fit their grade, by a measure with a source; where none is validated, that is said."""

from dataclasses import dataclass

from app.documents.check import Means
from app.documents.document import Document
from app.documents.field import Field
from app.documents.finding import Finding, Weight
from app.documents.readability import Counts, counts, grade, russian_ease
from app.documents.texts import texts
from app.documents.value import Item, Task
from app.errors import Words

MARGIN = 2
"""Grades that a text may be harder by: the formulas are rough, and terms of a subject are long words."""
READ_BY_LEARNERS = frozenset(
    {"versions.base", "versions.easier", "versions.harder", "versions.special", "header.instructions"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The grade that a document's tasks and texts are written for, against the one it is meant for.

    Attributes:
        measured: from 1, 13 is beyond school; None where the text is too short or no measure is validated.
        ease: of a Russian text, about 0 (hard) to 100; None elsewhere.
    """

    language: str
    meant: int
    measured: int | None
    ease: int | None = None

    @property
    def is_hard(self) -> bool:
        """Whether it is harder than the grade by more than the margin."""
        # The Russian measure was made from the 5th grade on: it cannot tell younger pupils apart.
        return self.measured is not None and self.measured > max(self.meant, 5) + MARGIN


def reading(document: Document) -> Reading | None:
    """How hard a document's tasks and texts are; None where learners read nothing of it."""
    said = [text for field in document.fields for text in _read(field)]
    if not said:
        return None
    language = document.language
    found = Counts(words=0, sentences=0, syllables=0)
    if language != "kk":
        for text in said:
            found += counts(text, language)
    measured = grade(found, language)
    ease = round(russian_ease(found)) if measured is not None and language == "ru" else None
    return Reading(language=language, meant=document.brief.grade, measured=measured, ease=ease)


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """A doubt where the words are too hard; for Kazakh the note that nobody has validated a measure."""
    found = reading(document)
    if found is None:
        return ()
    if found.language == "kk":
        words = Words(key="checks.age.no_measure")
        return (Finding(check="age", weight=Weight.NOTE, words=words),)
    if not found.is_hard or found.measured is None:
        return ()
    facts = {"measured": found.measured, "meant": found.meant}
    if found.ease is not None:
        facts["ease"] = found.ease
    words = Words(key=f"checks.age.hard_{found.language}", facts=facts)
    return (Finding(check="age", weight=Weight.DOUBT, words=words),)


def _read(field: Field) -> tuple[str, ...]:
    """What of a field learners read."""
    match field.value:
        case Task(text=text):
            return (text,) if text.strip() else ()
        case Item(question=question, options=options):
            return tuple(one for one in (question, *options) if one.strip())
        case _:
            return texts(field.value) if field.id in READ_BY_LEARNERS else ()
