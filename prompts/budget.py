"""Fitting a prompt into a model's context by an estimate that needs no tokenizer."""

import re
from dataclasses import dataclass
from math import ceil

# Tokens a character, rounded up from what the tokenizer of Qwen2.5 makes of the starter corpus: 0.66 in Kazakh,
# 0.44 in Russian and 0.36 in English. Tokenizers with a larger Cyrillic part need fewer.
KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
COSTS = (
    (KAZAKH, 2.2),
    (re.compile(r"[\u0400-\u04ff]"), 0.5),
    (re.compile(r"[A-Za-z]"), 0.33),
    (re.compile(r"\s"), 0.05),
)
OTHER_COST = 1.0
MESSAGE_TOKENS = 8
LEAST_TOKENS = 60
SHARE_OF_TURNS = 0.3
SENTENCE_END = re.compile(r"[.!?…](?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What wants a place in the prompt.

    Attributes:
        fixed: texts that always go along.
        turns: (question, answer), oldest first.
        passages: (title, text), best first.
        frame: what stands around each passage.
    """

    fixed: tuple[str, ...]
    turns: tuple[tuple[str, str], ...]
    passages: tuple[tuple[str, str], ...]
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What found a place; `tokens` is the estimate of the whole prompt."""

    turns: tuple[tuple[str, str], ...]
    passages: tuple[tuple[str, str], ...]
    tokens: int


def estimate(text: str) -> int:
    """Tokens of a text, rather too many than too few."""
    left, tokens = text, 0.0
    for letters, cost in COSTS:
        left, count = letters.subn("", left)
        tokens += count * cost
    return ceil(tokens + len(left) * OTHER_COST)


def fit(share: Share, context_tokens: int) -> Kept:
    """Keep the last turns within their share, then passages from the best on, the last one perhaps cut."""
    left = context_tokens - sum(estimate(text) + MESSAGE_TOKENS for text in share.fixed)
    room_for_turns = int(max(0, left) * SHARE_OF_TURNS)
    turns: list[tuple[str, str]] = []
    for turn in reversed(share.turns):
        cost = sum(estimate(text) + MESSAGE_TOKENS for text in turn)
        if cost > room_for_turns:
            break
        turns.insert(0, turn)
        room_for_turns, left = room_for_turns - cost, left - cost
    passages: list[tuple[str, str]] = []
    for title, text in share.passages:
        around = estimate(share.frame) + estimate(title)
        whole = estimate(text)
        if around + whole <= left:
            passages.append((title, text))
            left -= around + whole
            continue
        short = cut(text, left - around)
        if short:
            passages.append((title, short))
            left -= around + estimate(short)
        break
    return Kept(turns=tuple(turns), passages=tuple(passages), tokens=context_tokens - left)


def cut(text: str, tokens: int) -> str:
    """The longest start of a text within a number of tokens that ends with a sentence; "" if too little is left."""
    if tokens < LEAST_TOKENS:
        return ""
    ends = [found.end() for found in SENTENCE_END.finditer(text)]
    fitting = [end for end in ends if estimate(text[:end]) <= tokens]
    return text[: fitting[-1]] if fitting else ""
