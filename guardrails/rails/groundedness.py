"""Marks a sentence whose numbers, names or words no passage holds; warns, never blocks.

One finding says the band (`groundedness.supported`, `.weak`, `.unsupported`), or `groundedness.language_differs` where the passages speak another
language and overlap can say nothing; further ones say that numbers or names are absent.
"""

from guardrails.grounding import Grounding, ground
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, severest, verdict_of

NAME = "groundedness"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
BANDS = ("supported", "weak", "unsupported", "language_differs")
CATEGORIES = frozenset(f"groundedness.{word}" for word in (*BANDS, "number", "name"))


class Groundedness:
    """Three bands by suspicion; an absent number or name is unverified whatever the band."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or warn."""
        grounding = ground(subject.text, subject.evidence, subject.evidence_languages, subject.language)
        if not grounding.claim:
            return verdict_of(NAME, self.version, subject)
        weak, unsupported = self._policy.thresholds(subject.language)
        findings = _findings(grounding, weak, unsupported)
        action = severest(self._policy.actions.get(finding.category, Action.WARN) for finding in findings)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=Action.WARN if action is Action.BLOCK else action,
            findings=findings,
            threshold=unsupported,
            message_key=_message(findings) if action is not Action.ALLOW else None,
        )


def _findings(grounding: Grounding, weak: float, unsupported: float) -> list[Finding]:
    score = grounding.suspicion
    if not grounding.same_language:
        band = "language_differs"
    elif score >= unsupported:
        band = "unsupported"
    else:
        band = "weak" if score >= weak else "supported"
    findings = [Finding(category=f"groundedness.{band}", label=band, score=score)]
    for word, absent in (("number", grounding.numbers_absent), ("name", grounding.names_absent)):
        if absent:
            findings.append(
                Finding(category=f"groundedness.{word}", label=f"{len(absent)} absent", score=1.0)
            )
    return findings


def _message(findings: list[Finding]) -> str:
    categories = {finding.category for finding in findings}
    for word in ("number", "name", "language_differs", "unsupported"):
        if f"groundedness.{word}" in categories:
            return f"guardrails.groundedness.{word}"
    return "guardrails.groundedness.weak"


def build(means: Means, policy: RailPolicy) -> Groundedness:
    """The rail of a policy."""
    return Groundedness(policy)
