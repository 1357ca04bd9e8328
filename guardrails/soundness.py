"""What a verdict must be to count as one; whatever else a rail gives back is a broken rail.

A rail takes away and puts marks in place of what it took; it adds nothing. So a text that says what its subject does
not say, such as another person's or one in which a mask was undone, is no verdict on that subject.
"""

import re
from collections.abc import Collection
from math import isfinite

from guardrails.placeholders import PLACEHOLDER
from guardrails.seen import normalised
from guardrails.verdict import Action, Finding, Status, Subject, Verdict

_WORD = re.compile(r"[^\W_]+")
_MARKUP = "<[【("


def verdict_on(given: object, rail: str, subject: Subject, categories: Collection[str]) -> Verdict:
    """The verdict of this rail on this subject.

    Args:
        categories: those that the policy has an action for.

    Raises:
        ValueError: it is none; says why in words of the program, never with text of the subject.
    """
    if not isinstance(given, Verdict):
        raise ValueError("no verdict")
    if not isinstance(given.text, str) or not isinstance(given.action, Action):
        raise ValueError("a verdict without text or action")
    if (given.rail, given.stage, given.status) != (rail, subject.stage, Status.OK):
        raise ValueError("no verdict of this rail on this stage")
    if not isinstance(given.message_key, str | None):
        raise ValueError("a message that is no key")
    if not isinstance(given.findings, tuple) or not all(
        _is_finding(one, categories) for one in given.findings
    ):
        raise ValueError("a finding that is none")
    if given.threshold is not None and not _is_number(given.threshold):
        raise ValueError("a threshold that is no number")
    if given.scored is not None and not _is_number(given.scored):
        raise ValueError("a score that is no number")
    if not given.blocked and given.text != subject.text and not _is_less(given.text, subject.text):
        raise ValueError("a text that it was not given")
    return given


def _is_finding(one: object, categories: Collection[str]) -> bool:
    return (
        isinstance(one, Finding)
        and isinstance(one.category, str)
        and one.category in categories
        and isinstance(one.label, str)
        and isinstance(one.evidence_hash, str)
        and _is_number(one.score)
        and (one.span is None or _is_span(one.span))
    )


def _is_span(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(type(place) is int for place in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_less(text: str, of: str) -> bool:
    """Whether a text, but for placeholders, is what is left of another when something is taken out.

    Its letters stand in the other in this order, and its words stand there in one piece. Taking out markup may join
    words, so as many words as there are signs of markup need not.
    """
    before = normalised(of)[0]
    words = _WORD.findall(normalised(PLACEHOLDER.sub(" ", text))[0])
    at = 0
    for letter in "".join(words):
        at = before.find(letter, at) + 1
        if at == 0:
            return False
    return sum(word not in before for word in words) <= sum(map(before.count, _MARKUP))
