"""Never lets a code that no programme holds stand as if it were one of an objective."""

import re

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, evidence_hash, verdict_of

NAME = "objective_codes"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"objective_code"})
UNKNOWN = "[—]"
# Grade 0-12, then three numbers; a fifth number or a letter makes it something else (an address of a machine, a version).
CODE = re.compile(r"(?<![\w.])(?:1[0-2]|\d)(?:\s?\.\s?\d{1,2}){3}(?!\.?\d)(?![^\W_])")
_SPACES = re.compile(r"\s")


class ObjectiveCodes:
    """Asks the catalogue about every code."""

    version = "1"

    def __init__(self, policy: RailPolicy, means: Means) -> None:
        self._policy = policy
        self._known = means.known_code

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or warn with the unknown codes taken out."""
        findings: list[Finding] = []

        def settle(match: re.Match[str]) -> str:
            code = _SPACES.sub("", match.group())
            if self._known(code):
                return match.group()
            findings.append(
                Finding(
                    category="objective_code",
                    label="unknown",
                    score=1.0,
                    span=match.span(),
                    evidence_hash=evidence_hash(code),
                )
            )
            return UNKNOWN

        text = CODE.sub(settle, subject.text)
        if not findings:
            return verdict_of(NAME, self.version, subject)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=max(
                Action.MASK, self._policy.actions.get("objective_code", Action.WARN), key=lambda a: a.severity
            ),
            text=text,
            findings=findings,
            message_key="guardrails.objective_code",
        )


def build(means: Means, policy: RailPolicy) -> ObjectiveCodes:
    """The rail of a policy, with the catalogue's word on codes."""
    return ObjectiveCodes(policy, means)
