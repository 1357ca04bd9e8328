"""Binding by code: each sentence to the passages that hold it, never by the numbers a model typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.passage import Citation, Passage
from knowledge.stemming import stems

TYPED_MARK = re.compile(r"\s?\[(?:\d{1,2})(?:\s?[,;–-]\s?\d{1,2})*\]")
LEAST_SHARE = 0.34
NEARLY_AS_GOOD = 0.85


@dataclass(frozen=True, slots=True)
class _Bound:
    passage: Passage
    stems: frozenset[str]


class Binder:
    """Finds, for each sentence of an answer, the retrieved passages that it rests on."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._bound = tuple(
            _Bound(passage, frozenset(stems(passage.text, passage.language))) for passage in passages
        )

    def bind(self, sentence: str, language: str, *, most: int = 2) -> tuple[Citation, ...]:
        """The passages that hold the sentence, best first; none when no passage shares enough with it.

        A verbatim sentence is bound to the passage that contains it. Otherwise the share of the sentence's
        content stems that a passage holds decides, from a third upwards.
        """
        folded = fold(sentence)
        whole = [item.passage for item in self._bound if folded and folded in fold(item.passage.text)]
        if whole:
            return tuple(passage.citation() for passage in whole[:1])
        words = {language: frozenset(stems(sentence, language))}
        scored = []
        for place, item in enumerate(self._bound):
            own = words.setdefault(item.passage.language, frozenset(stems(sentence, item.passage.language)))
            share = len(own & item.stems) / len(own) if own else 0.0
            scored.append((-share, place, item.passage))
        scored.sort(key=lambda row: row[:2])
        best = -scored[0][0] if scored else 0.0
        if best < LEAST_SHARE:
            return ()
        return tuple(
            passage.citation() for share, _, passage in scored[:most] if -share >= best * NEARLY_AS_GOOD
        )


def without_typed_marks(text: str) -> str:
    """The text without `[1]`-like marks: a model's numbers are not trusted."""
    return TYPED_MARK.sub("", text)


def fold(text: str) -> str:
    """White space as single blanks."""
    return " ".join(text.split())
