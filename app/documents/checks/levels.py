"""The levels of thinking that tasks and questions ask for, with a hint where most only ask to repeat and explain."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.documents.check import Means
from app.documents.document import Document
from app.documents.finding import Finding, Weight
from app.documents.level import Level
from app.documents.value import Item, Task
from app.errors import Words

MOST_LOW = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How many tasks and questions ask for each level, lowest first."""

    counts: Mapping[Level, int]

    @property
    def total(self) -> int:
        """All tasks and questions."""
        return sum(self.counts.values())

    @property
    def low(self) -> float:
        """The share of the two lowest levels; 0 where there is no task."""
        return sum(self.share(level) for level in Level if level.is_low)

    @property
    def is_low(self) -> bool:
        """Whether too many are low."""
        return self.low > MOST_LOW

    def share(self, level: Level) -> float:
        """The share of a level, from 0 to 1."""
        return self.counts[level] / self.total if self.total else 0.0


def levels(document: Document) -> Levels:
    """The levels of a document's tasks and questions."""
    found = Counter(field.value.level for field in document.fields if isinstance(field.value, Task | Item))
    return Levels(counts={level: found[level] for level in Level})


def check(document: Document, means: Means) -> tuple[Finding, ...]:
    """One doubt where more than six in ten tasks are low."""
    found = levels(document)
    if not found.is_low:
        return ()
    facts = {"share": round(100 * found.low), "most": round(100 * MOST_LOW)}
    return (Finding(check="levels", weight=Weight.DOUBT, words=Words(key="checks.levels.low", facts=facts)),)
