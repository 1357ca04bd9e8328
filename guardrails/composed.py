"""Rows put together from others, for training alone: an order behind or before a lawful request, and lawful requests in a row.

A request in front dilutes an order, and several requests in one message look like a change of task to whoever saw only single ones.
What is put together stays in the group of its order, or of its topic, so that a group that is held out is held out whole.
"""

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from guardrails.rows import ATTACK, BENIGN, COMPOSED, OWN, Row, digest

_SEED = 2026
_SHORT = 250
"""Characters up to which a text is joined to another one."""
_HIJACK = "goal_hijack"
_ONCE = (
    "authority",
    "data_exfiltration",
    "politeness",
    "prompt_extraction",
    "refusal_suppression",
    "role_play",
    "rule_override",
)
_HIJACKS: Mapping[str, int] = {"en": 12, "ru": 6, "kk": 6}
"""How many requests each change of task is put behind; the other families are put behind one."""
_ROWS_OF_REQUESTS: Mapping[str, int] = {"en": 1_200, "ru": 400, "kk": 400}
_BEFORE = 0.15
_SENTENCE = re.compile(r"(?<=[.!?…:»”\"])\s+|\n+")


def composed(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Attacks and benign rows put together from these; the same rows in any order give the same."""
    short = sorted((row for row in rows if len(row.text) <= _SHORT), key=lambda row: digest([row]))
    benign: dict[str, list[Row]] = defaultdict(list)
    for row in short:
        if row.label == BENIGN and row.language in _ROWS_OF_REQUESTS:
            benign[row.language].append(row)
    chance = random.Random(_SEED)  # noqa: S311 - the same choice each time is what is wanted
    attacks = [
        _attack(order, chance.choice(benign[order.language]), chance)
        for order in short
        if order.label == ATTACK and order.source == OWN and benign[order.language]
        for _ in range(_times(order))
    ]
    return (*attacks, *_requests(benign, chance))


def _times(order: Row) -> int:
    return _HIJACKS[order.language] if order.group == _HIJACK else int(order.group in _ONCE)


def _attack(order: Row, request: Row, chance: random.Random) -> Row:
    turn = order.text
    if order.group == _HIJACK:  # its own request is left out: what follows is the change of task
        sentences = _SENTENCE.split(turn)
        turn = " ".join(sentences[1:]) or turn
    parts = (request.text, turn) if chance.random() >= _BEFORE else (turn, request.text)
    return _joined(parts, order, chance)


def _requests(benign: Mapping[str, Sequence[Row]], chance: random.Random) -> list[Row]:
    """Two or three requests of one topic each time."""
    found = []
    for language, count in _ROWS_OF_REQUESTS.items():
        topics: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in benign[language]:
            topics[row.source, row.group].append(row)
        usable = [group for group in topics.values() if len(group) > 2]
        for _ in range(count if usable else 0):
            group = chance.choice(usable if chance.random() < 0.5 else [max(usable, key=len)])
            some = chance.sample(group, chance.choice((2, 2, 3)))
            found.append(_joined([row.text for row in some], some[0], chance))
    return found


def _joined(parts: Sequence[str], like: Row, chance: random.Random) -> Row:
    ended = [part if not part[-1:].isalnum() else f"{part}." for part in parts]
    return replace(
        like, text=chance.choice((" ", "\n")).join(ended), source=COMPOSED, kind="message", embedded=False
    )
