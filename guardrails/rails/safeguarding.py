"""Notices that a pupil may be in danger and asks for the protocol card; never blocks, changes nothing."""

from guardrails.cues import lexicon
from guardrails.language import language_of
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, evidence_hash, verdict_of
from guardrails.views import plain as plain_view

NAME = "safeguarding"
STAGES = frozenset({Stage.INPUT})
KINDS = ("self_harm", "abuse", "grooming", "bullying")
CATEGORIES = frozenset(f"safeguarding.{kind}" for kind in KINDS)


class Safeguarding:
    """Warns with the key of the card of the gravest kind."""

    version = "2"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy
        self._lexicons = (lexicon("safeguarding"), lexicon("safeguarding_en"))

    def inspect(self, subject: Subject) -> Verdict:
        """Allow or warn."""
        plain = plain_view(subject.text)
        english = language_of(plain.latin) == "en"
        hits = [
            hit
            for one in self._lexicons
            for hit in one.search(
                plain.cyrillic if one.skeletal else plain.latin, latin=not (one.skeletal and english)
            )
        ]
        if not hits:
            return verdict_of(NAME, self.version, subject)
        findings = [
            Finding(
                category=hit.category, label=hit.rule, score=hit.score, evidence_hash=evidence_hash(hit.rule)
            )
            for hit in hits
        ]
        gravest = next(kind for kind in KINDS if any(hit.category == f"safeguarding.{kind}" for hit in hits))
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=Action.WARN,
            findings=findings,
            message_key=f"guardrails.safeguarding.{gravest}",
        )


def build(means: Means, policy: RailPolicy) -> Safeguarding:
    """The rail of a policy."""
    return Safeguarding(policy)
