"""Questions for the empty page, answerable by the curriculum: about the quarter that is taught now, within the chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.i18n import Translator
from app.i18n.translator import ZONE
from app.ui.chat_filters import Filters
from knowledge.curriculum import Catalogue, LearningObjective

HOW_MANY = 4
FIXED = ("chat.example.fractions", "chat.example.food")
ABOUT_CODES = ("chat.example.objective", "chat.example.meaning")
ABOUT_QUARTER = (
    "chat.example.task",
    "chat.example.mistakes",
    "chat.example.objective",
    "chat.example.meaning",
)
QUARTERS = {9: 1, 10: 1, 11: 2, 12: 2, 1: 3, 2: 3, 3: 3, 4: 4, 5: 4}
"""By the month in which most of a quarter lies; the breaks begin and end within months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Where in the school year a day lies; in summer the quarter is the first one of the coming year."""

    quarter: int
    summer: bool

    @property
    def key(self) -> str:
        """Catalogue key of what stands over the questions."""
        return "chat.examples.summer" if self.summer else "chat.examples.quarter"


def season(now: datetime) -> Season:
    """The season of the school year by Kazakhstan's time."""
    quarter = QUARTERS.get(now.astimezone(ZONE).month)
    return Season(quarter=quarter or 1, summer=quarter is None)


def examples(catalogue: Catalogue, filters: Filters, t: Translator, quarter: int) -> tuple[str, ...]:
    """Four questions; fewer only where the catalogue holds fewer objectives.

    Those about objectives of the quarter come before those of which no quarter is known.
    """
    narrowed = filters.subject is not None or filters.grade is not None
    fixed = () if narrowed else tuple(t(key) for key in FIXED)
    objectives = unambiguous(catalogue, filters)
    now = tuple(one for one in objectives if quarter in one.quarters)
    about = spread(now, HOW_MANY - len(fixed))
    asked = [
        t(ABOUT_QUARTER[place % len(ABOUT_QUARTER)], code=objective.code)
        for place, objective in enumerate(about)
    ]
    others = [one for one in objectives if one not in now]
    for place, objective in enumerate(spread(others, HOW_MANY - len(fixed) - len(asked))):
        asked.append(t(ABOUT_CODES[place % len(ABOUT_CODES)], code=objective.code))
    return (*fixed, *asked)


def unambiguous(catalogue: Catalogue, filters: Filters) -> tuple[LearningObjective, ...]:
    """The objectives within the chips whose code stands for one of them only."""
    return tuple(
        objective
        for objective in catalogue.objectives(subject=filters.subject, grade=filters.grade)
        if len(catalogue.find(objective.code, subject=filters.subject, grade=filters.grade)) == 1
    )


def spread(objectives: Sequence[LearningObjective], most: int) -> tuple[LearningObjective, ...]:
    """At most so many, taken evenly over the list."""
    if len(objectives) <= most:
        return tuple(objectives)
    return tuple(objectives[place * len(objectives) // most] for place in range(most))
