"""Which masks a person may undo: names that nothing ties to a diagnosis, and nothing else."""

from collections.abc import Mapping, Sequence

from guardrails.personal.allowed import parts, same, stem
from guardrails.personal.cues import cues
from guardrails.placeholders import kind_of

NAMES = frozenset({"pupil", "teacher", "person"})
_SENTENCE = 140
"""Characters around a name in which a diagnosis speaks of it."""


def undoable(raw: str, hidden: Mapping[str, str]) -> tuple[str, ...]:
    """The placeholders of a question whose values are names that may be shown, in the order of the map.

    Args:
        raw: the question as typed.
        hidden: placeholder -> value.
    """
    return tuple(
        mark for mark, value in hidden.items() if kind_of(mark) in NAMES and not _stands_fixed(raw, value)
    )


def is_fixed(text: str, start: int, end: int) -> bool:
    """Whether a name stands beside a diagnosis: its mask stays, whoever asks."""
    return cues(text).near(start, end, _SENTENCE, "diagnosis")


def is_same_name(name: str, others: Sequence[str]) -> bool:
    """Whether a name is one of some others, in any ending, or a part of one."""
    own = [stem(part) for part in parts(name)]
    return bool(own) and any(
        all(any(same(part, stem(word)) for word in parts(other)) for part in own) for other in others
    )


def _stands_fixed(raw: str, value: str) -> bool:
    at = raw.find(value)
    return at < 0 or is_fixed(raw, at, at + len(value))
