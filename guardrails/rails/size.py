"""Refuses a message that is too long to be a question."""

from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, verdict_of

NAME = "size"
STAGES = frozenset({Stage.INPUT})
CATEGORIES = frozenset({"resource"})
_LIMIT = 8000


class Size:
    """Counts characters; the limit stands in the policy."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy
        self._limit = policy.limit or _LIMIT

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, or block above the limit."""
        if len(subject.text) <= self._limit:
            return verdict_of(NAME, self.version, subject, threshold=float(self._limit))
        found = Finding(category="resource", label="length", score=1.0)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=self._policy.actions.get("resource", Action.BLOCK),
            findings=[found],
            threshold=float(self._limit),
            message_key="guardrails.resource",
        )


def build(means: Means, policy: RailPolicy) -> Size:
    """The rail of a policy."""
    return Size(policy)
