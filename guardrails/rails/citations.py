"""Takes out citation marks that point to no passage of this answer: `[9]`, `[p0f…]`, `[source 9]`."""

import re

from guardrails.marks import MARK, is_no_mark
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "citations"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"citation"})
_PASSES = 12
_SEPARATOR = re.compile(r"\s?[,;]\s?")


class Citations:
    """Keeps the marks that resolve, drops the others."""

    version = "2"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or warn with the marks taken out."""
        text, dropped = subject.text, 0
        if "[" not in text and "【" not in text:
            return verdict_of(NAME, self.version, subject)
        for _ in range(_PASSES):
            text, count = _without_unresolved(text, subject.passage_ids)
            dropped += count
            if not count:
                break
        else:
            # Marks nested in marks are no citation of anybody: what is left of them goes as well.
            text = re.sub(r"[\[\]【】]", "", text)
        if not dropped:
            return verdict_of(NAME, self.version, subject)
        findings = [Finding(category="citation", label="unresolved", score=1.0)]
        action = self._policy.actions.get("citation", Action.WARN)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            text=text,
            findings=findings,
            message_key="guardrails.citation",
        )


def _without_unresolved(text: str, passage_ids: tuple[str, ...]) -> tuple[str, int]:
    count = 0

    def settle(match: re.Match[str]) -> str:
        nonlocal count
        if is_no_mark(match, text):
            return match.group()
        pieces = _SEPARATOR.split(match["body"])
        kept = [piece for piece in pieces if resolves(piece, passage_ids)]
        if len(kept) == len(pieces):
            return match.group()
        count += 1
        space = match.group()[: len(match.group()) - len(match.group().lstrip())]
        return f"{space}{match['open']}{match['word'] or ''}{', '.join(kept)}{match['close']}" if kept else ""

    return MARK.sub(settle, text), count


def resolves(mark: str, passage_ids: tuple[str, ...]) -> bool:
    """Whether a mark names a passage: by its place, counted from 1, or by its id."""
    if mark.isdecimal():
        return 1 <= int(mark) <= len(passage_ids)
    return mark in passage_ids


def build(means: Means, policy: RailPolicy) -> Citations:
    """The rail of a policy."""
    return Citations(policy)
