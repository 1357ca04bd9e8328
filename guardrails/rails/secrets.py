"""Hides keys, tokens and passwords, on the way in and on the way out."""

import re

from guardrails.personal import library
from guardrails.personal.found import Found, settled
from guardrails.placeholders import PLACEHOLDER, placeholder, used_numbers
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, replace_spans, verdict_of

NAME = "secrets"
STAGES = frozenset({Stage.INPUT, Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"secrets"})
_TURNS = 6
# Keys of model services, which the library knows in their latest lengths only.
_KEY = re.compile(
    r"(?<![A-Za-z0-9_-])(?:sk|pk|rk|hf|gsk|xai|api)[-_](?:[A-Za-z0-9]{2,12}[-_]){0,3}[A-Za-z0-9]{20,200}(?![A-Za-z0-9])"
)
# A short one right behind a word for it: capitals, small letters and digits mixed (`API кілтім hGeX!TgJ9Q`).
_CALLED = re.compile(
    r"(?:\bbearer|\b(?:access |api[ _-]?)?(?:key|token)s?|ключ\w{0,3}|кілт\w{0,6}|токен\w{0,6}|құпиясөз\w{0,6}|парол\w{0,3}|password)"
    r"\s?[:=]?\s?[\"«]?(?=[^\s\"»,]{0,40}\d)(?=[^\s\"»,]{0,40}[A-Z])(?=[^\s\"»,]{0,40}[a-z])([^\s\"»,]{8,200})",
    re.IGNORECASE,
)


class Secrets:
    """Numbers each secret; the same one keeps its number."""

    version = "2"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or mask."""
        text, findings = subject.text, list[Finding]()
        numbers: dict[str, int] = {}
        taken = max(used_numbers(text, "secret", subject.language), default=0)
        action = self._policy.actions.get("secrets", Action.MASK)
        # What is masked changes what stands beside the rest: looked at again until nothing more is found.
        for turn in range(_TURNS):
            found, first = _outside_placeholders(text), turn == 0
            if not found:
                break
            spans = []
            for secret in found:
                number = numbers.setdefault(text[secret.start : secret.end], len(numbers) + 1 + taken)
                spans.append((secret.start, secret.end, placeholder("secret", number, subject.language)))
                span = (secret.start, secret.end) if first else None
                findings.append(
                    Finding(category="secrets", label="secret", score=secret.confidence, span=span)
                )
            text = replace_spans(text, spans)
        else:
            action, text = Action.BLOCK, ""
        if not findings:
            return verdict_of(NAME, self.version, subject)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            text=text,
            findings=findings,
            message_key="guardrails.secrets",
        )


def _outside_placeholders(text: str) -> list[Found]:
    marks = [match.span() for match in PLACEHOLDER.finditer(text)]
    keys = [Found(start=m.start(), end=m.end(), kind="secret", confidence=0.95) for m in _KEY.finditer(text)]
    keys += [
        Found(start=m.start(1), end=m.end(1), kind="secret", confidence=0.7)
        for m in _CALLED.finditer(text)
        if m[1] not in (m[1].lower(), m[1].upper())
    ]
    return [
        secret
        for secret in settled([*library.secrets(text), *keys])
        if not any(secret.start < end and start < secret.end for start, end in marks)
    ]


def build(means: Means, policy: RailPolicy) -> Secrets:
    """The rail of a policy."""
    return Secrets(policy)
