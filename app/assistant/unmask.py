"""A mask that a teacher undoes: which value, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WHY = ("figure", "word", "place", "self", "other")
"""Why a mask was wrong: a known person, a word and no name, a place or a title, the person's own name, something else."""
MOST = 5
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmask:
    """One value that goes on as it is, for one exchange only.

    Attributes:
        value: as it stands in the question.
        why: one of `WHY`.
        note: in the person's words; needed where `why` is `other`.
    """

    value: str = field(repr=False)
    why: str
    note: str = field(default="", repr=False)


def sound(undone: Sequence[Unmask], text: str) -> bool:
    """Whether each value stands in the text and has a reason."""
    return len(undone) <= MOST and all(
        one.why in WHY
        and one.value.strip()
        and one.value in text
        and len(one.note) <= LONGEST_NOTE
        and (one.why != "other" or one.note.strip())
        for one in undone
    )
