"""What speaks for and against a question being answered by the passages found: features by rank and by words.

No feature is a cosine alone: the cosines of E5 are squeezed, and the best irrelevant passage is often nearer
than a relevant one to another question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.coverage import covered, covered_by_sentence, is_known, weights
from knowledge.details import Details
from knowledge.elsewhere import likeness
from knowledge.language import detect
from knowledge.passage import Passage
from knowledge.retriever import Query, Ranked
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf

LOOKED_AT = 6
WORKS = 4
TOPS = 3
LEAST_SPREAD = 1e-3
# The model embeds short Kazakh texts less sharply than Russian or English ones: these weigh apart there.
APART = ("nearest", "over_elsewhere", "sentence", "over_crowd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rankings of one query, by passage and by family, best first, and the families fused.

    `beside`: families that are put in order with these, but are no evidence.
    """

    dense: tuple[Ranked, ...]
    dense_families: tuple[int, ...]
    lexical: tuple[Ranked, ...]
    lexical_families: tuple[int, ...]
    fused: tuple[int, ...]
    beside: tuple[int, ...] = ()


class Evidence:
    """Computes the features of a query over one shelf; `details` holds the finer vectors."""

    def __init__(self, shelf: Shelf, lexical: LexicalBranch, details: Details) -> None:
        self._shelf, self._lexical, self._details = shelf, lexical, details

    def features(self, query: Query, found: Found) -> Mapping[str, float]:
        """The features, by name, each finite; `dense` is 1 where a vector took part."""
        values = {**self._words(query, found), **self._agreement(found), **self._distances(query, found)}
        language = detect(query.text)
        kazakh = language == "kk"
        foreign = self._is_foreign(found, language)
        if foreign:
            # No passage can speak in the question's words here, so one word shared with a topic must not speak alone.
            held = self._details.held_by(query.school)
            values["like_elsewhere"] = likeness(weights(query.text, self._lexical), held, least=2)
        apart = {f"kk_{name}": values[name] if kazakh else 0.0 for name in APART}
        return {
            name: float(value)
            for name, value in {
                **values,
                **apart,
                "kk": kazakh,
                "foreign": foreign,
            }.items()
        }

    def _is_foreign(self, found: Found, language: str) -> bool:
        """Whether the passage nearest in meaning has no wording in the question's language: no words to compare."""
        return bool(found.dense_families) and all(
            one.language != language for one in self._passages(found.dense_families[:1])
        )

    def _words(self, query: Query, found: Found) -> dict[str, float]:
        """How much of the question the best families, notes and sentences hold, and what they lack."""
        asked = weights(query.text, self._lexical)
        total = sum(asked.values()) or 1.0
        looked = found.fused[:LOOKED_AT]
        families = [covered(asked, self._passages((family,))) for family in looked]
        works = [covered(asked, self._passages(self._shelf.parts(family))) for family in looked]
        sentence = max(
            (covered_by_sentence(asked, self._passages((family,))) for family in looked), default=0.0
        )
        best = max(works, key=lambda one: sum(one.values()), default={})
        rarest = max(asked, key=lambda token: asked[token], default="")
        return {
            "words": len(asked),
            "known": sum(weight for token, weight in asked.items() if is_known(token, self._lexical)) / total,
            "covered_top": _most(families[:1]) / total,
            "covered_best": _most(families) / total,
            "covered_work": _most(works) / total,
            "covered_sentence": sentence / total,
            "covered_count": len(best) / max(1, len(asked)),
            "rarest": best.get(rarest, 0.0) / (asked[rarest] if rarest else 1.0),
            "like_elsewhere": likeness(asked, self._details.held_by(query.school)),
            "missing": max((weight - best.get(token, 0.0) for token, weight in asked.items()), default=0.0),
        }

    def _agreement(self, found: Found) -> dict[str, float]:
        """How well the two rankings agree on the note at their top: reciprocal ranks of each other's first."""
        dense = [self._shelf.work_of[family] for family in found.dense_families]
        lexical = [self._shelf.work_of[family] for family in found.lexical_families]
        return {
            "dense": 1.0 if dense else 0.0,
            "dense_top_in_lexical": _reciprocal(lexical, dense[:1]),
            "lexical_top_in_dense": _reciprocal(dense, lexical[:1]),
            "shared_tops": len(set(dense[:TOPS]) & set(lexical[:TOPS])) / TOPS,
        }

    def _distances(self, query: Query, found: Found) -> dict[str, float]:
        """Margins of the nearest passage and sentence over outside topics, and over the crowd behind them."""
        if not found.dense or query.vector is None:
            return dict.fromkeys(("nearest", "over_elsewhere", "sentence", "over_crowd", "spread"), 0.0)
        best: dict[int, float] = {}
        for one in found.dense:
            best.setdefault(self._shelf.work_of[self._shelf.family_of[one.position]], one.score)
        scores = np.array(sorted(best.values(), reverse=True))
        crowd = scores[TOPS:] if len(scores) > TOPS + 2 else scores
        outside = self._details.nearest_outside(query.vector, query.school)
        works = list(dict.fromkeys(self._shelf.work_of[family] for family in found.fused))[:WORKS]
        sentence = self._details.nearest_sentence(query.vector, self._shelf.of_works(works))
        return {
            "nearest": scores[0],
            "over_elsewhere": scores[0] - outside,
            "sentence": sentence - 0.5 * outside,
            "over_crowd": scores[0] - crowd.mean(),
            "spread": (scores[0] - crowd.mean()) / max(float(np.std(crowd)), LEAST_SPREAD),
        }

    def _passages(self, families: Sequence[int]) -> tuple[Passage, ...]:
        return tuple(self._shelf.passages[at] for family in families for at in self._shelf.members(family))


def _most(covers: Sequence[Mapping[str, float]]) -> float:
    return max((sum(one.values()) for one in covers), default=0.0)


def _reciprocal(ranking: Sequence[int], wanted: Sequence[int]) -> float:
    return next(
        (1.0 / rank for rank, one in enumerate(dict.fromkeys(ranking), start=1) if one in wanted), 0.0
    )
