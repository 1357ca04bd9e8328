"""Trains the head of the injection rail; `ustaz train injection` calls it. Needs scikit-learn, which the product does not, and torch.

Whole families of attacks and whole topics of lesson prompts are held out in turn. What is said of a row by weights that
saw nothing of its group fixes how the sums are joined, the scale and the thresholds; the shipped weights then see all rows.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from guardrails import meaning_training
from guardrails.head import embedded
from guardrails.meaning import Meaning
from guardrails.rows import ATTACK, COMPOSED, DEVELOPMENT, OWN, Row
from guardrails.signs import Reader
from guardrails.wording import WIDTH

_FAMILIES = (
    ("data_exfiltration", "role_play"),
    ("goal_hijack", "mixed_script"),
    ("planted_document", "politeness"),
    ("prompt_extraction", "encoded"),
    ("rule_override", "split"),
    ("refusal_suppression", "code_switched"),
    ("authority", "multi_turn"),
)
"""Families that are held out together: two that are unlike, so that each one's relatives stay in; the others join them by the digests of their names."""
_NEIGHBOUR = "near_"
"""How topics begin whose lawful rows were written beside a family: they are held out with it."""
_SOURCES = ("s-labs", "neuralchemy")
FOLDS = len(_FAMILIES) + len(_SOURCES)
NEVER_OUT, ALWAYS_IN = -1, -2
"""Folds from which no figure and no threshold is taken: development rows of the cues teach the shipped weights alone, and what the
desk asks, with the attacks of other languages, teaches all."""
SEED = 2026
_FEWEST = 2
_WORDING_C = 3.0
_WORDING_TOLERANCE = 0.01
"""Where the fitting of the wording stops: the strength above was chosen with it."""
Model = TypeVar("Model")
Numbers = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
StatesOf = Callable[[Sequence[str]], Sequence[NDArray[np.float16]]]
"""Of each text the states of its tokens, shape (tokens, width)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows with their features: samples are windows, and a row is as suspicious as its worst one."""

    rows: tuple[Row, ...]
    folds: NDArray[np.int64]
    wording: Any
    """scipy.sparse.csr_matrix, one row a window."""
    wording_of: NDArray[np.int64]
    """The row of each window."""
    part: NDArray[np.bool_]
    """Whether a window is a part of its row: it counts when a row is judged, and teaches nothing."""
    meaning: NDArray[np.float32]
    states: Sequence[NDArray[np.float16]]
    """Of the tokens behind each row of `meaning`."""
    meaning_of: NDArray[np.int64]
    cues: Numbers
    disguised: Numbers
    attack: NDArray[np.bool_]
    weights: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """One linear model."""

    weights: Numbers
    bias: float


def table(rows: Sequence[Row], embed: Embed, states: StatesOf) -> Table:
    """Looks at every row once."""
    from scipy.sparse import csr_matrix

    reader = Reader()
    places, values, ends, wording_of = [], [], [0], []
    part: list[bool] = []
    texts: list[str] = []
    meaning_of: list[int] = []
    cues, disguised = np.zeros(len(rows)), np.zeros(len(rows))
    for number, row in enumerate(rows):
        signs = reader.signs(row.text, aside=row.embedded)
        cues[number], disguised[number] = signs.cues, signs.disguised
        for window in (*signs.windows, *signs.parts):
            places.append(window.places)
            values.append(window.values)
            ends.append(ends[-1] + len(window.places))
            wording_of.append(number)
        part += [False] * len(signs.windows) + [True] * len(signs.parts)
        for text in embedded(row.text) if row.embedded else ():
            texts.append(text)
            meaning_of.append(number)
    wording = csr_matrix(
        (np.concatenate(values), np.concatenate(places), np.array(ends)), shape=(len(wording_of), WIDTH)
    )
    return Table(
        rows=tuple(rows),
        folds=np.array([fold_of(row) for row in rows]),
        wording=wording,
        wording_of=np.array(wording_of),
        part=np.array(part),
        meaning=embed(texts),
        states=states(texts),
        meaning_of=np.array(meaning_of),
        cues=cues,
        disguised=disguised,
        attack=np.array([row.label == ATTACK for row in rows]),
        weights=weights_of(rows),
    )


