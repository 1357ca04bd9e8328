"""One look at a document: everything that code can say of it, for each redraw of the screen."""

from dataclasses import dataclass

from app.documents import check, checklist
from app.documents.check import Means
from app.documents.checklist import Row
from app.documents.checks import age, coverage, levels, minutes, points
from app.documents.checks.age import Reading
from app.documents.checks.coverage import Coverage
from app.documents.checks.levels import Levels
from app.documents.checks.minutes import Sum
from app.documents.document import Document
from app.documents.finding import Finding, Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known of a document.

    Attributes:
        findings: the broken first, then doubts, then notes, each in the order of the fields.
        minutes, points: what parts add up to, and what they should; None where the kind has none.
        reading: how hard the learners' texts are; None where learners read nothing of it.
        checklist: the inspector's list; empty for all but lesson plans.
    """

    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]
    levels: Levels
    minutes: Sum | None
    points: Sum | None
    reading: Reading | None
    checklist: tuple[Row, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is against the form or the rules."""
        return all(one.weight is not Weight.BROKEN for one in self.findings)

    def of(self, field_id: str) -> tuple[Finding, ...]:
        """What is said of one field."""
        return tuple(one for one in self.findings if one.field == field_id)


def look(document: Document, means: Means) -> Look:
    """Look at a document; quick enough to be done anew after each edit, for texts are read once and kept."""
    found = check.findings(document, means)
    return Look(
        findings=found,
        coverage=coverage.coverage(document, means),
        levels=levels.levels(document),
        minutes=minutes.total(document),
        points=points.total(document),
        reading=age.reading(document),
        checklist=checklist.rows(document, means, found),
    )
