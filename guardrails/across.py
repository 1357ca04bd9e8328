"""A sentence beside passages in another language: how near it comes to one of them in meaning, by the vectors of both.

The vectors of a language lie together whatever they say, and those of questions apart from those of passages: from each the middle of its kind
and language is taken away before they are compared. Closeness tells a sentence on another subject. It does not tell a
wrong sentence on the same one, so it never speaks for a sentence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.rail import Means
from guardrails.reading import LANGUAGES

SHIPPED = Path(__file__).parent / "models" / "across.json"
LEAST = 0.1
"""Closeness under which a sentence is on another subject; the languages differ too little for limits of their own."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Centres:
    """The middles of the vectors of one embedder, by language.

    Attributes:
        embedder: id of the model; vectors of another one say nothing here.
        sentences: middle of the vectors of sentences, embedded as questions are.
        passages: middle of the vectors of passages, embedded as the index embeds them.
    """

    version: str
    embedder: str
    sentences: Mapping[str, Floats]
    passages: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near a sentence comes to the nearest passage, -1 to 1."""

    closeness: float

    @property
    def suspicion(self) -> float:
        """From 0, the same direction, to 1, the opposite one."""
        return suspicion(self.closeness)

    @property
    def far(self) -> bool:
        """Whether it is on another subject than every passage."""
        return self.closeness < LEAST


class Across:
    """Compares meanings by the vectors that the means give; without those of the measured embedder nothing."""

    def __init__(self, means: Means) -> None:
        self._centres = shipped()
        fits = means.embedder == self._centres.embedder
        self._embed = means.embed if fits else None
        self._vectors = means.passage_vectors if fits else None
        self.version = self._centres.version

    @property
    def compares(self) -> bool:
        """Whether there is an embedder whose limit is known."""
        return self._embed is not None and self._vectors is not None

    def nearness(
        self, sentence: str, language: str, ids: Sequence[str], passages: Sequence[str], spoken: Sequence[str]
    ) -> Nearness | None:
        """How near a sentence comes to passages; None where the model may not be called, or a language is unknown.

        Args:
            ids: of the passages; another number of them: they have none.
            spoken: their languages.

        Raises:
            ValueError: the vectors are not of the form.
        """
        if self._embed is None or self._vectors is None or not passages:
            return None
        # A passage that cannot be compared may be the one that holds it.
        if not {language, *spoken} <= set(LANGUAGES):
            return None
        own = self._embed([sentence])
        if own is None:
            return None
        theirs = self._vectors(ids if len(ids) == len(passages) else [""] * len(passages), passages)
        if theirs is None:
            return None
        width = len(self._centres.sentences[language])
        if own.shape != (1, width) or theirs.shape != (len(passages), width):
            raise ValueError(
                f"vectors of shape {own.shape} and {theirs.shape}, expected (1, {width}) and ({len(passages)}, {width})"
            )
        middles = np.array([self._centres.passages[one] for one in spoken])
        cosines = _unit(theirs - middles) @ _unit(own - self._centres.sentences[language])[0]
        if not np.isfinite(cosines).all():
            raise ValueError("vectors that are not finite")
        return Nearness(closeness=float(cosines.max()))


def suspicion(closeness: float) -> float:
    """What a closeness says against a sentence, 0 to 1."""
    return round(min(1.0, max(0.0, (1 - closeness) / 2)), 4)


def _unit(rows: Floats) -> Floats:
    """Rows of length one; one that is zero stays so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


@cache
def shipped() -> Centres:
    """The centres of the package, read once; see `load`."""
    return load(SHIPPED)


def load(path: Path) -> Centres:
    """The centres of a file.

    Raises:
        ValueError: it is not of the form; the rail that needs it does not start.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    try:
        found = Centres(
            version=str(document["version"]),
            embedder=str(document["embedder"]),
            sentences=_middles(document["sentences"]),
            passages=_middles(document["passages"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} holds no centres: {error}") from error
    widths = {len(row) for kind in (found.sentences, found.passages) for row in kind.values()}
    if len(widths) != 1:
        raise ValueError(f"{path.name} holds centres of {len(widths)} widths")
    return found


def _middles(given: Mapping[str, Any]) -> Mapping[str, Floats]:
    return {language: np.array(given[language], dtype=np.float32) for language in LANGUAGES}
