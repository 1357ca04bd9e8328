"""A school's own papers in another language than the question's, each weighed among texts of its own language.

The model puts texts in the question's language before all others, so that a paper in another one is rarely seen
among them. Among texts of the paper's language the question's language no longer counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.details import Details, Vectors, is_titled
from knowledge.index import Near, VectorIndex
from knowledge.language import detect
from knowledge.passage import LANGUAGES
from knowledge.retriever import Query
from knowledge.school_life import notions
from knowledge.shelf import Shelf

# Weighed on development questions, see docs/adr/0025-papers-in-another-language-are-offered.md.
ANSWERS = 0.04
OFFERED = -0.05
MOST = 2
CANDIDATES = 8
COMPARED = 20
HELD, LACKED, MOST_HELD = 0.03, 0.02, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The passage at `position` and by how much it stands out: sums of cosines, about 0 where it may well not answer.

    `margin` adds what the passage lies nearer than outside topics, what its best sentence lies nearer than those of
    official passages, and what the notions of school life weigh that it shares with the question.
    """

    position: int
    margin: float


class ForeignPapers:
    """Finds, of each paper, the passage that stands out most."""

    def __init__(self, shelf: Shelf, index: VectorIndex, details: Details) -> None:
        self._shelf, self._index, self._details = shelf, index, details
        passages = shelf.passages
        self._languages = np.array([one.language for one in passages], dtype=np.str_)
        self._own = np.array([one.school is not None for one in passages], dtype=np.bool_)
        self._titled = np.array([is_titled(one) for one in passages], dtype=np.bool_)

    def near(self, query: Query) -> tuple[Paper, ...]:
        """At most two papers, that with the greatest margin first; none without a vector or without such papers."""
        if query.vector is None or query.school is None:
            return ()
        spoken = detect(query.text)
        weighed = [
            one for language in LANGUAGES if language != spoken for one in self._among(query, language)
        ]
        best: dict[int, Paper] = {}
        for one in sorted(weighed, key=lambda paper: (-paper.margin, paper.position)):
            best.setdefault(self._shelf.work_of[self._shelf.family_of[one.position]], one)
        return tuple(best.values())[:MOST]

    def _among(self, query: Query, language: str) -> Iterator[Paper]:
        """The nearest passages of the school's own in one language, where there are official ones to weigh them by.

        These are of all grades and subjects: where a filter left few, each paper would stand out.
        """
        worded = self._languages == language
        papers = self._shelf.mask(query) & worded & self._own
        official = worded & ~self._own
        if query.vector is None or not papers.any() or not official.any():
            return
        own = self._index.nearest(query.vector, CANDIDATES, papers)
        others = self._index.nearest(query.vector, COMPARED, official)
        outside = self._details.nearest_outside(query.vector, query.school, language)
        compared = self._sentences(query.vector, others).max()
        asked = notions(query.text, detect(query.text))
        for one, sentence in zip(own, self._sentences(query.vector, own), strict=True):
            near = float(one.cosine - outside + sentence - compared)
            held = notions(self._shelf.passages[one.position].search_text, language)
            yield Paper(position=one.position, margin=near + _weight(asked, held))

    def _sentences(self, vector: Vectors, found: Sequence[Near]) -> Vectors:
        at = np.array([one.position for one in found], dtype=np.int64)
        return self._details.nearest_sentences(vector, at, self._titled[at])


def _weight(asked: frozenset[int], held: frozenset[int]) -> float:
    """What the notions of a question weigh: those that a paper holds for it, those that it lacks against it."""
    return HELD * min(MOST_HELD, len(asked & held)) - LACKED * len(asked - held)
