"""The vector index behind a port: Chroma on disk for the product, exact search in memory beside it."""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
BATCH = 1000
SEARCH_WIDTH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An entry near the asked vector: `position` in build order, `cosine` in -1..1."""

    position: int
    cosine: float


class VectorIndex(Protocol):
    """Finds the nearest vectors."""

    def nearest(self, vector: Vectors, count: int) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position."""


class MemoryIndex:
    """Exact search over a matrix of unit rows; for tests and small measurements."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def nearest(self, vector: Vectors, count: int) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position."""
        if not len(self._vectors):
            return ()
        cosines = self._vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:count]
        return tuple(Near(position=int(at), cosine=float(cosines[at])) for at in best)


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
        from chromadb.errors import NotFoundError

        self._client = _client(folder)
        try:
            self._collection: Any = self._client.get_collection(name, embedding_function=None)
            self.size = int(self._collection.count())
        except (NotFoundError, ValueError) as error:
            self._client.close()
            raise LookupError(f"no collection {name} in {folder.name}") from error

    @classmethod
    def build(cls, folder: Path, name: str, vectors: Vectors) -> None:
        """Write the rows as a new collection with cosine distance; building twice gives the same rows."""
        client = _client(folder)
        try:
            collection: Any = client.get_or_create_collection(
                name,
                embedding_function=None,
                configuration={
                    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": SEARCH_WIDTH}
                },
            )
            for start in range(0, len(vectors), BATCH):
                rows = vectors[start : start + BATCH]
                collection.upsert(ids=[str(start + number) for number in range(len(rows))], embeddings=rows)
        finally:
            client.close()

    def nearest(self, vector: Vectors, count: int) -> tuple[Near, ...]:
        """At most `count` entries, nearest first; ties by position."""
        if not self.size:
            return ()
        found = self._collection.query(
            query_embeddings=[vector.tolist()], n_results=min(count, self.size), include=["distances"]
        )
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
