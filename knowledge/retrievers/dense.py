"""Finding by meaning: the nearest vectors among those that the query may see."""

from knowledge.index import VectorIndex
from knowledge.retriever import Query, Ranked
from knowledge.shelf import Shelf


class DenseBranch:
    """The passages nearest to `Query.vector`; none without a vector. Scores are cosines."""

    def __init__(self, shelf: Shelf, index: VectorIndex) -> None:
        self._shelf, self._index = shelf, index

    def rank(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """At most `limit` places within the query's grade, subject and school."""
        if query.vector is None or not len(self._shelf):
            return ()
        near = self._index.nearest(query.vector, limit, self._shelf.mask(query))
        return tuple(Ranked(position=one.position, score=one.cosine) for one in near)
