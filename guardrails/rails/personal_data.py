"""Hides what points to one person on the way in; on the way out stops what came from nowhere.

In: values are replaced by numbered placeholders (`[ОҚУШЫ_1]`), the same value by the same number. A name that
nothing ties to a school is reported and left. Out: a sentence with a personal value that stands neither in the question as it
went on nor in a passage is blocked. Placeholders, also invented ones, are passed over.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from guardrails.letters import fold
from guardrails.personal.allowed import Allowed, parts, same, stem
from guardrails.personal.detect import Personal, Whose, detect
from guardrails.personal.undo import is_fixed, is_same_name
from guardrails.placeholders import placeholder, used_numbers
from guardrails.policy import RailPolicy
from guardrails.rail import Means
from guardrails.verdict import Action, Finding, Stage, Subject, Verdict, replace_spans, severest, verdict_of

NAME = "personal_data"
STAGES = frozenset({Stage.INPUT, Stage.OUTPUT, Stage.ANSWER})
CATEGORIES = frozenset(
    {"personal_data.pupil", "personal_data.teacher", "personal_data.person", "personal_data.leak"}
)
_TAIL = 128
_TURNS = 6
_OF = {Whose.PUPIL: "pupil", Whose.TEACHER: "teacher", Whose.PERSON: "person"}
_JOINTS = re.compile(r"(?<=\d)[ \-–().]{1,3}(?=\d)")


class PersonalData:
    """Masks numbers and names that point to one person; blocks a leak."""

    version = "3"

    def __init__(self, policy: RailPolicy, names: frozenset[str]) -> None:
        self._policy = policy
        self._allowed = Allowed(names)

    def inspect(self, subject: Subject) -> Verdict:
        """Allow, mask or warn on the way in; allow or block on the way out."""
        return self._inward(subject) if subject.stage is Stage.INPUT else self._outward(subject)

    def _inward(self, subject: Subject) -> Verdict:
        text, numbering = subject.text, _Numbering(subject)
        findings: list[Finding] = []
        # What is masked changes what stands beside the rest: looked at again until nothing more is found.
        for turn in range(_TURNS):
            values = [self._undone(text, value, subject) for value in detect(text, self._allowed)]
            masked = [value for value in values if value.masked]
            reported = values if turn == 0 else masked
            findings += [
                _finding(f"personal_data.{_OF[value.whose]}", value, first=turn == 0) for value in reported
            ]
            if not masked:
                break
            marks = [(v.start, v.end, numbering.placeholder(v, text[v.start : v.end])) for v in masked]
            text = replace_spans(text, marks)
        else:
            return self._verdict(subject, Action.BLOCK, "", findings)
        action = severest(self._policy.actions.get(finding.category, Action.MASK) for finding in findings)
        return self._verdict(subject, action, text, findings)

    def _undone(self, text: str, value: Personal, subject: Subject) -> Personal:
        """The value as it is, or left where the person said so and the policy lets them."""
        if not (subject.unmasked and value.masked and value.kind in self._policy.undo):
            return value
        if not is_same_name(text[value.start : value.end], subject.unmasked) or is_fixed(
            text, value.start, value.end
        ):
            return value
        return replace(value, masked=False, whose=Whose.PERSON)

    def _verdict(self, subject: Subject, action: Action, text: str, findings: list[Finding]) -> Verdict:
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            text=text,
            findings=findings,
            message_key=_message(findings),
        )

    def _outward(self, subject: Subject) -> Verdict:
        tail = subject.shown[-_TAIL:]
        text = tail + subject.text
        values = [
            value for value in detect(text, self._allowed) if value.end > len(tail) and _weighs(text, value)
        ]
        if not values:
            return verdict_of(NAME, self.version, subject)
        known = _Known((subject.question, *subject.evidence))
        leaked = [value for value in values if not known.holds(text[value.start : value.end], value.kind)]
        findings = [_finding("personal_data.leak", value, shift=len(tail)) for value in leaked]
        action = self._policy.actions.get("personal_data.leak", Action.BLOCK) if leaked else Action.ALLOW
        return verdict_of(
            NAME,
            self.version,
            subject,
            action=action,
            findings=findings,
            message_key="guardrails.personal_data.leak" if leaked else None,
        )


def _message(findings: Sequence[Finding]) -> str | None:
    categories = {finding.category for finding in findings}
    for whose in ("pupil", "teacher", "person"):
        if f"personal_data.{whose}" in categories:
            return f"guardrails.personal_data.{whose}"
    return None


class _Known:
    """The texts that an answer may repeat."""

    def __init__(self, texts: Sequence[str]) -> None:
        whole = "\n".join(texts)
        self._folded = fold(whole)
        self._digits = _JOINTS.sub("", whole)
        self._words: dict[str, list[str]] = {}
        for word in re.findall(r"[^\W\d_]{2,}", whole):
            own = stem(word)
            self._words.setdefault(own[:3], []).append(own)

    def holds(self, value: str, kind: str) -> bool:
        """Whether a value stands in them, however its digits are set apart or its words end."""
        if kind == "name":
            return all(
                any(same(stem(part), own) for own in self._words.get(stem(part)[:3], ()))
                for part in parts(value)
            )
        digits = re.sub(r"\D", "", value)
        if kind in ("iin", "bin", "card", "phone", "document") and len(digits) >= 6:
            return digits[-10:] in self._digits
        return fold(value) in self._folded


def _weighs(text: str, value: Personal) -> bool:
    """Whether a value in an answer is one person's: a first name in a word problem is nobody's."""
    if value.kind == "name":
        return (
            value.masked
            and value.whose is not Whose.TEACHER
            and len(parts(text[value.start : value.end])) > 1
        )
    return value.kind not in ("bin", "plate")


def _finding(category: str, value: Personal, *, shift: int = 0, first: bool = True) -> Finding:
    span = (max(0, value.start - shift), value.end - shift) if first else None
    return Finding(category=category, label=value.kind, score=value.confidence, span=span)


class _Numbering:
    """Numbers values by kind: the same value the same number, a part of a name the number of the whole."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._names: list[tuple[frozenset[str], str]] = []
        self._numbers: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}

    def placeholder(self, value: Personal, raw: str) -> str:
        """The placeholder of a value."""
        if value.kind == "name":
            own = frozenset(stem(part) for part in parts(raw))
            for index, (stems, mark) in enumerate(self._names):
                if _one_person(own, stems):
                    self._names[index] = (stems | own, mark)
                    return mark
            mark = self._new("person" if value.whose is Whose.PERSON else value.whose.value)
            self._names.append((own, mark))
            return mark
        digits = re.sub(r"\D", "", raw)
        key = (value.kind, digits[-10:] if len(digits) >= 6 else fold(raw))
        if key not in self._numbers:
            self._numbers[key] = self._new(value.kind)
        return self._numbers[key]

    def _new(self, kind: str) -> str:
        language = self._subject.language
        last = self._last.get(kind)
        if last is None:
            last = max(used_numbers(self._subject.text, kind, language), default=0)
        self._last[kind] = last + 1
        return placeholder(kind, last + 1, language)


def _one_person(one: frozenset[str], other: frozenset[str]) -> bool:
    small, large = sorted((one, other), key=len)
    return bool(small) and all(any(same(part, own) for own in large) for part in small)


def build(means: Means, policy: RailPolicy) -> PersonalData:
    """The rail of a policy, with the names that are never masked."""
    return PersonalData(policy, means.names)
