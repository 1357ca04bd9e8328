"""Keeps insults and profanity out of the classroom: masks swear words, warns of insults, stops orders to insult.

The words of a lesson pass: the obtuse (`тупой`) angle, Ivan the Fool, a proverb. Sexual content with minors is always stopped.
"""

from guardrails.cues import HARMLESS, lexicon, read
from guardrails.hidden_words import hidden_words, without_overlaps
from guardrails.letters import skeleton
from guardrails.personal.cues import lowered
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import (
    Action,
    Finding,
    Stage,
    Subject,
    Verdict,
    evidence_hash,
    replace_spans,
    severest,
    verdict_of,
)
from guardrails.views import plain as plain_view

NAME = "conduct"
STAGES = frozenset({Stage.INPUT, Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset({"conduct.profanity", "conduct.insult", "conduct.abuse", "conduct.sexual_minors"})
_GRAVEST = ("conduct.sexual_minors", "conduct.abuse", "conduct.insult", "conduct.profanity")
_PROFANITY = "profanity"
_NEAR = 6
"""Words around one in which a dictionary, an animal or an etymology speaks for it."""


class Conduct:
    """Cues of two lexicons; swear words are masked where they stand."""

    version = "2"

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy
        self._lexicons = (lexicon("conduct"), lexicon("conduct_en"))
        exact = read("conduct")["exact"]
        self._exact = frozenset(map(str, exact)) if isinstance(exact, list) else frozenset()

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, mask, warn or block."""
        spans = self._swearing(subject.text)
        text = replace_spans(
            subject.text, [(start, end, _covered(subject.text[start:end])) for start, end in spans]
        )
        plain = plain_view(subject.text)
        hits = [
            hit
            for one in self._lexicons
            for hit in one.search(plain.cyrillic if one.skeletal else plain.latin, latin=not one.skeletal)
        ]
        findings = [
            Finding(
                category=hit.category, label=hit.rule, score=hit.score, evidence_hash=evidence_hash(hit.rule)
            )
            for hit in hits
        ]
        findings += [
            Finding(category="conduct.profanity", label="word", score=0.9, span=span) for span in spans
        ]
        if not findings:
            return verdict_of(NAME, self.version, subject)
        action = severest(self._policy.actions.get(finding.category, Action.WARN) for finding in findings)
        gravest = next(name for name in _GRAVEST if any(finding.category == name for finding in findings))
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            text=text,
            findings=findings,
            message_key=f"guardrails.{gravest}",
        )

    def _swearing(self, text: str) -> list[tuple[int, int]]:
        lower = lowered(text)
        spans: set[tuple[int, int]] = set()
        for one in self._lexicons:
            words, places = one.places(lower, latin=not one.skeletal)
            harmless = set(places.get(HARMLESS, ()))
            told = places.get("dictionary", ())
            meant = {i for i in places.get("ambiguous", ()) if any(abs(i - other) <= _NEAR for other in told)}
            spans.update(
                (words[i].start, words[i].end)
                for i in places.get(_PROFANITY, ())
                if i not in harmless and i not in meant
            )
            if one.skeletal:
                spans.update(
                    (word.start, word.end)
                    for i, word in enumerate(words)
                    if lower[word.start : word.end] in self._exact
                    and i not in harmless
                    and not any(abs(i - other) <= _NEAR for other in told)
                )
        spans.update(hidden_words(lower, self._is_swearing))
        return without_overlaps(spans)

    def _is_swearing(self, word: str) -> bool:
        return word in self._exact or any(
            _PROFANITY in one.classes_of(skeleton(word) if one.skeletal else word) for one in self._lexicons
        )


def _covered(word: str) -> str:
    return word[0] + "***"


def build(means: Means, policy: RailPolicy) -> Conduct:
    """The rail of a policy."""
    return Conduct(policy)