def fold_of(row: Row) -> int:
    """A group lies in one fold in every language: a family of attacks, a topic of benign rows, a licensed source."""
    if row.group in _SOURCES:
        return len(_FAMILIES) + _SOURCES.index(row.group)
    if row.source == DEVELOPMENT:
        return NEVER_OUT
    if row.source not in (OWN, COMPOSED):
        return ALWAYS_IN
    group = row.group.removeprefix(_NEIGHBOUR)
    for fold, families in enumerate(_FAMILIES):
        if group in families:
            return fold
    return int(sha256(group.encode("utf-8", "surrogatepass")).hexdigest(), 16) % len(_FAMILIES)


def fit_wording(seen: Table, rows: NDArray[np.bool_]) -> Linear:
    """Logistic regression over hashed features times their rarity; what only one window holds is left out."""
    chosen = rows[seen.wording_of] & ~seen.part
    matrix = seen.wording[chosen]
    counts = np.bincount(matrix.indices, minlength=WIDTH)
    kept = np.flatnonzero(counts >= _FEWEST)
    rarity = 1.0 + np.log((1 + matrix.shape[0]) / (1 + counts[kept]))
    fitted = _logistic(
        matrix[:, kept].multiply(rarity).tocsr(), seen, seen.wording_of[chosen], _WORDING_C, "liblinear"
    )
    weights = np.zeros(WIDTH)
    weights[kept] = fitted.weights * rarity
    return Linear(weights=weights, bias=fitted.bias)


def fit_meaning(seen: Table, rows: NDArray[np.bool_]) -> Meaning:
    """Filters over tokens, and a layer over their peaks and the vectors."""
    chosen = np.flatnonzero(rows[seen.meaning_of])
    of = seen.meaning_of[chosen]
    states = [seen.states[int(at)] for at in chosen]
    return meaning_training.fit(seen.meaning[chosen], states, seen.attack[of], _shared(seen, of), seed=SEED)


def wording_sums(seen: Table, model: Linear) -> Numbers:
    """Of each row, the highest sum of its windows."""
    return _highest(seen.wording @ model.weights + model.bias, seen.wording_of, len(seen.rows))


def meaning_sums(seen: Table, model: Meaning) -> Numbers:
    """The same over vectors and tokens; not a number for rows that are not embedded."""
    read = meaning_training.rows_of(model, seen.meaning, seen.states)
    return _highest(model.sums(read).astype(np.float64), seen.meaning_of, len(seen.rows))


def unseen(
    seen: Table,
    fit: Callable[[Table, NDArray[np.bool_]], Model],
    sums: Callable[[Table, Model], Numbers],
) -> Numbers:
    """The sum of each row by weights that saw nothing of its group; not a number for rows that are not embedded."""
    found = np.full(len(seen.rows), np.nan)
    for fold in range(FOLDS):
        out = seen.folds == fold
        found[out] = sums(seen, fit(seen, ~out & (seen.folds != NEVER_OUT)))[out]
    return found


def _logistic(matrix: Any, seen: Table, rows: NDArray[np.int64], strength: float, solver: str) -> Linear:
    """Samples are windows of `rows`."""
    return logistic(matrix, seen.attack[rows], _shared(seen, rows), strength, solver)


def _shared(seen: Table, rows: NDArray[np.int64]) -> Numbers:
    """The weights of windows of `rows`: those of a row share its weight, which counts the rows among these alone."""
    shared = np.bincount(rows, minlength=len(seen.rows))
    there = np.unique(rows)
    weights = np.zeros(len(seen.rows))
    weights[there] = weights_of([seen.rows[row] for row in there])
    return np.asarray(weights[rows] / shared[rows])


def logistic(
    matrix: Any, attack: NDArray[np.bool_], weights: Numbers, strength: float, solver: str
) -> Linear:
    """One logistic regression over weighted samples."""
    from sklearn.linear_model import LogisticRegression

    tolerance = _WORDING_TOLERANCE if solver == "liblinear" else 1e-4
    model = LogisticRegression(C=strength, solver=solver, tol=tolerance, max_iter=1_000, random_state=SEED)
    model.fit(matrix, attack, sample_weight=weights * len(weights) / weights.sum())
    return Linear(weights=np.asarray(model.coef_[0], dtype=np.float64), bias=float(model.intercept_[0]))


def _highest(sums: Numbers, row_of: NDArray[np.int64], rows: int) -> Numbers:
    found = np.full(rows, np.nan)
    found[np.unique(row_of)] = -np.inf
    np.maximum.at(found, row_of, sums)
    return found


def weights_of(rows: Sequence[Row]) -> Numbers:
    """Rows count by the root of how many there are of their language and label."""
    counts: Mapping[tuple[str, str], int] = Counter((row.language, row.label) for row in rows)
    return np.array([counts[row.language, row.label] ** -0.5 for row in rows])
