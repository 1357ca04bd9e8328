"""What a change would have done to the last days: how many questions and answers would have ended in another way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.protection.sightings import QUESTION, Sighting
from guardrails.policy import Policy
from guardrails.reading import LANGUAGES
from guardrails.rejudging import outcome
from guardrails.verdict import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """So many questions, or answers, that would have ended with `after` instead of `before`."""

    side: str
    before: Action
    after: Action
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How many questions of a language a rail that scores would have passed, warned of and stopped."""

    language: str
    passed: int
    warned: int
    stopped: int


def impacts(sightings: Sequence[Sighting], before: Policy, after: Policy) -> tuple[Impact, ...]:
    """What would have ended otherwise, the most frequent first; what would have ended the same has no line."""
    changed: Counter[tuple[str, Action, Action]] = Counter()
    for one in sightings:
        old, new = (outcome(one.seen, policy, one.language) for policy in (before, after))
        if old is not new:
            changed[one.side, old, new] += one.number
    return tuple(
        Impact(side=side, before=old, after=new, number=number)
        for (side, old, new), number in sorted(changed.items(), key=lambda item: (-item[1], item[0]))
    )


def _place(language: str) -> tuple[int, str]:
    return (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES), language)


def bands(sightings: Sequence[Sighting], policy: Policy, rail: str) -> tuple[Band, ...]:
    """What the thresholds of a policy would have made of the questions in which a rail found something."""
    found: dict[str, Counter[str]] = {}
    for one in sightings:
        if one.side != QUESTION:
            continue
        warn, block = policy.rails[rail].thresholds(one.language)
        for seen in one.seen:
            if seen.rail == rail and seen.score is not None:
                word = "stopped" if seen.score >= block else "warned" if seen.score >= warn else "passed"
                found.setdefault(one.language, Counter())[word] += one.number
    return tuple(
        Band(language=language, passed=by["passed"], warned=by["warned"], stopped=by["stopped"])
        for language, by in sorted(found.items(), key=lambda item: _place(item[0]))
    )
