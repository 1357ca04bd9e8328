"""What a brief must keep to before a document is made of it: lengths, numbers of tasks, points."""

from app.documents.brief import LESSON_MINUTES, MOST_ITEMS, Brief, Kind
from app.documents.material import BadBrief

ALLOWED = ", ".join(str(one) for one in LESSON_MINUTES)


def check(brief: Brief) -> None:
    """Refuse what no document of the kind can be.

    Raises:
        BadBrief: the length is not that of a lesson, or the number of tasks or the points are out of range.
    """
    if brief.kind is Kind.PLAN and brief.minutes not in LESSON_MINUTES:
        raise BadBrief(
            f"{brief.minutes} minutes",
            key="documents.bad.minutes",
            minutes=brief.minutes,
            allowed=ALLOWED,
        )
    if not 1 <= brief.items <= MOST_ITEMS:
        raise BadBrief(f"{brief.items} items", key="documents.bad.items", most=MOST_ITEMS)


def tasks_of(brief: Brief) -> int:
    """How many tasks a plan or a set has: those asked for, and never fewer than objectives.

    Raises:
        BadBrief: a task would be left without a point.
    """
    count = max(brief.items, len(brief.codes))
    if brief.points < count:
        raise BadBrief(
            f"{brief.points} points for {count} tasks",
            key="documents.bad.points",
            points=brief.points,
            least=count,
        )
    return count
