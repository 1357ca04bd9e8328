"""The stages of a lesson add up to its minutes, and each is as long as the form has it."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.document import Document
from app.documents.finding import Finding, Weight
from app.documents.value import Number, Stage
from app.errors import Words

EDGE = range(5, 8)
"""Minutes of the beginning and of the end of a lesson; the rest is its middle, at least 25.

Source: the form of the short-term plan, order 130 of 06.04.2020.
"""
MIDDLE_LEAST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What parts add up to, and what they should."""

    given: int
    wanted: int

    @property
    def is_right(self) -> bool:
        """Whether they are the same."""
        return self.given == self.wanted


def total(document: Document) -> Sum | None:
    """The minutes of the stages against the lesson's; None for a document without stages."""
    stages = [field.value.minutes for field in document.fields if isinstance(field.value, Stage)]
    return Sum(given=sum(stages), wanted=document.brief.minutes) if stages else None


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """A sum that is not the lesson, and stages that are shorter or longer than the form has them."""
    return tuple(_findings(document))


def _findings(document: Document) -> Iterator[Finding]:
    minutes = total(document)
    if minutes is not None and not minutes.is_right:
        facts = {"given": minutes.given, "wanted": minutes.wanted}
        yield Finding(
            check="minutes", weight=Weight.BROKEN, words=Words(key="checks.minutes.sum", facts=facts)
        )
    for field in document.fields:
        if isinstance(field.value, Stage) and document.kind is Kind.PLAN:
            least, most = _range(field.section, document.brief.minutes)
            given = field.value.minutes
            if not least <= given <= most:
                facts = {"given": given, "least": least, "most": most}
                yield Finding(
                    check="minutes",
                    weight=Weight.BROKEN if given <= 0 else Weight.DOUBT,
                    words=Words(key="checks.minutes.stage", facts=facts),
                    field=field.id,
                )
        elif field.id == "header.minutes" and isinstance(field.value, Number):
            number = field.value.number
            if number is not None and number != document.brief.minutes:
                facts = {"given": number, "wanted": document.brief.minutes}
                yield Finding(
                    check="minutes",
                    weight=Weight.BROKEN,
                    words=Words(key="checks.minutes.header", facts=facts),
                    field=field.id,
                )


def _range(section: str, lesson: int) -> tuple[int, int]:
    if section == "middle":
        return MIDDLE_LEAST, max(30, lesson - 2 * EDGE.start)
    return EDGE.start, EDGE.stop - 1
