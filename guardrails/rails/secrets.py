"""Hides keys, tokens and passwords, on the way in and on the way out."""

from guardrails.personal import library
from guardrails.placeholders import PLACEHOLDER, placeholder, used_numbers
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, replace_spans, verdict_of

NAME = "secrets"
STAGES = frozenset({Stage.INPUT, Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"secrets"})


class Secrets:
    """Numbers each secret; the same one keeps its number."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or mask."""
        text = subject.text
        marks = [match.span() for match in PLACEHOLDER.finditer(text)]
        found = [
            secret
            for secret in library.secrets(text)
            if not any(secret.start < end and start < secret.end for start, end in marks)
        ]
        if not found:
            return verdict_of(NAME, self.version, subject)
        taken = used_numbers(text, "secret", subject.language)
        numbers: dict[str, int] = {}
        spans, findings = [], []
        for secret in found:
            value = text[secret.start : secret.end]
            number = numbers.setdefault(value, len(numbers) + 1 + max(taken, default=0))
            spans.append((secret.start, secret.end, placeholder("secret", number, subject.language)))
            findings.append(
                Finding(
                    category="secrets",
                    label="secret",
                    score=secret.confidence,
                    span=(secret.start, secret.end),
                )
            )
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=self._policy.actions.get("secrets", Action.MASK),
            text=replace_spans(text, spans),
            findings=findings,
            message_key="guardrails.secrets",
        )


def build(means: Means, policy: RailPolicy) -> Secrets:
    """The rail of a policy."""
    return Secrets(policy)
