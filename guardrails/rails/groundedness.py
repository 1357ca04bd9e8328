"""Marks a sentence whose numbers, names or words no passage holds, or that turns a passage round; warns, never blocks.

One finding says the band (`groundedness.supported`, `.weak`, `.unsupported`), or `groundedness.language_differs` where the passages speak another
language and wording can say nothing; further ones say that numbers or names are absent, or that it says the contrary. Supported means
that the words stand there; weak, that they are other words, of which the rail cannot tell whether they mean the same. Across languages
a sentence on another subject than every passage is unsupported, where an embedding is to be had; near is no more than near.
"""

from dataclasses import replace

from guardrails.across import LEAST, Across, suspicion
from guardrails.grounding import Grounding, Speech, ground, speech
from guardrails.grounding_head import shipped
from guardrails.names_across import listed
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, severest, verdict_of

NAME = "groundedness"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
BANDS = ("supported", "weak", "unsupported", "language_differs")
CATEGORIES = frozenset(f"groundedness.{word}" for word in (*BANDS, "number", "name", "contrary"))


class Groundedness:
    """Three bands by suspicion; an absent number or name, or a contrary, is unsupported whatever the words are."""

    def __init__(self, policy: RailPolicy, means: Means) -> None:
        self._policy = policy
        self._across = Across(means)
        listed()  # a file that cannot be read stops the start and no sentence
        self.version = f"5+{shipped().version}"

    def waits(self, subject: Subject) -> bool:
        """Whether the sentence is to be embedded: its passages are all in another language."""
        return self._across.compares and _speech(subject).has_meaning

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or warn.

        Raises:
            ValueError: the embedder's vectors do not fit each other.
        """
        grounding = grounded(subject, self._across)
        if not grounding.claim:
            return verdict_of(NAME, self.version, subject)
        weak, unsupported = self._policy.thresholds(subject.language)
        findings = _findings(grounding, band(grounding, weak, unsupported))
        action = severest(self._policy.actions.get(finding.category, Action.WARN) for finding in findings)
        near = grounding.nearness
        return verdict_of(
            NAME,
            self.version if near is None else f"{self.version}+meaning {self._across.version}",
            subject,
            action=Action.WARN if action is Action.BLOCK else action,
            findings=findings,
            threshold=unsupported if near is None else suspicion(LEAST),
            message_key=_message(grounding, findings) if action is not Action.ALLOW else None,
        )


def grounded(subject: Subject, across: Across) -> Grounding:
    """The grounding of a subject; across languages by the vectors, too, where they are to be had.

    Raises:
        ValueError: the embedder's vectors do not fit each other.
    """
    found = ground(subject.text, subject.evidence, subject.evidence_languages, subject.language)
    # What is told already costs no call.
    if found.same_language or found.numbers_absent or found.names_absent or not across.compares:
        return found
    said = _speech(subject)
    if not said.has_meaning:
        return found
    near = across.nearness(said.text, said.language, subject.passage_ids, subject.evidence, said.spoken)
    if near is None:
        return found
    return replace(found, nearness=near, suspicion=near.suspicion)


def band(grounding: Grounding, weak: float, unsupported: float) -> str:
    """The band of a sentence under thresholds of suspicion; across languages they say nothing."""
    absent = grounding.numbers_absent or grounding.names_absent or grounding.turned
    if not grounding.same_language:
        return "unsupported" if absent or grounding.far else "language_differs"
    if absent or grounding.suspicion >= unsupported:
        return "unsupported"
    return "supported" if grounding.literal and grounding.suspicion < weak else "weak"


def _speech(subject: Subject) -> Speech:
    return speech(subject.text, subject.evidence, subject.evidence_languages, subject.language)


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


def _message(grounding: Grounding, findings: list[Finding]) -> str:
    categories = {finding.category for finding in findings}
    if grounding.nearness is not None:
        return (
            "guardrails.groundedness.language_far"
            if grounding.far
            else "guardrails.groundedness.language_near"
        )
    for word in ("number", "name", "contrary", "language_differs", "unsupported"):
        if f"groundedness.{word}" in categories:
            return f"guardrails.groundedness.{word}"
    return "guardrails.groundedness.weak"


def build(means: Means, policy: RailPolicy) -> Groundedness:
    """The rail of a policy.

    Raises:
        ValueError: the weights are not those of these signs.
    """
    return Groundedness(policy, means)
