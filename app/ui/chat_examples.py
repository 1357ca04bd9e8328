"""Questions for the empty page, answerable by the curriculum: fixed ones, or about the objectives of the chips' subject."""

from collections.abc import Sequence

from app.i18n import Translator
from app.ui.chat_filters import Filters
from knowledge.curriculum import Catalogue, LearningObjective

HOW_MANY = 4
FIXED = ("chat.example.fractions", "chat.example.food", "chat.example.ornament")
ABOUT_CODES = ("chat.example.objective", "chat.example.meaning")


def examples(catalogue: Catalogue, filters: Filters, t: Translator) -> tuple[str, ...]:
    """Four questions; fewer only where the catalogue holds fewer objectives."""
    narrowed = filters.subject is not None or filters.grade is not None
    objectives = unambiguous(catalogue, filters)
    fixed = () if narrowed else tuple(t(key) for key in FIXED)
    about = spread(objectives, HOW_MANY - len(fixed))
    return fixed + tuple(
        t(ABOUT_CODES[place % len(ABOUT_CODES)], code=objective.code) for place, objective in enumerate(about)
    )


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
