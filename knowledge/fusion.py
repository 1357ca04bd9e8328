"""Reciprocal rank fusion: several rankings made one by rank alone."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

K = 40
Key = TypeVar("Key", int, str)


def fuse(rankings: Mapping[str, Sequence[Key]], k: int = K) -> list[tuple[Key, float]]:
    """Each key with the sum of 1 / (k + rank) over the rankings that name it, best first.

    Ties go to the key with the better single rank, then to the smaller key, so the order in which the
    rankings are given doesn't matter.

    Source: Cormack, Clarke, Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet".
    """
    ranks: dict[Key, list[int]] = {}
    for ranking in rankings.values():
        for rank, one in enumerate(ranking, start=1):
            ranks.setdefault(one, []).append(rank)
    scores = {one: sum(1.0 / (k + rank) for rank in sorted(places)) for one, places in ranks.items()}
    return sorted(scores.items(), key=lambda item: (-item[1], min(ranks[item[0]]), item[0]))
