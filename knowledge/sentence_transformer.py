"""A sentence-transformers model from a folder as the embedder; the library is imported with the first text."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.model_folder import ModelFolder

Vectors = NDArray[np.float32]


class SentenceTransformerEmbedder:
    """Rows of unit length from a model on this machine; nothing is fetched and no code of the folder is run.

    Loading takes 7-10 s, so it waits for the first text. One text after the other: the tokenizers may not be
    used by two threads at once, and torch is held to one thread, for two on a busy machine cost many times the time.
    """

    def __init__(self, folder: Path) -> None:
        """Read what the folder holds; nothing is loaded yet.

        Raises:
            FileNotFoundError, ValueError: see `ModelFolder.read`.
        """
        self._read = ModelFolder.read(folder)
        self.model_id, self.dim = self._read.model_id, self._read.dim
        self._model: Any = None
        self._one = threading.Lock()

    def weights_sha256(self) -> str:
        """The digest over weights, configurations and tokenizer (see `knowledge.model_folder.digest`)."""
        return self._read.sha256

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question."""
        return self._rows(lambda model: model.encode_query, texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each passage."""
        return self._rows(lambda model: model.encode_document, texts)

    def _rows(self, way: Callable[[Any], Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        with self._one:
            encode = way(self._loaded())
            rows: Vectors = np.asarray(
                encode(clean, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32
            )
        if rows.shape != (len(texts), self.dim):
            raise ValueError(f"{self.model_id} gives {rows.shape[1:]} numbers, expected {self.dim}")
        return rows

    def _loaded(self) -> Any:
        if self._model is None:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()
            torch.set_num_threads(1)
            self._model = SentenceTransformer(
                str(self._read.folder),
                prompts=dict(self._read.prompts),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        return self._model
