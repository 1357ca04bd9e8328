"""The decision whether the passages found answer the question: a small weighing of rank features."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

SHIPPED = Path(__file__).parent / "relevance.toml"


class Reason(StrEnum):
    """Why the passages are held to answer, or not to answer."""

    CODE = "code"
    EVIDENCE = "evidence"
    FOREIGN_PAPER = "foreign_paper"
    UNKNOWN_CODE = "unknown_code"
    NOTHING_FOUND = "nothing_found"
    WEAK_EVIDENCE = "weak_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A logistic weighing: each feature less its mean, by its scale, times its weight; from `threshold` on it holds."""

    bias: float
    threshold: float
    mean: Mapping[str, float]
    scale: Mapping[str, float]
    weight: Mapping[str, float]

    def likelihood(self, features: Mapping[str, float]) -> float:
        """Between 0 and 1; a feature that is not there counts as its mean."""
        total = self.bias
        for name, weight in self.weight.items():
            value = features.get(name, self.mean[name])
            total += weight * (value - self.mean[name]) / self.scale[name]
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The decision, the likelihood it rests on and the word for it."""

    relevant: bool
    likelihood: float
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """The weighings: with a vector, by words alone where none was given, and across languages.

    `across` is asked beside `hybrid` where the nearest passage has no wording in the question's language.
    """

    hybrid: Weighing
    words: Weighing
    across: Weighing

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Read the weights that `python -m knowledge.training` wrote.

        Raises:
            KeyError, TypeError: the file is not of the form.
        """
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            hybrid=Weighing(**plain["hybrid"]),
            words=Weighing(**plain["words"]),
            across=Weighing(**plain["across"]),
        )

    def judge(
        self, features: Mapping[str, float], *, found: bool, code: bool, unknown_code: bool, only_code: bool
    ) -> Judgement:
        """Decide.

        A code of the catalogue answers by itself; an unknown code with no other words never does; nothing
        found never does; everything else is weighed.
        """
        if code:
            return Judgement(relevant=True, likelihood=1.0, reason=Reason.CODE)
        if unknown_code and only_code:
            return Judgement(relevant=False, likelihood=0.0, reason=Reason.UNKNOWN_CODE)
        if not found:
            return Judgement(relevant=False, likelihood=0.0, reason=Reason.NOTHING_FOUND)
        asked = [self.hybrid if features.get("dense") else self.words]
        if features.get("foreign"):
            asked.append(self.across)
        for weighing in asked:
            likelihood = weighing.likelihood(features)
            if likelihood >= weighing.threshold:
                return Judgement(relevant=True, likelihood=likelihood, reason=Reason.EVIDENCE)
        reason = Reason.UNKNOWN_CODE if unknown_code else Reason.WEAK_EVIDENCE
        return Judgement(relevant=False, likelihood=likelihood, reason=reason)
