"""Stops orders that are meant for the machine and not for a lesson.

Cues in Kazakh, Russian and English are searched together in every view of the text; scores of categories add up as independent
evidence. A text is warned of and blocked at thresholds of its language. A learned head joins here later: it
adds to the same score, so that there is one rail with one verdict, and a head that fails cannot leave the cues alone to allow.
"""

from collections.abc import Iterable, Iterator

from guardrails.cues import Hit, held, lexicon, read, rules_of, shaped
from guardrails.language import language_of
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, evidence_hash, verdict_of
from guardrails.views import View, views

NAME = "injection"
STAGES = frozenset({Stage.INPUT, Stage.PASSAGE})
KINDS = ("override", "persona", "leak", "hijack", "delimiter", "encoded", "authority", "refusal", "planted")
CATEGORIES = frozenset(f"injection.{kind}" for kind in KINDS)
_LEXICONS = ("injection_en", "injection_ru", "injection_kk")
_RULES = "injection_rules"
_DISGUISED = 1.6
"""An order found only behind a disguise weighs more: lesson questions are not disguised."""


_LONG = 500
_STRONG = 0.8
_IN_LONG = 0.75
"""A long text holds many words that stand near each other by chance: its weaker hits count for less."""


class Injection:
    """Cues over all views, one score."""

    def __init__(self, policy: RailPolicy) -> None:
        self._policy = policy
        self._lexicons = tuple(lexicon(name) for name in _LEXICONS)
        self._shapes = lexicon("injection_shapes").shapes
        classes = frozenset[str]().union(*(one.classes for one in self._lexicons))
        self._rules = rules_of(read(_RULES), classes, _RULES)
        self.version = str(read(_RULES)["version"])

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, warn or block by the score and the thresholds of the language."""
        hits = self.hits(subject.text)
        score = total(hits)
        warn, block = self._policy.thresholds(subject.language)
        findings = [
            Finding(
                category=hit.category, label=hit.rule, score=hit.score, evidence_hash=evidence_hash(hit.rule)
            )
            for hit in hits
        ]
        action = Action.ALLOW
        if score >= block:
            action = max(
                (self._policy.actions.get(hit.category, Action.BLOCK) for hit in hits),
                key=lambda a: a.severity,
            )
        elif score >= warn:
            action = Action.WARN
        key = None if action is Action.ALLOW else "guardrails.injection_warn"
        if action is Action.BLOCK:
            key = f"guardrails.{max(hits, key=lambda hit: hit.score).category}"
        return verdict_of(
            NAME, self.version, subject, action=action, findings=findings, threshold=block, message_key=key
        )

    def hits(self, text: str) -> tuple[Hit, ...]:
        """The strongest hit of each rule over all views."""
        best: dict[str, Hit] = {}
        for view in views(text):
            for hit in self._in_view(view):
                if view.name != "plain":
                    hit = Hit(
                        rule=hit.rule,
                        category=hit.category,
                        score=min(0.95, hit.score * _DISGUISED),
                        span=hit.span,
                    )
                if hit.rule not in best:
                    best[hit.rule] = hit
        return tuple(best.values())

    def _in_view(self, view: View) -> Iterator[Hit]:
        yield from shaped(self._shapes, view.latin)
        if view.latin != view.cyrillic:
            yield from shaped(self._shapes, view.cyrillic)
        together: dict[str, set[int]] = {}
        english = language_of(view.latin) == "en"
        for one in self._lexicons:
            text = view.cyrillic if one.skeletal else view.latin
            words, places = one.places(text, glued=view.joined, latin=not (one.skeletal and english))
            if view.joined:  # each lexicon cuts glued words in its own way, so places do not compare
                yield from held(self._rules, words, places)
                continue
            for name, indexes in places.items():
                together.setdefault(name, set()).update(indexes)
        if not view.joined:
            yield from held(self._rules, words, {name: sorted(indexes) for name, indexes in together.items()})


def total(hits: Iterable[Hit]) -> float:
    """Independent evidence joined: the best score of each category, 1 - (1 - a)(1 - b)..."""
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.category] = max(hit.score, best.get(hit.category, 0.0))
    doubt = 1.0
    for score in best.values():
        doubt *= 1 - score
    return round(1 - doubt, 4)


def build(means: Means, policy: RailPolicy) -> Injection:
    """The rail of a policy."""
    return Injection(policy)
