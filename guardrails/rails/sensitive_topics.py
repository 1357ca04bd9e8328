"""Notices a topic on which models answer worst and a region disagrees, and points to the curriculum's own sources; never blocks.

History, language, ethnicity, politics and religion of Kazakhstan: the text goes on unchanged.
"""

from guardrails.cues import lexicon
from guardrails.language import language_of
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, evidence_hash, verdict_of
from guardrails.views import plain as plain_view

NAME = "sensitive_topics"
STAGES = frozenset({Stage.INPUT})
CATEGORY = "sensitive_topic"
CATEGORIES = frozenset({CATEGORY})


class SensitiveTopics:
    """Warns, with the rule that held as its label."""

    version = "1"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy
        self._lexicons = (lexicon("sensitive_topics"), lexicon("sensitive_topics_en"))

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or warn."""
        plain = plain_view(subject.text)
        english = language_of(plain.latin) == "en"
        findings = [
            Finding(
                category=hit.category, label=hit.rule, score=hit.score, evidence_hash=evidence_hash(hit.rule)
            )
            for one in self._lexicons
            for hit in one.search(
                plain.cyrillic if one.skeletal else plain.latin, latin=not (one.skeletal and english)
            )
        ]
        if not findings:
            return verdict_of(NAME, self.version, subject)
        least = self._policy.actions.get(CATEGORY, Action.WARN)
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=Action.ALLOW if least is Action.ALLOW else Action.WARN,
            findings=findings,
            message_key=None if least is Action.ALLOW else "guardrails.sensitive_topic",
        )


def build(means: Means, policy: RailPolicy) -> SensitiveTopics:
    """The rail of a policy."""
    return SensitiveTopics(policy)
