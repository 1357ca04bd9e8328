"""How the sums of a row join to one number in each language, and where its thresholds lie; part of training the head.

It looks at rows whose group had been left out when their sums were made. Lawful prompts by others, where there are any, bound the
false alarms as well: they are never trained on, and no attack of theirs is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from guardrails.head import Joint, Sums, number_of
from guardrails.reading import LANGUAGES
from guardrails.rows import ATTACK, OWN, Row
from guardrails.training import Numbers, Table, logistic

WARN_RATE, BLOCK_RATE = 0.05, 0.01
OWN_BLOCK_RATE = BLOCK_RATE / 2
"""Of our own lawful rows: other people's score higher, and half the rate here keeps theirs at about one in a hundred."""
_WARN_LOGIT, _BLOCK_LOGIT = 0.0, 1.386
"""Where one benign row in twenty and one in a hundred come to lie: .5 and .8 of the number."""
_JOINT_C = 10.0
_SHARES = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0)
"""Of the meaning beside the wording, from which the best is taken. Not more: where a family is left out its words are unknown, and
the meaning, which then tells more than it does of families that were seen, would outweigh the wording."""
_ENOUGH = 200
"""Benign rows of a source from which a threshold is read off it, where another source has as many."""
_STEP = 0.0001
"""Numbers are rounded to it, and thresholds lie one step above the last benign row that may not be flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Rows with their sums by weights that had not seen their groups."""

    rows: tuple[Row, ...]
    weights: Numbers
    wording: Numbers
    cues: Numbers
    disguised: Numbers
    meaning: Numbers | None
    bounds: NDArray[np.bool_]
    """Rows that bound the false alarms alone: nothing is fitted on them."""

    @property
    def attack(self) -> NDArray[np.bool_]:
        """Which rows are attacks."""
        return np.array([row.label == ATTACK for row in self.rows], dtype=np.bool_)

    @property
    def language(self) -> NDArray[np.str_]:
        """Of each row."""
        return np.array([row.language for row in self.rows], dtype=np.str_)

    def of(self, chosen: NDArray[np.bool_]) -> "Judged":
        """Some of the rows."""
        return Judged(
            rows=tuple(row for row, one in zip(self.rows, chosen, strict=True) if one),
            weights=self.weights[chosen],
            wording=self.wording[chosen],
            cues=self.cues[chosen],
            disguised=self.disguised[chosen],
            meaning=None if self.meaning is None else self.meaning[chosen],
            bounds=self.bounds[chosen],
        )

    def spoken(self, language: str) -> "Judged":
        """The rows of a language."""
        return self.of(self.language == language)

    def joined(self, other: "Judged") -> "Judged":
        """The rows of both."""
        none = self.meaning is None or other.meaning is None
        return Judged(
            rows=self.rows + other.rows,
            weights=np.concatenate([self.weights, other.weights]),
            wording=np.concatenate([self.wording, other.wording]),
            cues=np.concatenate([self.cues, other.cues]),
            disguised=np.concatenate([self.disguised, other.disguised]),
            meaning=None if none else np.concatenate([self.meaning, other.meaning]),
            bounds=np.concatenate([self.bounds, other.bounds]),
        )


def judged(seen: Table, wording: Numbers, meaning: Numbers | None, *, bounds: bool = False) -> Judged:
    """All rows of a table with their sums."""
    return Judged(
        rows=seen.rows,
        weights=seen.weights,
        wording=wording,
        cues=seen.cues,
        disguised=seen.disguised,
        meaning=meaning,
        bounds=np.full(len(seen.rows), bounds),
    )


def fit_joints(given: Judged) -> Mapping[str, Joint]:
    """Of each language: how its sums join."""
    return {language: fit_joint(given.spoken(language)) for language in LANGUAGES}


def fit_joint(given: Judged) -> Joint:
    """How the sums join, in logits whose scale is that of the rows' benign ones.

    The share of the meaning beside the wording is the one that finds most of the attacks at the rates of false alarms that are
    wanted. The likelihood does not choose it: it gives the meaning more than that where families are unseen.
    """
    tried = [_joint(given, share) for share in (_SHARES if given.meaning is not None else (0.0,))]
    return tried[int(np.argmax([recall(given, numbers(given, {"": one})) for one in tried]))]


def _joint(given: Judged, share: float) -> Joint:
    told = given.wording if given.meaning is None else given.wording + share * given.meaning
    attack, taught = given.attack, ~given.bounds
    design = np.stack([told, given.cues, given.disguised], axis=1)
    fitted = logistic(design[taught], attack[taught], given.weights[taught], _JOINT_C, "lbfgs")
    quiet = (design @ fitted.weights + fitted.bias)[taught & ~attack]
    warn, block = np.quantile(quiet, [1 - WARN_RATE, 1 - BLOCK_RATE])
    stretch = (_BLOCK_LOGIT - _WARN_LOGIT) / max(float(block - warn), 1e-6)
    weights = [round(float(weight) * stretch, 5) for weight in fitted.weights]
    return Joint(
        wording=weights[0],
        cues=weights[1],
        disguised=weights[2],
        meaning=round(weights[0] * share, 5),
        bias=round((fitted.bias - float(warn)) * stretch + _WARN_LOGIT, 5),
    )


def numbers(given: Judged, joints: Mapping[str, Joint]) -> Numbers:
    """From 0 to 1, of each row by the weights of its language, rounded as the rail rounds."""
    meaning = [None] * len(given.rows) if given.meaning is None else given.meaning
    sums = (
        Sums(wording=w, cues=c, disguised=d, meaning=m)
        for w, c, d, m in zip(given.wording, given.cues, given.disguised, meaning, strict=True)
    )
    return np.array([number_of(one, joints, row.language) for row, one in zip(given.rows, sums, strict=True)])


def recall(given: Judged, found: Numbers) -> float:
    """The share of attacks that reach the thresholds of both rates, each source of attacks counting the same."""
    limits = thresholds(given, found).values()
    attacks = _by_source(given, found, given.attack & ~given.bounds).values()
    return float(np.mean([np.mean(one >= limit) for one in attacks for limit in limits])) if attacks else 0.0


def thresholds(given: Judged, found: Numbers) -> Mapping[str, float]:
    """Of warning and block: the strictest that any source of lawful rows asks for; flagged is what reaches them."""
    quiet = _by_source(given, found, ~given.attack)
    enough = {source: one for source, one in quiet.items() if len(one) >= _ENOUGH} or quiet
    warn = [_limit(one, WARN_RATE) for one in enough.values()]
    block = [_limit(one, OWN_BLOCK_RATE if source == OWN else BLOCK_RATE) for source, one in enough.items()]
    return {"warn": max(warn, default=1.0), "block": max(block, default=1.0)}


def _limit(quiet: Numbers, rate: float) -> float:
    return round(float(np.sort(quiet)[::-1][floor(rate * len(quiet))]) + _STEP, 4)


def _by_source(given: Judged, found: Numbers, chosen: NDArray[np.bool_]) -> Mapping[str, Numbers]:
    sources = np.array([row.source for row in given.rows])
    return {str(one): found[chosen & (sources == one)] for one in sorted(set(sources[chosen]))}
