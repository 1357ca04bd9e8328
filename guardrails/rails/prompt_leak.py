"""Stops a sentence that repeats the instructions of the model: eight words in a row, or the canary."""

import re
from functools import lru_cache

from guardrails.letters import fold
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, evidence_hash, verdict_of

NAME = "prompt_leak"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"prompt_leak"})
_RUN = 8
_TAIL = 400
"""More of what was shown than the streaming rule asks: eight words of Kazakh can be longer than 128 characters."""
_SHORTEST_CANARY = 6
_WORD = re.compile(r"[^\W_]+")


class PromptLeak:
    """Compares runs of words; what a passage says as well is no leak."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or block."""
        if not subject.confidential:
            return verdict_of(NAME, self.version, subject)
        tail = subject.shown[-_TAIL:]
        text = tail + subject.text
        found = self._canary(subject, text) or self._overlap(subject, text, len(tail))
        if found is None:
            return verdict_of(NAME, self.version, subject)
        action = self._policy.actions.get("prompt_leak", Action.BLOCK)
        return verdict_of(
            NAME, self.version, subject, action=action, findings=[found], message_key="guardrails.prompt_leak"
        )

    def _canary(self, subject: Subject, text: str) -> Finding | None:
        squeezed = _squeezed(text)
        for secret in subject.confidential:
            canary = _squeezed(secret)
            if len(secret.split()) == 1 and len(canary) >= _SHORTEST_CANARY and canary in squeezed:
                return Finding(
                    category="prompt_leak", label="canary", score=1.0, evidence_hash=evidence_hash(secret)
                )
        return None

    def _overlap(self, subject: Subject, text: str, shown: int) -> Finding | None:
        words = [(match.group(), match.end()) for match in _WORD.finditer(fold(text))]
        if len(words) < _RUN:
            return None
        secret_runs = [runs(secret) for secret in subject.confidential if secret]
        for index in range(len(words) - _RUN + 1):
            run = " ".join(word for word, _ in words[index : index + _RUN])
            if any(run in held for held in secret_runs) and words[index + _RUN - 1][1] > shown:
                if any(run in runs(passage) for passage in subject.evidence):
                    continue
                return Finding(
                    category="prompt_leak", label="overlap", score=1.0, evidence_hash=evidence_hash(run)
                )
        return None


@lru_cache(maxsize=64)
def runs(text: str) -> frozenset[str]:
    """Every run of eight words of a text, folded."""
    words = _WORD.findall(fold(text))
    return frozenset(" ".join(words[index : index + _RUN]) for index in range(len(words) - _RUN + 1))


def _squeezed(text: str) -> str:
    return "".join(_WORD.findall(fold(text)))


def build(means: Means, policy: RailPolicy) -> PromptLeak:
    """The rail of a policy."""
    return PromptLeak(policy)
