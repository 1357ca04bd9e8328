"""Finding by words: BM25 over stems, each passage stemmed in its own language."""

import math
from collections import Counter

import bm25s
import numpy as np

from knowledge.phrasing import content_terms
from knowledge.retriever import Query, Ranked
from knowledge.shelf import Shelf
from knowledge.stemming import terms


class LexicalBranch:
    """BM25 (k1 1.5, b 0.75) in memory; the query is stemmed as if it were of each language."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        documents = [list(terms(one.search_text, one.language)) for one in shelf.passages]
        self._frequency = Counter(term for document in documents for term in set(document))
        self._sizes = Counter(one.language for one in shelf.passages)
        self._bm25: bm25s.BM25 | None = None
        if self._frequency:
            self._bm25 = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
            self._bm25.index(documents, show_progress=False)

    def rank(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """At most `limit` places with a score above zero; ties by position."""
        known = [term for term in content_terms(query.text) if term in self._frequency]
        if self._bm25 is None or not known:
            return ()
        scores = np.where(self._shelf.mask(query), self._bm25.get_scores(known), 0.0)
        best = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Ranked(position=int(at), score=float(scores[at])) for at in best if scores[at] > 0)

    def frequency(self, term: str) -> int:
        """In how many passages a term (`ru:дроб`) stands."""
        return self._frequency[term]

    def rarity(self, term: str) -> float:
        """How much a term tells: the inverse document frequency within its language, highest for unknown ones."""
        documents, found = self._sizes[term.partition(":")[0]], self._frequency[term]
        return math.log(1 + (documents - found + 0.5) / (found + 0.5))
