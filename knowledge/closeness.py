"""How close a candidate passage is to a question: by its vector, its sentences, its words, and how near these stand."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.details import Details, detail_texts, is_titled
from knowledge.index import VectorIndex
from knowledge.passage import LANGUAGES
from knowledge.phrasing import topic_tokens
from knowledge.retriever import Query
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf
from knowledge.stemming import stem
from knowledge.translation import translated

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]
Numbers = NDArray[np.int32]
Wording = Sequence[tuple[float, Floats]]  # what each word weighs, and how alike it is to each term held
FEATURES = ("dense", "sentence", "bm25", "covered", "together")
WORDS = ("bm25", "covered", "together")
LIKE_WEIGHT = 0.7
LEAST_LIKENESS = 0.5  # Dice over runs of three letters
SAME_START = 3
TRANSLATED_WEIGHT = 0.7
WINDOW = 24  # tokens: about two sentences


class Closeness:
    """Computes the features of candidates over one index version."""

    def __init__(self, shelf: Shelf, index: VectorIndex, lexical: LexicalBranch, details: Details) -> None:
        self._index, self._lexical, self._details, self._size = index, lexical, details, len(shelf)
        self._shelf = shelf
        self._titled = np.array([is_titled(one) for one in shelf.passages], dtype=np.bool_)

    def features(self, query: Query, positions: Positions) -> Mapping[str, Floats]:
        """A number for each position, by feature; `dense` and `sentence` are missing where the query has no vector.

        `dense` is a cosine; `sentence` the best one of a sentence, less half of how near that sentence is to
        anything; `covered` the share of the question's words, by rarity, that the passage has, some of them only
        alike; `together` the greatest such share within a stretch of about two sentences. In a passage of another
        language the translation of a school term counts for it, by `TRANSLATED_WEIGHT`.
        """
        covered, together = self._words(query.text, positions)
        found = {"bm25": self._lexical.scores(query)[positions], "covered": covered, "together": together}
        if query.vector is not None:
            found["dense"] = self._cosines(query.vector, positions)
            found["sentence"] = self._details.nearest_sentences(
                query.vector, positions, self._titled[positions]
            )
        return found

    def nearest(self, query: Query, position: int, most: int) -> tuple[str, ...]:
        """The sentences of a passage nearest in meaning to the query, best first, never its title; none without a vector."""
        if query.vector is None:
            return ()
        titled = bool(self._titled[position])
        texts = detail_texts(self._shelf.passages[position])[titled:]
        near = self._details.nearness(query.vector, position)[titled:]
        return tuple(texts[at] for at in np.argsort(-near, kind="stable")[:most])

    def _cosines(self, vector: Floats, positions: Positions) -> Floats:
        among = np.zeros(self._size, dtype=np.bool_)
        among[positions] = True
        near = self._index.nearest(vector, len(positions), among)
        cosine = {one.position: one.cosine for one in near}
        least = min(cosine.values(), default=0.0)
        return np.array([cosine.get(int(at), least) for at in positions], dtype=np.float32)

    def _words(self, text: str, positions: Positions) -> tuple[Floats, Floats]:
        words = self._lexical.words
        starts, ends = words.starts[positions], words.starts[positions + 1]
        covered = np.zeros(len(positions), dtype=np.float32)
        together = np.zeros(len(positions), dtype=np.float32)
        wordy = np.flatnonzero(ends > starts)
        asked = topic_tokens(text)
        if not len(wordy) or not asked:
            return covered, together
        flat = np.concatenate([words.ids[starts[at] : ends[at]] for at in wordy])
        lengths = (ends - starts)[wordy]
        firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        owner = np.repeat(np.arange(len(wordy)), lengths)
        held, place = np.unique(flat, return_inverse=True)
        total = 0.0
        in_window = np.zeros(len(flat), dtype=np.float32)
        for wordings in self._parts(text, asked, held):
            total += sum(weight for weight, _ in wordings[0])
            best, stretch = np.zeros_like(covered[wordy]), np.zeros_like(in_window)
            for wording in wordings:
                sums, ahead = np.zeros_like(best), np.zeros_like(stretch)
                for weight, likeness in wording:
                    if likeness.any():
                        alike = likeness[place]
                        sums += weight * np.maximum.reduceat(alike, firsts)
                        ahead += weight * _greatest_ahead(alike, owner)
                best, stretch = np.maximum(best, sums), np.maximum(stretch, ahead)
            covered[wordy] += best
            in_window += stretch
        together[wordy] = np.maximum.reduceat(in_window, firsts)
        return covered / np.float32(total or 1.0), together / np.float32(total or 1.0)

    def _parts(self, text: str, asked: Sequence[str], held: Numbers) -> Iterator[Sequence[Wording]]:
        """The words of the question one by one, its terms as a whole: first as asked, then as in other languages."""
        terms = translated(text)
        named = {token for one in terms for token in one.tokens}
        for token in asked:
            if token not in named:
                yield [[(self._rarity(token), self._alike(token, held))]]
        for one in terms:
            plain = [(self._rarity(token), self._alike(token, held)) for token in one.tokens]
            whole = sum(weight for weight, _ in plain)
            yield [plain, *(self._foreign(*variant, whole, held) for variant in one.variants)]

    def _foreign(self, language: str, words: Sequence[str], whole: float, held: Numbers) -> Wording:
        """A translation weighs less than what it stands for, and no more than it tells in its own language."""
        rare = [self._lexical.rarity(f"{language}:{stem(word, language)}") for word in words]
        share = TRANSLATED_WEIGHT * min(1.0, whole / (sum(rare) or 1.0))
        return [
            (share * one, self._alike(word, held, (language,))) for word, one in zip(words, rare, strict=True)
        ]

    def _rarity(self, token: str) -> float:
        """The inverse document frequency over all passages."""
        found = sum(self._lexical.frequency(f"{language}:{stem(token, language)}") for language in LANGUAGES)
        found = min(found, self._size)
        return math.log(1 + (self._size - found + 0.5) / (found + 0.5))

    def _alike(self, token: str, held: Numbers, languages: Sequence[str] = LANGUAGES) -> Floats:
        """For each term held: 1 where it is the token's stem, less where it only looks like it."""
        names = self._lexical.words
        alike = np.zeros(len(held), dtype=np.float32)
        for language in languages:
            root = stem(token, language)
            if root.isalpha() and len(root) >= SAME_START:
                begin = names.beginning(f"{language}:{root[:SAME_START]}")
                first, last = np.searchsorted(held, [begin.start, begin.stop])
                for at in range(first, last):
                    likeness = _likeness(root, names.names[held[at]].partition(":")[2])
                    if likeness >= LEAST_LIKENESS:
                        alike[at] = max(alike[at], LIKE_WEIGHT * likeness)
            exact = names.number(f"{language}:{root}")
            if exact is not None:
                at = int(np.searchsorted(held, exact))
                if at < len(held) and held[at] == exact:
                    alike[at] = 1.0
        return alike


