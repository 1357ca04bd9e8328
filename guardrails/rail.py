"""What a rail is, what it may need from outside, and the catalogue of the rails in `rails/`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from guardrails.policy import RailPolicy
from guardrails.verdict import Stage, Subject, Verdict

HOME = Path(__file__).parent / "rails"


class Rail(Protocol):
    """Inspects one text. Never raises, and changes nothing more in its own output."""

    def inspect(self, subject: Subject) -> Verdict:
        """The verdict on a subject."""
        ...


class Waiting(Protocol):
    """A rail that says beforehand whether a text makes it leave Python; one that does not say so always may."""

    def waits(self, subject: Subject) -> bool:
        """Whether it may call a model for this subject."""
        ...


def _knows_none(code: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What rails need from outside, as plain values and callables."""

    names: frozenset[str] = frozenset()
    """Names of people and places of the curriculum: never masked as personal data."""
    known_code: Callable[[str], bool] = _knows_none
    embed: Callable[[Sequence[str]], np.ndarray | None] | None = None
    """Vectors of messages, shape (len(texts), width); None while the model may not be called. What it raises fails the rail."""
    read: Callable[[Sequence[str]], np.ndarray | None] | None = None
    """The same, and behind each vector the peaks of its tokens under the filters of the head (`meaning.py`)."""
    passage_vectors: Callable[[Sequence[str], Sequence[str]], np.ndarray | None] | None = None
    """Vectors of passages by their ids and texts, in the space of `embed`; None while the model may not be called. An id may be empty."""
    embedder: str = ""
    """Id of the model behind `embed`, `read` and `passage_vectors`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailModule:
    """One file of `rails/`, imported."""

    name: str
    stages: frozenset[Stage]
    categories: frozenset[str]
    build: Callable[[Means, RailPolicy], Rail]


def names() -> tuple[str, ...]:
    """The rails that the folder holds; nothing is imported."""
    return tuple(sorted(path.stem for path in HOME.glob("*.py") if not path.stem.startswith("_")))


def load(name: str) -> RailModule:
    """Imports one rail.

    Raises:
        LookupError: the folder has no such file, or the file names itself otherwise.
    """
    if name not in names():
        raise LookupError(f"no such rail: {name}; the folder holds {', '.join(names())}")
    module = import_module(f"guardrails.rails.{name}")
    if name != module.NAME:
        raise LookupError(f"rails/{name}.py names itself {module.NAME}")
    return RailModule(
        name=name,
        stages=frozenset(module.STAGES),
        categories=frozenset(module.CATEGORIES),
        build=cast("Callable[[Means, RailPolicy], Rail]", module.build),
    )
