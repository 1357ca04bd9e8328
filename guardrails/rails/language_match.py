"""Warns of a sentence that is plainly in another language than the one asked for."""

import re

from guardrails.language import language_of
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "language_match"
STAGES = frozenset({Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"language"})
_QUOTED = re.compile(r"«[^«»]{0,400}»|\"[^\"]{0,400}\"|“[^“”]{0,400}”|`[^`]{0,400}`|\[[^\[\]]{0,60}\]")
_FEWEST = 25


class LanguageMatch:
    """Looks at what is not quoted: a lesson of English holds English."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or warn."""
        own = _QUOTED.sub(" ", subject.text)
        if not subject.language or sum(c.isalpha() for c in own) < _FEWEST:
            return verdict_of(NAME, self.version, subject)
        found = language_of(own)
        if not found or found == subject.language:
            return verdict_of(NAME, self.version, subject)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=self._policy.actions.get("language", Action.WARN),
            findings=[Finding(category="language", label=found, score=1.0)],
            message_key="guardrails.language",
        )


def build(means: Means, policy: RailPolicy) -> LanguageMatch:
    """The rail of a policy."""
    return LanguageMatch(policy)
