"""What speaks for and against a question being answered by the passages found: features by rank and by words.

No feature is a cosine alone: the cosines of E5 are squeezed, and the best irrelevant passage is often nearer
than a relevant one to another question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.passage import LANGUAGES
from knowledge.phrasing import content_tokens, is_common
from knowledge.retriever import Query, Ranked
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf
from knowledge.stemming import stem, stems

Vectors = NDArray[np.float32]
LOOKED_AT = 6
SOFT_LETTERS = 4
SOFT_LIKENESS = 0.6
COMMON_WEIGHT = 0.35
SOFT_WEIGHT = 0.6
NEIGHBOURS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rankings of one query, as families, best first."""

    dense: tuple[Ranked, ...]
    dense_families: tuple[int, ...]
    lexical: tuple[Ranked, ...]
    lexical_families: tuple[int, ...]
    fused: tuple[int, ...]


class Evidence:
    """Computes the features of a query over one shelf; `elsewhere` are the vectors of outside topics."""

    def __init__(self, shelf: Shelf, lexical: LexicalBranch, elsewhere: Vectors) -> None:
        self._shelf, self._lexical, self._elsewhere = shelf, lexical, elsewhere

    def features(self, query: Query, found: Found) -> Mapping[str, float]:
        """The features, by name; each finite. `dense` is 1 where a vector took part."""
        weights = self._weights(query.text)
        known = sum(weight for token, weight in weights.items() if self._is_known(token))
        total = sum(weights.values())
        looked = found.fused[:LOOKED_AT]
        families = [self._covered(weights, (family,)) for family in looked]
        works = [self._covered(weights, self._shelf.parts(family)) for family in looked]
        rarest = max(weights, key=lambda token: weights[token], default=None)
        best_work = max(works, key=lambda one: sum(one.values()), default={})
        features = {
            "words": float(len(weights)),
            "known": known / total if total else 0.0,
            "covered_top": _share(families[:1], total),
            "covered_best": _share(families, total),
            "covered_work": _share(works, total),
            "covered_count": max((sum(one > 0 for one in work.values()) for work in works), default=0)
            / (len(weights) or 1),
            "rarest": 0.0 if rarest is None else best_work.get(rarest, 0.0) / weights[rarest],
            "missing": max(
                (weight - best_work.get(token, 0.0) for token, weight in weights.items()), default=0.0
            ),
            **self._agreement(found),
            **self._distances(query, found),
        }
        return {name: float(value) for name, value in features.items()}

    def _weights(self, text: str) -> dict[str, float]:
        """The rarity of each content token: in the language that knows it best, highest where none does."""
        tokens = dict.fromkeys(token for language in LANGUAGES for token in content_tokens(text, language))
        kept = [
            token
            for token in tokens
            if all(token in content_tokens(text, language) for language in LANGUAGES)
        ]
        return {
            token: min(self._lexical.rarity(f"{language}:{stem(token, language)}") for language in LANGUAGES)
            * (COMMON_WEIGHT if is_common(token) else 1.0)
            for token in kept
        }

    def _is_known(self, token: str) -> bool:
        return any(self._lexical.frequency(f"{language}:{stem(token, language)}") for language in LANGUAGES)

    def _covered(self, weights: Mapping[str, float], families: Sequence[int]) -> dict[str, float]:
        """The weight of each token that the passages of these families hold, by stem or, at a discount, by prefix."""
        found: dict[str, float] = {}
        by_language: dict[str, set[str]] = {}
        for family in families:
            for position in self._shelf.members(family):
                passage = self._shelf.passages[position]
                by_language.setdefault(passage.language, set()).update(
                    stems(passage.search_text, passage.language)
                )
        for language, words in by_language.items():
            for token, weight in weights.items():
                root = stem(token, language)
                if root in words:
                    found[token] = weight
                elif len(root) >= SOFT_LETTERS and found.get(token, 0.0) < weight * SOFT_WEIGHT:
                    likeness = max((_likeness(root, word) for word in words), default=0.0)
                    if likeness >= SOFT_LIKENESS:
                        found[token] = weight * SOFT_WEIGHT
        return found

    def _agreement(self, found: Found) -> dict[str, float]:
        """How well the two rankings agree on the work at their top, as reciprocal ranks of each other's first."""
        dense = [self._shelf.work_of[family] for family in found.dense_families]
        lexical = [self._shelf.work_of[family] for family in found.lexical_families]
        return {
            "dense": 1.0 if dense else 0.0,
            "dense_top_in_lexical": _reciprocal(lexical, dense[:1]),
            "lexical_top_in_dense": _reciprocal(dense, lexical[:1]),
            "shared_tops": len(set(dense[:3]) & set(lexical[:3])) / 3.0,
        }

    def _distances(self, query: Query, found: Found) -> dict[str, float]:
        """Margins of the nearest passage over what is elsewhere and over the crowd behind it."""
        if not found.dense or query.vector is None:
            return {"nearest": 0.0, "over_elsewhere": 0.0, "over_crowd": 0.0, "spread": 0.0}
        best: dict[int, float] = {}
        for one in found.dense:
            best.setdefault(self._shelf.work_of[self._shelf.family_of[one.position]], one.score)
        scores = np.array(sorted(best.values(), reverse=True))
        crowd = scores[NEIGHBOURS:] if len(scores) > NEIGHBOURS + 2 else scores
        spread = float(np.std(crowd)) or 1e-3
        outside = self._elsewhere @ query.vector if len(self._elsewhere) else np.zeros(1)
        return {
            "nearest": float(scores[0]),
            "over_elsewhere": float(scores[0] - outside.max()),
            "over_crowd": float(scores[0] - crowd.mean()),
            "spread": float((scores[0] - crowd.mean()) / max(spread, 1e-3)),
        }


@lru_cache(maxsize=16384)
def _threes(word: str) -> frozenset[str]:
    return frozenset(word[at : at + 3] for at in range(max(1, len(word) - 2)))


def _likeness(one: str, other: str) -> float:
    """Dice's share of common three-letter runs; only words that begin alike can be forms of one word."""
    if one[:3] != other[:3]:
        return 0.0
    ours, theirs = _threes(one), _threes(other)
    return 2.0 * len(ours & theirs) / (len(ours) + len(theirs))


def _share(covered: Sequence[Mapping[str, float]], total: float) -> float:
    return max((sum(one.values()) for one in covered), default=0.0) / total if total else 0.0


def _reciprocal(ranking: Sequence[int], wanted: Sequence[int]) -> float:
    return next(
        (1.0 / rank for rank, one in enumerate(dict.fromkeys(ranking), start=1) if one in wanted), 0.0
    )
