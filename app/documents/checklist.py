"""The check list that an inspector reads a lesson plan by: each point decided by code where it can be, else by a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.documents import check
from app.documents.brief import Kind
from app.documents.check import Means
from app.documents.document import Document
from app.documents.finding import Finding
from app.documents.inspection import POINTS, Answer, Seen
from app.errors import Words

__all__ = ["POINTS", "Answer", "Row", "plain", "rows", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One point of the list.

    Attributes:
        name: what rating sheets know it by.
        weight: 1 to 3.
        words: the point as a question.
    """

    name: str
    weight: int
    answer: Answer
    words: Words


def rows(document: Document, means: Means, findings: Sequence[Finding] | None = None) -> tuple[Row, ...]:
    """The list for a lesson plan, in its order; empty for any other kind.

    `findings`: what all checks found, where the caller has it already.
    """
    if document.kind is not Kind.PLAN:
        return ()
    found = check.findings(document, means) if findings is None else findings
    seen = Seen(document=document, means=means, findings=found)
    return tuple(
        Row(name=name, weight=weight, answer=answer(seen), words=Words(key=f"checks.list.{name}"))
        for name, weight, answer in POINTS
    )


def score(listed: Iterable[Row]) -> float | None:
    """The share of the weight that is earned, of the points that code decided; None where it decided none."""
    decided = [(one.weight, worth) for one in listed if (worth := one.answer.worth) is not None]
    whole = sum(weight for weight, _ in decided)
    return sum(weight * worth for weight, worth in decided) / whole if whole else None


def plain(listed: Iterable[Row]) -> list[dict[str, str | int]]:
    """The list as JSON values, for rating sheets and benchmarks."""
    return [{"point": one.name, "weight": one.weight, "answer": one.answer.value} for one in listed]
