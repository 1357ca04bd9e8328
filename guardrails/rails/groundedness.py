"""Marks a sentence whose numbers, names or words no passage holds, or that turns a passage round; warns, never blocks.

One finding says the band (`groundedness.supported`, `.weak`, `.unsupported`), or `groundedness.language_differs` where the passages speak another
language and wording can say nothing; further ones say that numbers or names are absent, or that it says the contrary. Supported means
that the words stand there; weak, that they are other words, of which the rail cannot tell whether they mean the same.
"""

from guardrails.grounding import Grounding, ground
from guardrails.grounding_head import shipped
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, severest, verdict_of

NAME = "groundedness"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
BANDS = ("supported", "weak", "unsupported", "language_differs")
CATEGORIES = frozenset(f"groundedness.{word}" for word in (*BANDS, "number", "name", "contrary"))


class Groundedness:
    """Three bands by suspicion; an absent number or name, or a contrary, is unsupported whatever the words are."""

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy
        self.version = f"4+{shipped().version}"

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or warn."""
        grounding = ground(subject.text, subject.evidence, subject.evidence_languages, subject.language)
        if not grounding.claim:
            return verdict_of(NAME, self.version, subject)
        weak, unsupported = self._policy.thresholds(subject.language)
        findings = _findings(grounding, band(grounding, weak, unsupported))
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


def band(grounding: Grounding, weak: float, unsupported: float) -> str:
    """The band of a sentence under thresholds of suspicion."""
    if not grounding.same_language:
        return "language_differs"
    absent = grounding.numbers_absent or grounding.names_absent or grounding.turned
    if absent or grounding.suspicion >= unsupported:
        return "unsupported"
    return "supported" if grounding.literal and grounding.suspicion < weak else "weak"


def _findings(grounding: Grounding, word: str) -> list[Finding]:
    findings = [Finding(category=f"groundedness.{word}", label=word, score=grounding.suspicion)]
    for sign, absent in (("number", grounding.numbers_absent), ("name", grounding.names_absent)):
        if absent:
            findings.append(
                Finding(category=f"groundedness.{sign}", label=f"{len(absent)} absent", score=1.0)
            )
    if grounding.turned:
        findings.append(Finding(category="groundedness.contrary", label="contrary", score=1.0))
    return findings


def _message(findings: list[Finding]) -> str:
    categories = {finding.category for finding in findings}
    for word in ("number", "name", "contrary", "language_differs", "unsupported"):
        if f"groundedness.{word}" in categories:
            return f"guardrails.groundedness.{word}"
    return "guardrails.groundedness.weak"


def build(means: Means, policy: RailPolicy) -> Groundedness:
    """The rail of a policy.

    Raises:
        ValueError: the weights are not those of these signs.
    """
    return Groundedness(policy)
