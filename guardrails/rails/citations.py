"""Takes out citation marks that point to no passage of this answer: `[9]`, `[p0f…]`, `[source 9]`."""

import re

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "citations"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"citation"})
_PASSES = 12
_MARK = re.compile(
    r" {0,2}(?P<open>[\[【])(?P<word>\^|(?:source|passage|источник|дереккөз|дерек көзі|үзінді|отрывок|№)\s?)?"
    r"(?P<body>\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,7}|p[0-9a-f]{6,40}(?:\s?[,;]\s?p[0-9a-f]{6,40}){0,7})(?:†[^\]】]{0,40})?(?P<close>[\]】])",
    re.IGNORECASE,
)
_INTERVAL = re.compile(
    r"(?:интервал|отрез|промежут|аралы|кесінді|interval|segment|range|∈|=|от|между|between)\w{0,10}\s{0,2}$",
    re.IGNORECASE,
)
_INDEXED = re.compile(r"(?:^|[^\w])[A-Za-z]\w?$|`[^`]{0,80}$")
_SEPARATOR = re.compile(r"\s?[,;]\s?")


class Citations:
    """Keeps the marks that resolve, drops the others."""

    version = "1"

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
        before = text[
            max(0, match.start() - 40) : match.start() + (len(match.group()) - len(match.group().lstrip()))
        ]
        pieces = _SEPARATOR.split(match["body"])
        plain = not match["word"] and match["open"] == "["
        if plain and ((len(pieces) == 2 and _INTERVAL.search(before)) or _INDEXED.search(before)):
            return match.group()
        kept = [piece for piece in pieces if resolves(piece, passage_ids)]
        if len(kept) == len(pieces):
            return match.group()
        count += 1
        space = match.group()[: len(match.group()) - len(match.group().lstrip())]
        return f"{space}{match['open']}{match['word'] or ''}{', '.join(kept)}{match['close']}" if kept else ""

    return _MARK.sub(settle, text), count


def resolves(mark: str, passage_ids: tuple[str, ...]) -> bool:
    """Whether a mark names a passage: by its place, counted from 1, or by its id."""
    if mark.isdecimal():
        return 1 <= int(mark) <= len(passage_ids)
    return mark in passage_ids


def build(means: Means, policy: RailPolicy) -> Citations:
    """The rail of a policy."""
    return Citations(policy)
