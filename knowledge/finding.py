"""How well passages are found: hit@5 and MRR@10 of each system with bootstrap intervals, and paired gains."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.pools import Asked, Pool, Rows
from knowledge.retriever import Query
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.vectors import QUERY

HIT_AT, MRR_AT = 5, 10
RESAMPLES = 2000
SEED = 20
SYSTEMS = ("dense", "lexical", "fused", "final")
Values = NDArray[np.float64]


def places(pool: Pool, retriever: HybridRetriever, rows: Rows) -> dict[str, list[int]]:
    """For each system the place of the first right passage of each question, from 1; 0 where it is not found."""
    vectors = rows([one.text for one in pool.questions], QUERY)
    found: dict[str, list[int]] = {name: [] for name in SYSTEMS}
    for number, one in enumerate(pool.questions):
        query = Query(text=one.text, language=one.language, limit=MRR_AT, vector=vectors[number])
        branches = retriever.find(query)
        orders = {
            "dense": branches.dense_families,
            "lexical": branches.lexical_families,
            "fused": branches.fused,
            "final": [family for family, _ in retriever.in_order(query, branches)],
        }
        right = pool.right(one)
        for name, order in orders.items():
            ids = (pool.passages[position].id for position in order)  # a family here is one passage
            found[name].append(next((place for place, at in enumerate(ids, start=1) if at in right), 0))
    return found


def figures(questions: Sequence[Asked], ranks: Sequence[int]) -> dict[str, Any]:
    """For "all" and each language: how many questions, hit@5 and MRR@10, each with its 95 % interval."""
    return {
        name: {
            "questions": int(ours.sum()),
            "hit_at_5": _with_interval(_hits(ranks)[ours]),
            "mrr_at_10": _with_interval(_reciprocals(ranks)[ours]),
        }
        for name, ours in _parts(questions).items()
    }


def gains(questions: Sequence[Asked], ranks: Sequence[int], before: Sequence[int]) -> dict[str, Any]:
    """For "all" and each language: how much better `ranks` is than `before` on the same questions, with 95 % intervals."""
    hits, reciprocals = _hits(ranks) - _hits(before), _reciprocals(ranks) - _reciprocals(before)
    return {
        name: {"hit_at_5": _with_interval(hits[ours]), "mrr_at_10": _with_interval(reciprocals[ours])}
        for name, ours in _parts(questions).items()
    }


def _parts(questions: Sequence[Asked]) -> Mapping[str, NDArray[np.bool_]]:
    languages = np.array([one.language for one in questions])
    parts = {"all": np.ones(len(questions), dtype=np.bool_)}
    return parts | {language: languages == language for language in dict.fromkeys(languages.tolist())}


def _hits(ranks: Sequence[int]) -> Values:
    return np.array([float(0 < rank <= HIT_AT) for rank in ranks])


def _reciprocals(ranks: Sequence[int]) -> Values:
    return np.array([1.0 / rank if 0 < rank <= MRR_AT else 0.0 for rank in ranks])


def _with_interval(values: Values) -> dict[str, float]:
    """The mean with the 2.5th and 97.5th percentile of the means of resamples; the same values give the same interval."""
    if not len(values):
        return {"value": 0.0, "low": 0.0, "high": 0.0}
    chosen = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[chosen].mean(axis=1), [0.025, 0.975])
    return {
        "value": round(float(values.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
    }
