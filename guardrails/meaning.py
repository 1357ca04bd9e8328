"""What the trained head reads of a message: the vector of the whole, and the peaks of its tokens: the highest activation of any token under each of some filters.

A vector is a mean over tokens, in which a short order behind a long request is lost; the highest activation keeps it
(max-over-time pooling). One hidden layer reads both, so that a subject and what is wanted of it can be told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 32
"""Weights of a filter that share a scale."""
MOST_FILTERS = 512
LOWEST, HIGHEST = -8, 7
"""Levels of a weight in four bits."""
LEAST_SCALE = float(np.finfo(np.float16).tiny)
"""A smaller one is none: the engine reads what lies below as half of it."""
_INNER, _OUTER = "meaning_inner", "meaning_outer"
_LEVELS, _SCALES, _BIAS = "filter_levels", "filter_scales", "filter_bias"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Linear filters over the state of a token behind the embedding model, in the form in which its engine runs them; immutable.

    Attributes:
        levels: shape (filters, width), from -8 to 7.
        scales: shape (filters, width / 32), half precision: of each run of 32 levels.
        bias: shape (filters,).
    """

    levels: NDArray[np.int8]
    scales: NDArray[np.float16]
    bias: Floats

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def width(self) -> int:
        """Of the states that they read."""
        return int(self.levels.shape[1])

    def weights(self) -> Floats:
        """Shape (filters, width), as the levels and scales say."""
        runs = self.levels.reshape(len(self), -1, BLOCK).astype(np.float32)
        found: Floats = (runs * self.scales.astype(np.float32)[:, :, None]).reshape(len(self), self.width)
        return found

    def peaks(self, texts: Sequence[NDArray[np.float16]]) -> Floats:
        """The highest activation of any token under each filter (ReLU, max-over-time pooling), as the engine gives it but for its rounding.

        Args:
            texts: of each text the states of its tokens, shape (tokens, width).

        Returns:
            Shape (len(texts), filters).
        """
        found = np.zeros((len(texts), len(self)), dtype=np.float32)
        weights = self.weights().T
        for row, states in zip(found, texts, strict=True):
            if len(states):
                np.maximum((states.astype(np.float32) @ weights + self.bias).max(axis=0), 0.0, out=row)
        return found

    @classmethod
    def nearest(cls, weights: Floats, bias: Floats) -> "Filters":
        """The filters in four bits that come nearest to weights of shape (filters, width)."""
        runs = weights.reshape(len(weights), -1, BLOCK)
        farthest = np.take_along_axis(runs, np.abs(runs).argmax(axis=2)[:, :, None], axis=2)
        scales = (farthest[:, :, 0] / LOWEST).astype(np.float16)
        scales[np.abs(scales) < LEAST_SCALE] = 0
        steps = scales.astype(np.float32)[:, :, None]
        levels = np.rint(np.divide(runs, steps, out=np.zeros_like(runs), where=steps != 0))
        return cls(
            levels=np.clip(levels, LOWEST, HIGHEST).astype(np.int8).reshape(weights.shape),
            scales=scales,
            bias=bias.astype(np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The filters, the layer and the sum over it; immutable.

    Attributes:
        filters: over the states of tokens; their peaks stand behind the vector of a message.
        inner: shape (units, width + 1), the last column is added whatever the row.
        outer: shape (units + 1,), the last number is added whatever the units say.
    """

    filters: Filters
    inner: Floats
    outer: Floats

    @property
    def width(self) -> int:
        """Of the rows that it reads: the vector of a message and its peaks."""
        return int(self.inner.shape[1]) - 1

    def sums(self, rows: Floats) -> Floats:
        """In logits, shape (n,), of rows of shape (n, width).

        Raises:
            ValueError: rows of another width, or numbers that are none.
        """
        if rows.ndim != 2 or rows.shape[1] != self.width:
            raise ValueError(f"rows of shape {rows.shape}, expected (n, {self.width})")
        if not np.isfinite(rows).all():
            raise ValueError("the embedding is no number")
        units = np.maximum(rows @ self.inner[:, :-1].T + self.inner[:, -1], 0.0)
        found: Floats = units @ self.outer[:-1] + self.outer[-1]
        if not np.isfinite(found).all():
            raise ValueError("the sum over the embedding is no number")
        return found

    def arrays(self) -> Mapping[str, NDArray[np.int8] | NDArray[np.float16]]:
        """As they are kept in a file, all but the levels in half precision."""
        return {
            _LEVELS: self.filters.levels,
            _SCALES: self.filters.scales,
            _BIAS: self.filters.bias.astype(np.float16),
            _INNER: self.inner.astype(np.float16),
            _OUTER: self.outer.astype(np.float16),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "Meaning":
        """From a file.

        Raises:
            KeyError: it holds none.
            ValueError: arrays of another form, or numbers that are none.
        """
        given, scales = arrays[_LEVELS], arrays[_SCALES].astype(np.float16)
        levels = given.astype(np.int8)
        bias = arrays[_BIAS].astype(np.float32)
        inner, outer = arrays[_INNER].astype(np.float32), arrays[_OUTER].astype(np.float32)
        shapes = f"meaning {levels.shape}, {scales.shape}, {bias.shape}, {inner.shape}, {outer.shape}"
        if levels.ndim != 2 or inner.ndim != 2:
            raise ValueError(shapes)
        filters, width = levels.shape
        fits = (
            0 < filters <= MOST_FILTERS
            and width % BLOCK == 0
            and (scales.shape, bias.shape) == ((filters, width // BLOCK), (filters,))
            and (inner.shape[1], outer.shape) == (width + filters + 1, (inner.shape[0] + 1,))
            and given.dtype == np.int8
            and bool(((levels >= LOWEST) & (levels <= HIGHEST)).all())
        )
        if not fits or not all(np.isfinite(one).all() for one in (scales, bias, inner, outer)):
            raise ValueError(shapes)
        return cls(filters=Filters(levels=levels, scales=scales, bias=bias), inner=inner, outer=outer)
