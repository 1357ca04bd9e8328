"""Finding by words: BM25 over stems, the query stemmed as if it were of each language."""

import math
from collections import Counter

import numpy as np

from knowledge.phrasing import content_terms
from knowledge.retriever import Query, Ranked
from knowledge.shelf import Shelf
from knowledge.translation import index_terms
from knowledge.word_index import Floats, WordIndex


class LexicalBranch:
    """Ranks by what the question is about; words of grammar and of requests are left out."""

    def __init__(self, shelf: Shelf, words: WordIndex | None = None) -> None:
        """`words` is the index of the shelf's passages; built here where none is given."""
        self._shelf, self.words = shelf, words or WordIndex.of(shelf.passages)
        self._sizes = Counter(one.language for one in shelf.passages)

    def rank(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """At most `limit` places with a score above zero; ties by position."""
        return self._best(query, self.scores(query), limit)

    def rank_translated(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """The same by the translations of the query's school terms alone."""
        return self._best(query, self.words.scores(index_terms(query.text)), limit)

    def _best(self, query: Query, scores: Floats, limit: int) -> tuple[Ranked, ...]:
        scores = np.where(self._shelf.mask(query), scores, 0.0)
        some = np.flatnonzero(scores > 0)
        best = some[np.argsort(-scores[some], kind="stable")[:limit]]
        return tuple(Ranked(position=int(at), score=float(scores[at])) for at in best)

    def scores(self, query: Query) -> Floats:
        """BM25 of every passage, whether the query may see it or not."""
        return self.words.scores(content_terms(query.text))

    def frequency(self, term: str) -> int:
        """In how many passages a term (`ru:дроб`) stands."""
        return self.words.frequency(term)

    def rarity(self, term: str) -> float:
        """How much a term tells: the inverse document frequency within its language, highest for unknown ones."""
        documents, found = self._sizes[term.partition(":")[0]], self.frequency(term)
        return math.log(1 + (documents - found + 0.5) / (found + 0.5))
