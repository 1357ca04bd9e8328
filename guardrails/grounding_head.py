"""The trained part of groundedness: a sum of signs, none of which may speak for a sentence by what it is without its passage.

Each weight has a sign that is fixed beforehand: less in common never lowers suspicion, an absent number never does. So the
head cannot learn habits of the rows it was trained on, such as that short sentences were wrong in them.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from functools import cache
from math import exp
from pathlib import Path

SHIPPED = Path(__file__).parent / "models" / "groundedness.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What speaks against a sentence in its passages, each from 0 to 1; all of it compares the two."""

    foreign: float
    """How far its words are from the nearest words of the passages by their letters, above what paraphrases are."""
    alien: float
    """The share of its words that have no word near them at all, above what paraphrases have."""
    uncovered: float
    """The share of its stems that the passages lack, up to a fifth: more is no quotation, and no paraphrase either way."""
    unpaired: float
    """The share of its neighbouring stems that are no neighbours there, up to three tenths."""
    apart: float
    """The share of its stems that the best sentence of a passage lacks, up to a fifth."""
    number: float
    number_unsure: float
    name: float
    absolute: float
    """A word without exception (`only`, `никогда`, `барлығы`) that no passage says."""
    turned: float
    """A denial more or less than the sentence of the passage that it follows closely, or two parts of it in each other's place."""
    opposed: float
    """The contrary of a word in the passages, in a sentence that follows one of theirs closely."""


SIGNS = tuple(field.name for field in fields(Signs))


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of the signs, and those of each fold: trained without the cases of that fold, to judge them."""

    version: str
    bias: float
    weights: tuple[float, ...]
    folds: tuple[tuple[float, ...], ...]
    """Bias and weights of each fold."""
    data: Mapping[str, str]
    """Hex SHA-256 of each file that was trained on."""

    def suspicion(self, signs: Signs, fold: int | None = None) -> float:
        """From 0, held, to 1; `fold` judges a row that was trained on by weights that did not see it."""
        bias, *weights = (self.bias, *self.weights) if fold is None else self.folds[fold]
        total = bias + sum(w * s for w, s in zip(weights, astuple(signs), strict=True))
        return 1 / (1 + exp(-total))


def blank() -> Head:
    """A head that weighs nothing, for reading signs before there are weights of them."""
    return Head("0", 0.0, (0.0,) * len(SIGNS), (), {})


@cache
def shipped() -> Head:
    """The head of the package, read once; see `load`."""
    return load(SHIPPED)


def load(path: Path) -> Head:
    """The head of a file.

    Raises:
        ValueError: no weights of these signs; the rail that needs them does not start.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("signs") != list(SIGNS):
        raise ValueError(f"{path.name} holds weights of {document.get('signs')}, expected {list(SIGNS)}")
    return Head(
        version=str(document["version"]),
        bias=float(document["bias"]),
        weights=tuple(map(float, document["weights"])),
        folds=tuple(tuple(map(float, fold)) for fold in document["folds"]),
        data={str(name): str(digest) for name, digest in document["data"].items()},
    )
