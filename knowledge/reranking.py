"""Puts the candidates of both branches in order by a small weighing of how close each is to the question."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.closeness import Closeness, Positions, standardised
from knowledge.retriever import Query

SHIPPED = Path(__file__).parent / "reranking.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each feature weighs, standardised among the candidates: with a vector, and by words alone."""

    hybrid: Mapping[str, float]
    words: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Read the weights that `python -m knowledge.rank_training` wrote.

        Raises:
            KeyError: the file is not of the form.
        """
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(hybrid=plain["hybrid"], words=plain["words"])


class Reranker:
    """Weighs candidates; deterministic, and independent of the order in which they are given."""

    def __init__(self, closeness: Closeness, weights: Weights) -> None:
        self._closeness, self._weights = closeness, weights

    def scores(self, query: Query, positions: Positions) -> NDArray[np.float64]:
        """Between 0 and 1 for each position, greater is better; only the order among these candidates means anything."""
        features = self._closeness.features(query, positions)
        weights = self._weights.hybrid if query.vector is not None else self._weights.words
        sums = standardised(features, tuple(weights)) @ np.array(list(weights.values()))
        scores: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-sums))
        return scores
