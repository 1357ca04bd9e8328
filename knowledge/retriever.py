"""The question to the curriculum and what comes back: hits with their ranks, and whether they answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.curriculum import LearningObjective
from knowledge.passage import Passage

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for.

    `language` is a preference (None: recognised from the text); `grade` and `subject` filter;
    `programme` is the key of the one whose codes are meant (`Programme.key`);
    `school` opens that school's own material beside the official one; `vector` is the embedded text
    of unit length, computed by the caller (None: codes and words only).
    """

    text: str
    language: str | None = None
    grade: int | None = None
    subject: str | None = None
    programme: str | None = None
    school: str | None = None
    limit: int = 6
    vector: Vector | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One place in the list of one branch: `position` of the passage in its index, branch score."""

    position: int
    score: float


class Branch(Protocol):
    """One way of finding."""

    def rank(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """At most `limit` places, best first, within the query's grade, subject and school."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found: `rank` from 1, fused `score`, and its rank in each branch that found it.

    `nearest` are its sentences nearest in meaning to the question, best first; none for a query without vector.
    """

    passage: Passage
    rank: int
    score: float
    ranks: Mapping[str, int]
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """What was found and whether it is held to answer the question.

    `features` are the numbers the decision was made from, `reason` the word for it (see
    `knowledge.relevance`); `unknown_codes` look like codes and stand in no catalogue, `codes_elsewhere` only
    outside the query's subject, grade and programme; `ambiguous` are the objectives that share one asked code.
    Where nothing answers, `offered` are the passages, first among the hits, of the school's own papers in another
    language that may (see `knowledge.foreign_papers`).
    """

    hits: tuple[Hit, ...]
    relevant: bool
    features: Mapping[str, float]
    reason: str
    unknown_codes: tuple[str, ...]
    ambiguous: tuple[LearningObjective, ...]
    index_version: str
    codes_elsewhere: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


class Retriever(Protocol):
    """Finds passages."""

    def retrieve(self, query: Query) -> Retrieval:
        """The best passages for the query and the decision about them."""
