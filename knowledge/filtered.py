"""Exact search where a filter leaves few rows, the index behind it where it leaves many and where it answers."""

import logging
import time
from collections.abc import Callable

from knowledge.index import IndexUnavailable, Mask, MemoryIndex, Near, VectorIndex, Vectors

# Measured (docs/measured.md, Index): up to here reading the rows themselves is quicker than asking the index.
EXACT_ROWS = 20_000
RETRY_SECONDS = 30.0
LOGGER = logging.getLogger("ustaz.knowledge")


class FilteredIndex:
    """Both ways over the same rows; a filter never costs recall below `exact_rows`.

    An index that cannot be asked costs time and nothing else: the rows are read, and the index is tried again
    after half a minute. `trouble` says what was wrong, or nothing while it answers.
    """

    def __init__(
        self,
        rows: Vectors,
        behind: VectorIndex,
        *,
        exact_rows: int = EXACT_ROWS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._exact, self._behind, self._most, self._now = MemoryIndex(rows), behind, exact_rows, now
        self._size, self._again = len(rows), float("-inf")
        self.trouble = ""

    def nearest(self, vector: Vectors, count: int, among: Mask | None = None) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position; only those where `among` is true, if given."""
        left = self._size if among is None else int(among.sum())
        if left > self._most and self._now() >= self._again:
            try:
                found = self._behind.nearest(vector, count, among)
            except IndexUnavailable as error:
                self._again, self.trouble = self._now() + RETRY_SECONDS, str(error)
                LOGGER.warning("the vector index does not answer, its rows are read instead: %s", error)
            else:
                self.trouble = ""
                return found
        return self._exact.nearest(vector, count, among)
