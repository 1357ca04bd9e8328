"""The values of the rails: what is inspected, what was found, what one rail says of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a text stands when it is inspected."""

    INPUT = "input"
    JUDGED = "judged"
    PASSAGE = "passage"
    OUTPUT = "output"
    ANSWER = "answer"


class Action(StrEnum):
    """What happens to the text, in rising order."""

    ALLOW = "allow"
    MASK = "mask"
    WARN = "warn"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        """0 for allow to 3 for block."""
        return _ORDER[self]


_ORDER = {Action.ALLOW: 0, Action.MASK: 1, Action.WARN: 2, Action.BLOCK: 3}


class Status(StrEnum):
    """Whether the rail did its work; anything but OK or SKIPPED comes with BLOCK."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is inspected: one text and the plain values that a rail may need beside it."""

    stage: Stage
    text: str
    language: str = ""
    evidence: tuple[str, ...] = ()
    """The passages retrieved for this question, as plain text, in the order of `passage_ids`."""
    evidence_languages: tuple[str, ...] = ()
    """Language of each passage, in the same order; empty: found out from the text."""
    passage_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Addresses that an answer may link to."""
    shown: str = ""
    """What the reader already saw; its last 128 characters matter."""
    confidential: tuple[str, ...] = ()
    """System prompt and canary token."""
    question: str = ""
    """The question as it went on (masked), so that what the teacher wrote is no leak."""
    unmasked: tuple[str, ...] = ()
    """Values that the person says were masked wrongly; a rail leaves them where the policy lets it."""
    judgement: str | None = None
    """What a model of the school replied when it was asked about this text; None: it gave no reply."""
    beside: frozenset[str] = frozenset()
    """Categories that the other rails found in this text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One hit. Holds no text of the subject: `label` is a word of the rail, never a value."""

    category: str
    label: str
    score: float
    span: tuple[int, int] | None = None
    evidence_hash: str = ""
    """Hex SHA-256 of the matched text; empty for personal values and secrets, whose hash could be guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rail says. `text` is the text as it may go on."""

    rail: str
    version: str
    stage: Stage
    action: Action
    text: str
    status: Status = Status.OK
    findings: tuple[Finding, ...] = ()
    threshold: float | None = None
    scored: float | None = None
    """What was held against the thresholds of its language; None: the rail has none."""
    at_least: Action = Action.ALLOW
    """What happens wherever the thresholds stand."""
    latency_ms: float = 0.0
    message_key: str | None = None
    detail: str = ""
    """For operators: the kind of a failure; never text of the subject."""

    @property
    def blocked(self) -> bool:
        """Whether nothing of the text goes on."""
        return self.action is Action.BLOCK

    @property
    def score(self) -> float:
        """The highest score of its findings; 0 without any."""
        return max((finding.score for finding in self.findings), default=0.0)


def verdict_of(
    rail: str,
    version: str,
    subject: Subject,
    *,
    action: Action = Action.ALLOW,
    text: str | None = None,
    findings: Sequence[Finding] = (),
    threshold: float | None = None,
    scored: float | None = None,
    at_least: Action = Action.ALLOW,
    message_key: str | None = None,
) -> Verdict:
    """A verdict on a subject; the text goes on as it came unless another is given, and not at all under a block."""
    goes_on = subject.text if text is None else text
    return Verdict(
        rail=rail,
        version=version,
        stage=subject.stage,
        action=action,
        text="" if action is Action.BLOCK else goes_on,
        findings=tuple(findings),
        threshold=threshold,
        scored=scored,
        at_least=at_least,
        message_key=message_key,
    )


def evidence_hash(text: str) -> str:
    """Hex SHA-256 of a matched text that is no personal value."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def severest(actions: Iterable[Action]) -> Action:
    """The most severe of some actions; ALLOW for none."""
    return max(actions, key=lambda action: action.severity, default=Action.ALLOW)


def replace_spans(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """The text with each (start, end, replacement) put in; spans must not overlap."""
    parts, at = [], 0
    for start, end, replacement in sorted(spans):
        parts += [text[at:start], replacement]
        at = end
    return "".join([*parts, text[at:]])
