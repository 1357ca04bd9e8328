"""Trains the head of groundedness on our own rows and on what is made from their passages, fold by fold.

Beside the written rows, each passage gives its sentences as they stand (held), with a denial taken out or a word turned into
its contrary, and one of another passage (not held): so that quotations are held and what is foreign is not. A case and all that is made from it stand in one
fold, and the weights of a fold have seen none of its cases. The fit is a logistic one whose weights keep their signs.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guardrails.contrast import with_contrary, without_denial
from guardrails.evaluation import auroc
from guardrails.grounding import ground
from guardrails.grounding_head import SIGNS, blank

HOME = Path(__file__).parent / "data"
LANGUAGES = ("kk", "ru", "en")
FOLDS = 10
VERSION = "2026.2"
_ROW = re.compile(r"(?P<case>(?:kk|ru|en)-(?P<file>gb?)-(?P<number>\d{4}))-\d")
MADE = ("verbatim", "denial", "contrary", "foreign")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_STEPS = 4000
_RATE = 0.3
_L2 = 0.001
_WRITTEN, _MADE = 1.0, 0.5
"""Weights of a row that was written and of one that was made from a passage."""

Row = Mapping[str, Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with its passage, what is known of it, and the fold of its case."""

    text: str
    passage: str
    language: str
    wrong: bool
    kind: str
    fold: int


def files_of(language: str) -> tuple[Path, Path]:
    """The written rows of a language: those whose supported side is a paraphrase, and those balanced in length and shared words."""
    return HOME / f"groundedness_own_{language}.jsonl", HOME / f"groundedness_balanced_{language}.jsonl"


def fold_of(row_id: str) -> int | None:
    """The fold of a row that is trained on: that of its case, by the hash of its name; the same on every machine.

    `kk-g-0001-2` is a sentence of case `kk-g-0001`. None for another row, and for the balanced cases of odd number (`kk-gb-0001`), which are kept
    for reporting: no weight and no rule has seen what becomes of them.
    """
    found = _ROW.fullmatch(row_id)
    if found is None or (found["file"] == "gb" and int(found["number"]) % 2):
        return None
    return hashlib.sha256(found["case"].encode()).digest()[0] % FOLDS


def examples(language: str) -> list[Example]:
    """The written rows of a language that are trained on and what is made from their passages."""
    written = list[Example]()
    for path in files_of(language):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            fold = fold_of(row["id"])
            if fold is not None:
                wrong = row["label"] != "supported"
                written.append(
                    Example(row["text"], row["evidence"][0], language, wrong, row["category"], fold)
                )
    return [*written, *_made({one.passage: one.fold for one in written}, language)]


def _made(passages: Mapping[str, int], language: str) -> list[Example]:
    found = []
    for passage, fold in passages.items():
        sentences = [part for part in _SENTENCES.split(passage) if part.strip()]
        for text in sentences:
            found.append(Example(text, passage, language, False, "verbatim", fold))
            if (turned := without_denial(text)) is not None:
                found.append(Example(turned, passage, language, True, "denial", fold))
            if (contrary := with_contrary(text)) is not None:
                found.append(Example(contrary, passage, language, True, "contrary", fold))
        others = [other for other, its in passages.items() if its == fold and other != passage]
        if others:
            foreign = others[len(passage) % len(others)]
            found += [Example(text, foreign, language, True, "foreign", fold) for text in sentences[:1]]
    return found


def signs_of(found: Sequence[Example]) -> Floats:
    """The signs of examples, shape (examples, signs)."""
    return np.array([_signs(one) for one in found])


def train(found: Sequence[Example], signs: Floats) -> dict[str, Any]:
    """The document of a head: weights, those of each fold, and the digests of the files."""
    wrong = np.array([one.wrong for one in found], dtype=np.float64)
    folds = np.array([one.fold for one in found])
    weights = np.array([_MADE if one.kind in MADE else _WRITTEN for one in found])
    whole = fit(signs, wrong, weights)
    parts = [fit(signs[folds != n], wrong[folds != n], weights[folds != n]) for n in range(FOLDS)]
    languages = sorted({one.language for one in found})
    return {
        "version": VERSION,
        "signs": list(SIGNS),
        "bias": round(float(whole[0]), 4),
        "weights": [round(float(one), 4) for one in whole[1:]],
        "folds": [[round(float(one), 4) for one in part] for part in parts],
        "data": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for one in languages
            for path in files_of(one)
        },
    }


def counted(found: Sequence[Example]) -> dict[str, int]:
    """Examples of each kind."""
    return {kind: sum(one.kind == kind for one in found) for kind in sorted({one.kind for one in found})}


def judged(head: Mapping[str, Any], found: Sequence[Example], signs: Floats) -> dict[str, Any]:
    """AUROC of each language over its written rows, and over all with what was made, each by weights that had not seen its case."""
    parts = np.array(head["folds"])[[one.fold for one in found]]
    scores = parts[:, 0] + (parts[:, 1:] * signs).sum(axis=1)

    def told(those: Sequence[int]) -> float | None:
        wrong = [float(scores[at]) for at in those if found[at].wrong]
        return auroc(wrong, [float(scores[at]) for at in those if not found[at].wrong])

    return {
        language: {
            "written": told([at for at in own if found[at].kind not in MADE]),
            "with_made": told(own),
        }
        for language in sorted({one.language for one in found})
        for own in ([at for at, one in enumerate(found) if one.language == language],)
    }


def fit(signs: Floats, wrong: Floats, weights: Floats) -> Floats:
    """Bias and weights of a logistic fit by projected gradient descent; no weight is below zero."""
    share = weights / weights.sum()
    found = np.zeros(signs.shape[1] + 1)
    rows = np.column_stack([np.ones(len(signs)), signs])
    for _ in range(_STEPS):
        error = 1 / (1 + np.exp(-rows @ found)) - wrong
        slope = rows.T @ (share * error)
        slope[1:] += _L2 * found[1:]
        found -= _RATE * 4 * slope
        found[1:] = np.maximum(found[1:], 0.0)
    return found


def write(document: Mapping[str, Any], path: Path) -> None:
    """A head as JSON with sorted keys: the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _signs(one: Example) -> tuple[float, ...]:
    signs = ground(one.text, (one.passage,), (one.language,), one.language, head=blank()).signs
    if signs is None:
        raise ValueError(f"a row of {one.language} is read as another language: {one.text[:40]}")
    return astuple(signs)
