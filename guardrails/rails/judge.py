"""Reads what a model of the school said of a question: a second look, never alone, and no answer is no consent.

The rail calls nothing. Whoever asks the model, through the gate and the log, hands the reply over with the text
(`Subject.judgement`) and says what the other rails found in it (`Subject.beside`). Only the exact form counts: one JSON object with one
word. Alone the model warns at the most; it stops a text only where another rail found something of the same kind in it.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "judge"
STAGES = frozenset({Stage.JUDGED})
FIELD = "verdict"
HARMLESS = "none"
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "attack": "injection.hijack",
        "insult": "conduct.insult",
        "self_harm": "safeguarding.self_harm",
        "violence": "safeguarding.abuse",
        "bullying": "safeguarding.bullying",
    }
)
"""What the model may say beside `none`, and the category that it speaks of; each is another rail's as well."""
CATEGORIES = frozenset(WORDS.values())
UNDECIDED_KEY = "guardrails.judge_undecided"
LONGEST = 200


class Judge:
    """Takes the word of the model, or none."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, warn or block; a block without a finding: nothing was decided."""
        word = decided(subject.judgement)
        if word is None:
            return verdict_of(NAME, self.version, subject, action=Action.BLOCK, message_key=UNDECIDED_KEY)
        if word == HARMLESS:
            return verdict_of(NAME, self.version, subject)
        category = WORDS[word]
        action = self._policy.actions.get(category, Action.BLOCK)
        kind = category.partition(".")[0]
        alone = not any(found.partition(".")[0] == kind for found in subject.beside)
        if alone and action is Action.BLOCK:
            action = Action.WARN
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            findings=[Finding(category=category, label="alone" if alone else "beside", score=1.0)],
            message_key=_key(category, action),
        )


def decided(reply: str | None) -> str | None:
    """The word of a reply; None where there is no reply or anything else in it."""
    if reply is None or len(reply) > LONGEST:
        return None
    try:
        said = json.loads(reply, object_pairs_hook=_once)
    except ValueError:
        return None
    word = said.get(FIELD) if isinstance(said, dict) and len(said) == 1 else None
    return word if isinstance(word, str) and (word == HARMLESS or word in WORDS) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object in which nothing is said twice."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("one name twice")
    return dict(pairs)


def _key(category: str, action: Action) -> str | None:
    if action is Action.ALLOW:
        return None
    if category.startswith("injection.") and action is not Action.BLOCK:
        return "guardrails.injection_warn"
    return f"guardrails.{category}"


def build(means: Means, policy: RailPolicy) -> Judge:
    """The rail of a policy."""
    return Judge(policy)
