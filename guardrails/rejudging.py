"""What another policy would have made of what the rails found: from categories and scores alone, without any text."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor

from guardrails.policy import Policy
from guardrails.verdict import Action, Status, Verdict, severest

FINE = 10_000
LONGEST = 1_900
"""Characters of what is kept of one text; a key of a table holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one rail found in one text.

    Attributes:
        score: what was held against thresholds, cut to four decimals; None: the rail has none.
        least: what happens whatever a policy says: a rail that failed, a text that no action could save, or signs so clear that
            no threshold is asked.
    """

    rail: str
    categories: tuple[str, ...]
    score: float | None = None
    least: Action = Action.ALLOW


def seen_of(verdicts: Iterable[Verdict], policy: Policy | None, language: str) -> tuple[Seen, ...]:
    """What the rails found; a rail that found nothing has no part in it, one that was skipped saw nothing.

    Args:
        policy: the one that judged; None: none could be read.
    """
    found: dict[tuple[str, str], Seen] = {}
    for verdict in verdicts:
        failed = verdict.status not in {Status.OK, Status.SKIPPED}
        if not failed and not verdict.findings and verdict.action is Action.ALLOW:
            continue
        one = Seen(
            rail=verdict.rail,
            categories=tuple(sorted({finding.category for finding in verdict.findings})),
            score=None if verdict.scored is None else floor(verdict.scored * FINE) / FINE,
            least=verdict.at_least,
        )
        said = Action.BLOCK if policy is None else rejudged(one, policy, language)
        if failed or verdict.action.severity > said.severity:
            one = replace(one, least=verdict.action)
        key = (one.rail, str(verdict.stage))
        found[key] = one if key not in found else _worse(found[key], one)
    return tuple(found.values())


def _worse(one: Seen, other: Seen) -> Seen:
    """The sentences of an answer are one text for whoever counts."""
    return Seen(
        rail=one.rail,
        categories=tuple(sorted({*one.categories, *other.categories})),
        score=max((score for score in (one.score, other.score) if score is not None), default=None),
        least=severest((one.least, other.least)),
    )


def rejudged(seen: Seen, policy: Policy, language: str) -> Action:
    """What a policy makes of it."""
    actions = [policy.action(category, language) for category in seen.categories]
    if seen.rail in policy.floor.thresholds and seen.score is not None:
        warn, block = policy.rails[seen.rail].thresholds(language)
        if seen.score < block:
            actions = [Action.WARN] if seen.score >= warn else []
    return severest([*actions, seen.least])


def outcome(seen: Sequence[Seen], policy: Policy, language: str) -> Action:
    """What becomes of the whole text: the most severe of all."""
    return severest(rejudged(one, policy, language) for one in seen)


def written(seen: Sequence[Seen]) -> str:
    """As it is counted: canonical JSON, at most `LONGEST` characters; of what does not fit, the last is left out."""
    rows = sorted(
        json.dumps([one.rail, list(one.categories), one.score, str(one.least)], separators=(",", ":"))
        for one in seen
    )
    while rows:
        text = f"[{','.join(rows)}]"
        if len(text) <= LONGEST:
            return text
        rows.pop()
    return "[]"


def read_back(text: str) -> tuple[Seen, ...]:
    """What `written` wrote.

    Raises:
        ValueError: it did not.
    """
    return tuple(
        Seen(rail=str(rail), categories=tuple(map(str, categories)), score=score, least=Action(least))
        for rail, categories, score, least in json.loads(text)
    )
