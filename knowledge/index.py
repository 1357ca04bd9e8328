"""The vector index behind a port: Chroma on disk, and exact search over rows in memory or mapped from disk."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]
BATCH = 1000
SEARCH_WIDTH = 400
FETCH_AT_LEAST = 200
# Rows gathered at a time into one small buffer: a fresh one of megabytes costs more in page faults than the search.
GATHERED = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An entry near the asked vector: `position` in build order, `cosine` in -1..1."""

    position: int
    cosine: float


class IndexUnavailable(RuntimeError):
    """The index cannot be asked now; what it holds is still in the version's own rows."""


class VectorIndex(Protocol):
    """Finds the nearest vectors."""

    def nearest(self, vector: Vectors, count: int, among: Mask | None = None) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position; only those where `among` is true, if given.

        Raises:
            IndexUnavailable: the index cannot be asked now.
        """


class MemoryIndex:
    """Exact search over a matrix of unit rows, in memory or mapped from a file."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = np.asarray(vectors)

    def nearest(self, vector: Vectors, count: int, among: Mask | None = None) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position; only those where `among` is true, if given."""
        kept = None if among is None or bool(among.all()) else np.flatnonzero(among)
        cosines = self._vectors @ vector if kept is None else self._gathered(kept, vector)
        if count <= 0 or not len(cosines):
            return ()
        places = np.arange(len(cosines))
        if count < len(cosines):
            least = np.partition(cosines, -count)[-count]
            places = np.flatnonzero(cosines >= least)
        best = places[np.argsort(-cosines[places], kind="stable")][:count]
        positions = best if kept is None else kept[best]
        return tuple(
            Near(position=int(position), cosine=float(cosines[at]))
            for position, at in zip(positions, best, strict=True)
        )

    def _gathered(self, kept: NDArray[np.intp], vector: Vectors) -> Vectors:
        cosines = np.empty(len(kept), dtype=np.float32)
        held = np.empty((min(GATHERED, len(kept)), self._vectors.shape[1]), dtype=np.float32)
        for start in range(0, len(kept), GATHERED):
            some = kept[start : start + GATHERED]
            np.take(self._vectors, some, axis=0, out=held[: len(some)], mode="clip")
            cosines[start : start + GATHERED] = held[: len(some)] @ vector
        return cosines


def over_fetched(
    fetch: Callable[[int], tuple[Near, ...]], size: int, count: int, among: Mask | None
) -> tuple[Near, ...]:
    """At most `count` of the entries that `fetch` finds and the mask keeps; asks for more until there are enough."""
    if among is None:
        return fetch(min(count, size)) if size and count > 0 else ()
    kept = int(among.sum())
    if not kept or count <= 0:
        return ()
    wanted = min(count, kept)
    # A third more than an even spread would need, for the filter is rarely spread evenly.
    width = max(FETCH_AT_LEAST, wanted, int(1.3 * wanted * size / kept))
    while True:
        near = fetch(min(width, size))
        found = tuple(one for one in near if among[one.position])
        if len(found) >= wanted or width >= size:
            return found[:count]
        width *= 4


class ChromaIndex:
    """A Chroma collection in a folder of its own, never changed once built.

    A reader that stays open answers from stale data when another process writes to its collection, so
    nobody does: a change is a new version in a new folder, and whoever reads opens that one.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Open a collection that `build` made.

        Raises:
            LookupError: there is no such collection in the folder.
        """
        self._client = _client(folder)
        from chromadb.errors import ChromaError

        self._error = ChromaError
        try:
            self._collection: Any = self._client.get_collection(name, embedding_function=None)
            self.size = int(self._collection.count())
        except (ChromaError, ValueError) as error:
            self._client.close()
            raise LookupError(f"no collection {name} in {folder.name}") from error

    @classmethod
    def build(cls, folder: Path, name: str, vectors: Vectors) -> None:
        """Write the rows as a new collection with cosine distance; building twice gives the same rows.

        Batches are of one size and each is written out, so that no rows are left in the log of changes, which
        would be read again at every opening.
        """
        batches = np.array_split(vectors, max(1, -(-len(vectors) // BATCH)))
        size = max(2, min(len(batch) for batch in batches))
        client = _client(folder)
        try:
            collection: Any = client.get_or_create_collection(
                name,
                embedding_function=None,
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_construction": 200,
                        "ef_search": SEARCH_WIDTH,
                        "batch_size": size,
                        "sync_threshold": size,
                    }
                },
            )
            start = 0
            for rows in batches:
                if len(rows):
                    ids = [str(start + number) for number in range(len(rows))]
                    collection.upsert(ids=ids, embeddings=rows)
                    start += len(rows)
        finally:
            client.close()

    def nearest(self, vector: Vectors, count: int, among: Mask | None = None) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position; only those where `among` is true, if given."""
        return over_fetched(lambda width: self._fetch(vector, width), self.size, count, among)

    def _fetch(self, vector: Vectors, count: int) -> tuple[Near, ...]:
        try:
            found = self._collection.query(
                query_embeddings=[vector.tolist()], n_results=count, include=["distances"]
            )
        except self._error as error:
            raise IndexUnavailable(f"Chroma: {error}") from error
        near = [
            Near(position=int(position), cosine=1.0 - float(distance))
            for position, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]
        return tuple(sorted(near, key=lambda one: (-one.cosine, one.position)))

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def collection_name(model_id: str, dim: int, version: int) -> str:
    """`curriculum__{model}__{dim}__v{n}` in the letters that Chroma allows."""
    model = re.sub(r"[^A-Za-z0-9.-]+", "-", model_id).strip("-.")
    return f"curriculum__{model}__{dim}__v{version}"


def _client(folder: Path) -> Any:
    with warnings.catch_warnings():  # its dependencies deprecate each other at import
        warnings.simplefilter("ignore", DeprecationWarning)
        import chromadb
        from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(
        str(folder), settings=Settings(_env_file=None, anonymized_telemetry=False)
    )
