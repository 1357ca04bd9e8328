"""Stops orders that are meant for the machine and not for a lesson.

Cues in Kazakh, Russian and English are searched together in every view of the text, and a trained head says how near
the text comes to an order in meaning and in wording. Both join to one number, which is compared with the thresholds of the
language. What fails in either half fails the rail: the cues are never left alone to allow. The meaning is read where an
embedding is to be had, of messages and not of passages, which are too many.
"""

from dataclasses import replace

from guardrails.head import Head, Sums, embedded, shipped
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.signs import Reader, Signs
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, evidence_hash, verdict_of

NAME = "injection"
STAGES = frozenset({Stage.INPUT, Stage.PASSAGE})
KINDS = (
    "override",
    "persona",
    "leak",
    "hijack",
    "delimiter",
    "encoded",
    "authority",
    "refusal",
    "planted",
    "learned",
)
CATEGORIES = frozenset(f"injection.{kind}" for kind in KINDS)
_LEARNED = "injection.learned"
_SURE, _SURE_CUES = 0.94, 0.85
"""The number of wording and cues, and the cues in it, from which no embedding is made: nothing would change."""
_CLEAR, _CERTAIN = 0.5, 0.7
"""Cues from which a text is warned of and blocked where its meaning is not read: in passages, and without a fitting embedder."""
_HIGHEST = 1.0
"""The number of certain cues: no threshold stands above it."""
_HEAD_ALONE = 0.3
"""The most that the head may say of a passage without clear cues: letters and instructions are worded as orders are, to people."""
_NEAR_MISS = 0.5
"""Share of the warning's threshold from which the number is kept in the verdict, for those who choose thresholds."""


class Injection:
    """Cues and a trained head over all views, one number."""

    def __init__(self, policy: RailPolicy, means: Means, head: Head) -> None:
        self._policy = policy
        self._head = head
        self._reader = Reader()
        fits = means.read is not None and means.embedder == head.embedder
        self._read = means.read if fits else None
        self.version = f"{self._reader.version}+{head.version}"

    @property
    def reads_meaning(self) -> bool:
        """Whether there is an embedder that the head was trained on."""
        return self._read is not None

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, warn or block by the number and the thresholds of the language."""
        signs = self._reader.signs(subject.text)
        sums = self._sums(subject.text, signs, subject.language, subject.stage)
        number = self._number(sums, subject.language, subject.stage)
        least = _at_least(sums)
        warn, block = self._policy.thresholds(subject.language)
        findings = [
            Finding(
                category=hit.category,
                label=hit.rule,
                score=min(hit.score, number),
                evidence_hash=evidence_hash(hit.rule),
            )
            for hit in signs.hits
        ]
        if number >= warn * _NEAR_MISS:
            label = "wording" if sums.meaning is None else "wording and meaning"
            findings.append(
                Finding(category=_LEARNED, label=label, score=number, evidence_hash=evidence_hash(label))
            )
        action = Action.WARN if number >= warn else least
        key = None if action is Action.ALLOW else "guardrails.injection_warn"
        if number >= block:
            named = max(signs.hits, key=lambda hit: hit.score).category if signs.hits else _LEARNED
            action = max(
                (self._policy.actions.get(one.category, Action.BLOCK) for one in findings),
                key=lambda one: one.severity,
            )
            key = f"guardrails.{named}"
        version = self.version if sums.meaning is None else f"{self.version}+meaning"
        return verdict_of(
            NAME,
            version,
            subject,
            action=action,
            findings=findings,
            threshold=block,
            scored=number,
            at_least=least,
            message_key=key,
        )

    def number(self, text: str, language: str, stage: Stage = Stage.INPUT) -> float:
        """From 0 to 1, as it compares with the thresholds; a text that is warned of wherever they stand reaches the first."""
        sums = self._sums(text, self._reader.signs(text), language, stage)
        number = self._number(sums, language, stage)
        warn, _ = self._policy.thresholds(language)
        return number if _at_least(sums) is Action.ALLOW else max(number, warn)

    def _number(self, sums: Sums, language: str, stage: Stage) -> float:
        """The same whatever a policy says, so that it can be judged anew by another one."""
        number = self._head.number(sums, language)
        if sums.meaning is not None:
            return number
        if sums.cues < _CLEAR:
            return min(number, _HEAD_ALONE) if stage is Stage.PASSAGE else number
        return _HIGHEST if sums.cues >= _CERTAIN else number

    def _sums(self, text: str, signs: Signs, language: str, stage: Stage) -> Sums:
        """What is known of a text.

        Raises:
            ValueError: what the embedder says does not fit the head.
        """
        sums = Sums(
            wording=self._head.wording_of((*signs.windows, *signs.parts)),
            cues=signs.cues,
            disguised=signs.disguised,
        )
        if stage is not Stage.INPUT or self._read is None or self._is_sure(sums, language):
            return sums
        rows = self._read(embedded(text))
        return sums if rows is None else replace(sums, meaning=self._head.meaning_of(rows))

    def _is_sure(self, sums: Sums, language: str) -> bool:
        return sums.cues >= _SURE_CUES and self._head.number(sums, language) >= _SURE


def _at_least(sums: Sums) -> Action:
    return Action.WARN if sums.meaning is None and sums.cues >= _CLEAR else Action.ALLOW


def build(means: Means, policy: RailPolicy) -> Injection:
    """The rail of a policy with the shipped weights.

    Raises:
        BadHead: the weights do not load.
    """
    return Injection(policy, means, shipped())
