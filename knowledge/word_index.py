"""The words of all passages: BM25 over stems, and which words stand where; built once, mapped from disk after."""

import bisect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.passage import Passage
from knowledge.stemming import terms

K1, B = 1.2, 0.5
IDS, STARTS = "word_ids.npy", "word_starts.npy"
Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


class WordIndex:
    """Terms (`kk:бөлшек`) are numbered in order of their letters; `ids[starts[p]:starts[p + 1]]` is the text at position p."""

    def __init__(self, names: Sequence[str], ids: Numbers, starts: NDArray[np.int64], bm25: Any) -> None:
        """Use `of` or `open`; `bm25` is None where there is no word at all."""
        self.names, self.ids, self.starts, self._bm25 = tuple(names), ids, starts, bm25
        self._frequency = np.diff(bm25.scores["indptr"]) if bm25 is not None else np.zeros(0, dtype=np.int64)

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Self:
        """The index of these passages, each stemmed in its own language."""
        documents = [terms(one.search_text, one.language) for one in passages]
        names = sorted({term for document in documents for term in document})
        number = {name: at for at, name in enumerate(names)}
        numbered = [[number[term] for term in document] for document in documents]
        starts = np.cumsum([0, *(len(one) for one in numbered)]).astype(np.int64)
        ids = np.array([one for document in numbered for one in document], dtype=np.int32)
        if not names:
            return cls((), ids, starts, None)
        bm25 = bm25s.BM25(k1=K1, b=B, method="lucene")
        bm25.index((numbered, number), create_empty_token=False, show_progress=False)
        return cls(names, ids, starts, bm25)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What `save` wrote, read from disk as it is asked for.

        Raises:
            FileNotFoundError: a file is missing.
        """
        ids: Numbers = np.load(folder / IDS, mmap_mode="r", allow_pickle=False)
        starts: NDArray[np.int64] = np.load(folder / STARTS, allow_pickle=False)
        if not len(ids):
            return cls((), ids, starts, None)
        bm25 = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        return cls(tuple(bm25.vocab_dict), ids, starts, bm25)

    def save(self, folder: Path) -> None:
        """Write plain arrays, and the vocabulary and settings as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / IDS, self.ids, allow_pickle=False)
        np.save(folder / STARTS, self.starts, allow_pickle=False)
        if self._bm25 is not None:
            self._bm25.save(folder, show_progress=False)

    def number(self, term: str) -> int | None:
        """The number of a term; None for one that stands nowhere."""
        at = bisect.bisect_left(self.names, term)
        return at if at < len(self.names) and self.names[at] == term else None

    def beginning(self, letters: str) -> range:
        """The numbers of the terms that begin with these letters."""
        first = bisect.bisect_left(self.names, letters)
        return range(first, bisect.bisect_left(self.names, letters + "\U0010ffff", lo=first))

    def frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        at = self.number(term)
        return 0 if at is None else int(self._frequency[at])

    def scores(self, asked: Sequence[str]) -> Floats:
        """BM25 (Lucene's, k1 1.2, b 0.5) of each passage for these terms; 0 where it has none of them."""
        known = [at for at in map(self.number, asked) if at is not None]
        if self._bm25 is None or not known:
            return np.zeros(len(self.starts) - 1, dtype=np.float32)
        scores: Floats = self._bm25.get_scores_from_ids(known)
        return scores
