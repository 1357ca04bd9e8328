"""What the trained head reads off a vector: one hidden layer, so that a subject and what is wanted of it can be told apart.

A linear sum over the vector tells what a text is about, and orders for the machine and lessons are about the same things.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_INNER, _OUTER = "meaning_inner", "meaning_outer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Weights of the layer and of the sum over it; immutable.

    Attributes:
        inner: shape (units, width + 1), the last column is added whatever the vector.
        outer: shape (units + 1,), the last number is added whatever the units say.
    """

    inner: Floats
    outer: Floats

    @property
    def width(self) -> int:
        """Of the vectors that it reads."""
        return int(self.inner.shape[1]) - 1

    def sums(self, vectors: Floats) -> Floats:
        """In logits, shape (n,), of vectors of shape (n, width).

        Raises:
            ValueError: vectors of another width, or numbers that are none.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.width:
            raise ValueError(f"vectors of shape {vectors.shape}, expected (n, {self.width})")
        if not np.isfinite(vectors).all():
            raise ValueError("the embedding is no number")
        units = np.maximum(vectors @ self.inner[:, :-1].T + self.inner[:, -1], 0.0)
        found: Floats = units @ self.outer[:-1] + self.outer[-1]
        if not np.isfinite(found).all():
            raise ValueError("the sum over the embedding is no number")
        return found

    def arrays(self) -> Mapping[str, NDArray[np.float16]]:
        """As they are kept in a file, in half precision."""
        return {_INNER: self.inner.astype(np.float16), _OUTER: self.outer.astype(np.float16)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.float16]]) -> "Meaning":
        """From a file.

        Raises:
            KeyError: it holds none.
            ValueError: arrays of another form, or numbers that are none.
        """
        inner, outer = arrays[_INNER].astype(np.float32), arrays[_OUTER].astype(np.float32)
        fits = inner.ndim == 2 and inner.shape[1] > 1 and outer.shape == (inner.shape[0] + 1,)
        if not fits or not np.isfinite(inner).all() or not np.isfinite(outer).all():
            raise ValueError(f"meaning {inner.shape} and {outer.shape}")
        return cls(inner=inner, outer=outer)
