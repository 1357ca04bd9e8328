"""The embedding model as a side call: asked for at the gate each time, called only when it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.errors import UstazError
from app.registry import RegistryStore
from app.routing import Gate, Refusal
from knowledge.embedding import Embedder

KIND = "embedder"


class EmbedderRefused(UstazError):
    """The embedding model may not be called now; `words` say why."""

    key = "ask.refused.no_embedder"


@dataclass(frozen=True, slots=True)
class GatedEmbedder:
    """Embeds only while the entry that names these very weights is in force.

    Attributes:
        sha256: digest of the weights that `embedder` loaded, as hashed on this machine.
    """

    embedder: Embedder
    sha256: str
    registry: RegistryStore
    gate: Gate

    @property
    def model_id(self) -> str:
        """The id of the model behind the gate; naming it calls nothing."""
        return self.embedder.model_id

    @property
    def dim(self) -> int:
        """The width of its vectors."""
        return self.embedder.dim

    def entry_id(self) -> str | None:
        """The entry whose weights these are, in whatever standing; None when no list names them."""
        current = self.registry.current()
        if current is None:
            return None
        same = [entry for entry in current.entries if entry.kind == KIND and entry.sha256 == self.sha256]
        return same[0].entry_id if same else None

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (len(texts), dim), unit length.

        Raises:
            EmbedderRefused: no entry in force names these weights; nothing was embedded.
        """
        self._admit("embedding.query")
        return self.embedder.embed_queries(texts)

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape (len(texts), dim), unit length.

        Raises:
            EmbedderRefused: no entry in force names these weights; nothing was embedded.
        """
        self._admit("embedding.passage")
        return self.embedder.embed_documents(texts)

    def _admit(self, purpose: str) -> None:
        entry_id = self.entry_id()
        if entry_id is None:
            raise EmbedderRefused("no entry of the list names these weights")
        answer = self.gate.admit(entry_id, purpose=purpose)
        if isinstance(answer, Refusal):
            raise EmbedderRefused(f"{entry_id}: {answer.reason.key}")
