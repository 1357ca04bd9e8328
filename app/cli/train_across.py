"""`ustaz train across`: the middles of the vectors of each language, by which meanings are compared across languages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def train(out: Path | None) -> Mapping[str, Any]:
    """Embed our own rows and the notes that ship, write the middles, and tell what they are made of."""
    import numpy as np

    from app.bootstrap import embedder_of
    from app.settings import Settings
    from guardrails import across_training as training
    from guardrails.across import SHIPPED
    from guardrails.reading import LANGUAGES
    from knowledge import starter
    from knowledge.passage import Kind
    from knowledge.vectors import DOCUMENT, ShippedVectors, vectors_for

    embedder = embedder_of(Settings.from_env())
    notes = [one for one in starter.load(starter.SHIPPED).passages if one.kind is Kind.NOTE]
    sentences, passages = {}, {}
    for language in LANGUAGES:
        said, held = training.texts(language)
        found = vectors_for(
            [one.search_text for one in notes if one.language == language],
            role=DOCUMENT,
            model_id=embedder.model_id,
            dim=embedder.dim,
            embed=embedder.embed_documents,
            vaults=[ShippedVectors()],
        )
        sentences[language] = np.asarray(embedder.embed_queries(said))
        passages[language] = [np.asarray(embedder.embed_documents(held)), found]
    made = training.document(embedder.model_id, sentences, passages)
    target = out or SHIPPED
    training.write(made, target)
    return {
        "centres": {key: made[key] for key in ("version", "embedder", "data")},
        "sentences": {one: len(rows) for one, rows in sentences.items()},
        "passages": {one: [len(group) for group in groups] for one, groups in passages.items()},
        "bytes": target.stat().st_size,
    }
