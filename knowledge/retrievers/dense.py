"""Finding by meaning: the nearest vectors, filtered after over-fetching."""

from knowledge.index import VectorIndex
from knowledge.retriever import Query, Ranked
from knowledge.shelf import Shelf

FETCH_AT_LEAST = 200


class DenseBranch:
    """The passages nearest to `Query.vector`; none without a vector. Scores are cosines."""

    def __init__(self, shelf: Shelf, index: VectorIndex) -> None:
        self._shelf, self._index = shelf, index

    def rank(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """At most `limit` places; fetches more and more until the filter has left enough."""
        if query.vector is None or not len(self._shelf):
            return ()
        mask = self._shelf.mask(query)
        wanted = min(limit, int(mask.sum()))
        fetch = max(FETCH_AT_LEAST, limit)
        while True:
            near = self._index.nearest(query.vector, fetch)
            kept = tuple(
                Ranked(position=one.position, score=one.cosine) for one in near if mask[one.position]
            )
            if len(kept) >= wanted or len(near) >= len(self._shelf) or fetch >= len(self._shelf):
                return kept[:limit]
            fetch *= 4
