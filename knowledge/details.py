"""Vectors of single sentences and of outside topics: what the decision about relevance looks at more closely."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.chunking import sentences
from knowledge.elsewhere import OFFICIAL
from knowledge.passage import LANGUAGES, Kind, Passage

Vectors = NDArray[np.float32]
CLOSEST_OUTSIDE = 10
# Sentences weighed against the outside topics at a time: a national corpus times all topics would fill gigabytes.
WEIGHED = 2048
HELD = "held.json"
FILES = ("elsewhere", "sentences", "starts", "hubs")


def is_titled(passage: Passage) -> bool:
    """Whether the first of a passage's details is its title."""
    return passage.kind is Kind.NOTE


def detail_texts(passage: Passage) -> tuple[str, ...]:
    """The sentences of a passage, a note's title among them."""
    title = (passage.title,) if is_titled(passage) else ()
    return (*title, *(sentences(passage.text) or (passage.text,)))


@dataclass(frozen=True, kw_only=True)
class Details:
    """Rows for outside topics and for the sentences of each passage.

    `sentences[starts[p]:starts[p + 1]]` belong to the passage at position p; `hubs` says for each sentence how
    near it lies to any outside topic (mean cosine of its ten closest), so that a sentence that is near to
    everything counts for less; `held` names the topics that documents hold, by school.
    """

    elsewhere: Vectors
    sentences: NDArray[np.float16]
    starts: NDArray[np.int64]
    hubs: Vectors
    held: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, elsewhere: Vectors, rows: Sequence[Vectors], held: Mapping[str, Sequence[int]] | None = None
    ) -> Self:
        """From the outside topics and the sentence rows of each passage, in order."""
        width = elsewhere.shape[1]
        together = np.concatenate(rows) if rows else np.zeros((0, width), dtype=np.float32)
        starts = np.concatenate([[0], np.cumsum([len(one) for one in rows])]).astype(np.int64)
        return cls(
            elsewhere=elsewhere,
            sentences=together.astype(np.float16),
            starts=starts,
            hubs=_hubs(together, elsewhere),
            held=held or {},
        )

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What `save` wrote; the sentences are read from disk as they are asked for."""
        parts = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in FILES}
        return cls(
            elsewhere=np.array(parts["elsewhere"]),
            sentences=parts["sentences"],
            starts=np.array(parts["starts"]),
            hubs=np.array(parts["hubs"]),
            held=json.loads((folder / HELD).read_text(encoding="utf-8")),
        )

    def save(self, folder: Path) -> None:
        """Write the rows as plain arrays."""
        for name in FILES:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        (folder / HELD).write_text(json.dumps(dict(self.held)), encoding="utf-8")

    def held_by(self, school: str | None) -> frozenset[int]:
        """The numbers of the topics that official documents or the school's own hold."""
        return frozenset({*self.held.get(OFFICIAL, ()), *self.held.get(school or OFFICIAL, ())})

    def nearest_outside(
        self, vector: Vectors, school: str | None = None, language: str | None = None
    ) -> float:
        """The cosine to the nearest topic that neither official documents nor the school's own hold; -1 if none is left.

        `language`: only topics as they are worded in it.
        """
        if not len(self.elsewhere):
            return 0.0
        cosines = self.elsewhere @ vector
        for number in self.held_by(school):
            cosines[number * len(LANGUAGES) : (number + 1) * len(LANGUAGES)] = -1.0
        worded = slice(None) if language is None else slice(LANGUAGES.index(language), None, len(LANGUAGES))
        return float(cosines[worded].max())

    def nearest_sentence(self, vector: Vectors, positions: Iterable[int]) -> float:
        """The best cosine to a sentence of these passages, less half of how near that sentence is to anything."""
        best = -1.0
        for position in positions:
            best = max(best, float(self.nearness(vector, position).max(initial=-1.0)))
        return best

    def nearness(self, vector: Vectors, position: int) -> Vectors:
        """For each row of a passage its cosine, less half of how near the row is to anything."""
        rows = slice(int(self.starts[position]), int(self.starts[position + 1]))
        near: Vectors = self.sentences[rows].astype(np.float32) @ vector - 0.5 * self.hubs[rows]
        return near

    def nearest_sentences(
        self, vector: Vectors, positions: NDArray[np.int64], titled: NDArray[np.bool_]
    ) -> Vectors:
        """What `nearest_sentence` says, for each of these passages; -1 for one without sentences.

        Where `titled`, the first row is left out: a title is short, so it lies near any short question.
        """
        starts, ends = self.starts[positions] + titled, self.starts[positions + 1]
        best = np.full(len(positions), -1.0, dtype=np.float32)
        filled = np.flatnonzero(ends > starts)
        if len(filled):
            rows = np.concatenate([np.arange(starts[at], ends[at]) for at in filled])
            cosines = self.sentences[rows].astype(np.float32) @ vector - 0.5 * self.hubs[rows]
            firsts = np.concatenate([[0], np.cumsum((ends - starts)[filled])[:-1]])
            best[filled] = np.maximum.reduceat(cosines, firsts)
        return best


def _hubs(rows: Vectors, elsewhere: Vectors) -> Vectors:
    """For each row the mean cosine of the outside topics closest to it; 0 where there are no topics."""
    hubs = np.zeros(len(rows), dtype=np.float32)
    if not len(elsewhere):
        return hubs
    most = min(CLOSEST_OUTSIDE, len(elsewhere))
    for start in range(0, len(rows), WEIGHED):
        cosines = rows[start : start + WEIGHED] @ elsewhere.T
        closest = np.sort(np.partition(cosines, -most, axis=1)[:, -most:], axis=1)
        hubs[start : start + WEIGHED] = closest.mean(axis=1)
    return hubs