def standardised(features: Mapping[str, Floats], names: Sequence[str]) -> NDArray[np.float64]:
    """A column for each name, with mean 0 and deviation 1 among the candidates; 0 where all are equal."""
    table = np.array([features[name] for name in names], dtype=np.float64).reshape(len(names), -1).T
    if not len(table):
        return table
    spread = table.std(axis=0)
    scaled: NDArray[np.float64] = (table - table.mean(axis=0)) / np.where(spread > 1e-6, spread, np.inf)
    return scaled


def _greatest_ahead(values: Floats, owner: NDArray[np.int64]) -> Floats:
    """At each token the greatest value from there to the end of the window, within the same passage."""
    reached, greatest = 1, values
    while reached < WINDOW:
        step = min(reached, WINDOW - reached)
        if step >= len(values):
            break
        ahead = np.where(owner[:-step] == owner[step:], greatest[step:], 0.0)
        greatest = np.concatenate([np.maximum(greatest[:-step], ahead), greatest[-step:]]).astype(np.float32)
        reached += step
    return greatest


@lru_cache(maxsize=65536)
def _threes(word: str) -> frozenset[str]:
    begun = f"_{word}"
    return frozenset(begun[at : at + 3] for at in range(max(1, len(begun) - 2)))


def _likeness(one: str, other: str) -> float:
    """Dice's share of common runs of three letters, the beginning of the word counting as a letter."""
    ours, theirs = _threes(one), _threes(other)
    return 2.0 * len(ours & theirs) / (len(ours) + len(theirs))
