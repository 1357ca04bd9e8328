"""Makes the centres of `across.py`: the middles of what an embedder gives for sentences and for passages of each language."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.grounding_training import HOME
from guardrails.reading import LANGUAGES

VERSION = "2026.1"
SENTENCES = 300
"""Sentences of each language of which the middle is taken."""

Floats = NDArray[np.float32]


def texts(language: str) -> tuple[Sequence[str], Sequence[str]]:
    """The sentences and the passages of our own rows of a language, each once, in the order of their letters."""
    lines = _file(language).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    sentences = sorted({str(row["text"]) for row in rows})[:SENTENCES]
    return sentences, sorted({str(row["evidence"][0]) for row in rows})


def document(
    embedder: str, sentences: Mapping[str, Floats], passages: Mapping[str, Sequence[Floats]]
) -> dict[str, Any]:
    """The document of the centres.

    Args:
        sentences: the vectors of `texts` by language.
        passages: vectors by language, in groups that count alike: those of `texts`, those of the notes that ship.
    """
    return {
        "version": VERSION,
        "embedder": embedder,
        "sentences": {one: _rounded(sentences[one].mean(axis=0)) for one in LANGUAGES},
        "passages": {
            one: _rounded(np.mean([group.mean(axis=0) for group in passages[one]], axis=0))
            for one in LANGUAGES
        },
        "data": {_file(one).name: hashlib.sha256(_file(one).read_bytes()).hexdigest() for one in LANGUAGES},
    }


def write(made: Mapping[str, Any], path: Path) -> None:
    """Centres as JSON, a line for each key."""
    lines = []
    for kind in ("sentences", "passages"):
        rows = ",\n  ".join(f'"{one}": {json.dumps(made[kind][one])}' for one in LANGUAGES)
        lines.append(f'"{kind}": {{\n  {rows}\n }}')
    head = [f'"{key}": {json.dumps(made[key], sort_keys=True)}' for key in ("version", "embedder", "data")]
    path.write_text("{\n " + ",\n ".join([*head, *lines]) + "\n}\n", encoding="utf-8")


def _file(language: str) -> Path:
    return HOME / f"groundedness_own_{language}.jsonl"


def _rounded(row: Floats) -> list[float]:
    return [round(float(one), 4) + 0.0 for one in row]  # no minus before a zero
