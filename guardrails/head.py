"""The trained half of the injection rail: how near a text comes, in meaning and in wording, to orders for the machine.

The weights are written by `ustaz train injection`; docs/injection-model-card.md says from what. A layer reads the
vector of the meaning and what single tokens say, and one sum is made over the features of the wording; with the score of the cues they join to one number
from 0 to 1, in each language by weights of its own. Without an embedding the wording and the cues alone give a number
of the same scale.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import exp
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guardrails.meaning import Meaning
from guardrails.reading import LANGUAGES
from guardrails.views import without_codes
from guardrails.wording import WIDTH, WINDOW, Features, starts

SHIPPED = Path(__file__).parent / "models" / "injection.npz"
MOST_EMBEDDED = 3
Floats = NDArray[np.float32]


class BadHead(ValueError):
    """Weights that do not load: no file, another form, numbers that do not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What is known of a text before it is joined to one number."""

    wording: float
    cues: float
    """Score of the cues, 0 to 1."""
    disguised: float
    """The same of what stood only behind a disguise."""
    meaning: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """How the sums of a text become one number; all in logits."""

    wording: float
    cues: float
    disguised: float
    meaning: float
    bias: float

    def logit(self, sums: Sums) -> float:
        """The number before it is squeezed between 0 and 1."""
        return (
            self.wording * sums.wording
            + self.cues * sums.cues
            + self.disguised * sums.disguised
            + self.meaning * (sums.meaning or 0.0)
            + self.bias
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Weights as they were read; immutable."""

    version: str
    """First eight hex digits of the SHA-256 of the file."""
    header: Mapping[str, object]
    embedder: str
    """Id of the model whose vectors and tokens `meaning` was trained on: those of another one fit nothing."""
    meaning: Meaning
    wording: Floats
    wording_bias: float
    with_meaning: Mapping[str, Joint]
    """Per language."""
    without_meaning: Mapping[str, Joint]

    def wording_of(self, windows: Iterable[Features]) -> float:
        """The highest sum of any window."""
        sums = [float(self.wording[one.places] @ one.values) for one in windows]
        return max(sums, default=0.0) + self.wording_bias

    def meaning_of(self, rows: Floats) -> float:
        """The highest sum over rows of shape (n, width): vectors of windows, and behind each the peaks of its tokens.

        Raises:
            ValueError: rows of another width, none at all, or numbers that are none.
        """
        if not len(rows):
            raise ValueError("no vector")
        return float(self.meaning.sums(rows).max())

    def number(self, sums: Sums, language: str) -> float:
        """From 0 to 1: about .5 is reached by one lawful prompt of the language in twenty, .8 by one in a hundred."""
        return number_of(sums, self.without_meaning if sums.meaning is None else self.with_meaning, language)


def embedded(text: str) -> tuple[str, ...]:
    """What of a text the embedder reads: all of a short one, three windows of a long one; without codes, which mean nothing, and otherwise as retrieval asks for it."""
    plain = " ".join(without_codes(text).split())
    return tuple(plain[at : at + WINDOW] for at in starts(len(plain), most=MOST_EMBEDDED))


def number_of(sums: Sums, joints: Mapping[str, Joint], language: str) -> float:
    """By the weights of the language; of one without, by those that say most."""
    chosen = [joints[language]] if language in joints else joints.values()
    return round(squeezed(max(joint.logit(sums) for joint in chosen)), 4)


def squeezed(logit: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, logit))))


@cache
def shipped() -> Head:
    """The weights of the package, read once."""
    return load(SHIPPED)


def load(path: Path) -> Head:
    """Reads weights.

    Raises:
        BadHead: no file, another form, or numbers that do not fit.
    """
    try:
        raw = path.read_bytes()
        with np.load(path, allow_pickle=False) as arrays:
            header = json.loads(bytes(arrays["header"]))
            wording = arrays["wording"].astype(np.float32) * np.float32(header["wording_scale"])
            meaning = Meaning.of(arrays)
        head = Head(
            version=sha256(raw).hexdigest()[:8],
            header=header,
            embedder=header["embedder"],
            meaning=meaning,
            wording=wording,
            wording_bias=float(header["wording_bias"]),
            with_meaning=_joints(header["with_meaning"]),
            without_meaning=_joints(header["without_meaning"]),
        )
    except (OSError, EOFError, AttributeError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BadHead(f"{path.name}: {error}") from error
    if wording.shape != (WIDTH,) or not np.isfinite(wording).all():
        raise BadHead(f"{path.name}: wording {wording.shape}, or numbers that are none")
    return head


def _joints(given: Mapping[str, Mapping[str, float]]) -> Mapping[str, Joint]:
    joints = {language: Joint(**numbers) for language, numbers in given.items()}
    if set(joints) != set(LANGUAGES):
        raise KeyError(f"weights of {', '.join(joints) or 'no language'}")
    return joints
