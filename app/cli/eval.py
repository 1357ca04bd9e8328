"""Measure on a file of labelled rows: retrieval, relevance, guardrails (injection) or groundedness.

The forms of the files are those of docs/measured.md. Prints one JSON document.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardrails.rail import Means
    from knowledge.vectors import Embed, Vectors

from app.errors import BadArgument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=("retrieval", "relevance", "guardrails", "groundedness"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="accepted for scripts; the output is always JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measure."""
    from app import bootstrap
    from app.cli import print_json
    from app.settings import Settings

    settings = Settings.from_env()
    with bootstrap.opened(settings) as services:
        try:
            document = _measure(arguments.what, arguments.file, services)
        except (ValueError, LookupError, TypeError) as error:
            kind = type(error).__name__
            raise BadArgument(
                f"{arguments.file.name} has not the form of docs/measured.md: {kind}: {error}"
            ) from error
    print_json({"schema_version": 1, "what": arguments.what, "file": arguments.file.name, **document})
    return 0


def _measure(what: str, file: Path, services: Any) -> Mapping[str, Any]:
    from guardrails.confusion import confusion
    from guardrails.evaluation_injection import evaluate_injection
    from guardrails.grounding_evaluation import evaluate_groundedness
    from guardrails.guardrails import Guardrails
    from knowledge import evaluation as finding

    if what == "retrieval":
        return finding.evaluate(file, services.embedder, services.settings.home / "eval-vectors.db")
    if what == "relevance":
        return finding.evaluate_relevance(file, services.library, services.embedder.embed_queries)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if what == "guardrails":
        means = means_of(services)
        inspect = Guardrails.load(means=means, clock=perf_counter).inspect
        return {**evaluate_injection(rows, means), "confusion": confusion(rows, inspect)}
    return evaluate_groundedness(rows, means_of(services))


def means_of(services: Any) -> "Means":
    """What the rails need, with the vectors of the rows kept in a file: a second run embeds nothing."""
    import numpy as np

    from guardrails.rail import Means
    from knowledge.vectors import DOCUMENT, QUERY, KeptVectors, vectors_for

    embedder, library = services.embedder, services.library
    kept = KeptVectors(services.settings.home / "eval-vectors.db")

    def rows(texts: Sequence[str], role: str, embed: "Embed") -> "Vectors":
        return vectors_for(
            texts, role=role, model_id=embedder.model_id, dim=embedder.dim, embed=embed, kept=kept
        )

    def read(texts: Sequence[str]) -> "Vectors":
        """Vectors and what the tokens say, as `GatedEmbedder.read_messages`."""
        vectors = rows(texts, QUERY, embedder.embed_queries)
        peaks = vectors_for(
            texts,
            role=QUERY,
            model_id=embedder.peaks.model_id,
            dim=embedder.peaks.dim,
            embed=embedder.embed_peaks,
            kept=kept,
        )
        found: Vectors = np.concatenate([vectors, peaks], axis=1)
        return found

    return Means(
        names=library.names(),
        known_code=lambda code: bool(library.catalogue.find(code)),
        embed=lambda texts: rows(texts, QUERY, embedder.embed_queries),
        read=read if embedder.peaks else None,
        passage_vectors=lambda ids, texts: rows(texts, DOCUMENT, embedder.embed_documents),
        embedder=embedder.model_id,
    )
