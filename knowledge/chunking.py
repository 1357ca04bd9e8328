"""Cuts text into passages of the size of an objective: whole sentences, about 120 tokens at most."""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

MOST_TOKENS = 120
LETTERS_PER_TOKEN = 4.0
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”)]*\s+(?=[\"«“(]?[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ0-9])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(«])(?:[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]|т\.\s?[екдпс]|т|б|ж|г|гг|см|мыс|напр|ст|рис|стр|e\.g|i\.e|vs|fig)\.$",
    re.IGNORECASE,
)


def estimated_tokens(text: str) -> int:
    """About how many tokens the embedder sees: letters by four, rounded up (no model is asked)."""
    return -int(-len(text) // LETTERS_PER_TOKEN)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, in order; joined by spaces they give the text with its white space folded."""
    folded = " ".join(text.split())
    parts: list[str] = []
    start = 0
    for end in SENTENCE_END.finditer(folded):
        piece = folded[start : end.start()] + end.group().rstrip()
        if ABBREVIATION.search(piece):
            continue
        parts.append(piece)
        start = end.end()
    if folded[start:]:
        parts.append(folded[start:])
    return tuple(parts)


def divide(text: str, count: int) -> tuple[str, ...]:
    """The text in exactly `count` runs of whole sentences of about equal length (fewer if it has fewer sentences)."""
    whole = sentences(text)
    count = max(1, min(count, len(whole)))
    passed = list(accumulate((len(one) for one in whole), initial=0))
    cuts = [0]
    for number in range(1, count):
        wanted = passed[-1] * number / count
        possible = range(cuts[-1] + 1, len(whole) - (count - number) + 1)
        cuts.append(min(possible, key=lambda at: abs(passed[at] - wanted)))
    return tuple(" ".join(whole[start:end]) for start, end in pairwise([*cuts, len(whole)]) if end > start)


def pieces_needed(texts: Sequence[str], most_tokens: int = MOST_TOKENS) -> int:
    """Into how many pieces texts that belong together are cut so that the longest keeps within the size."""
    longest = max((estimated_tokens(" ".join(text.split())) for text in texts), default=0)
    return max(1, -(-longest // most_tokens))


def cut(text: str, most_tokens: int = MOST_TOKENS) -> tuple[str, ...]:
    """The text in pieces of at most `most_tokens` estimated tokens; a sentence that alone is longer is cut at a space."""
    pieces: list[str] = []
    current = ""
    for sentence in sentences(text):
        for part in _short_parts(sentence, most_tokens):
            joined = f"{current} {part}".strip()
            if current and estimated_tokens(joined) > most_tokens:
                pieces.append(current)
                current = part
            else:
                current = joined
    if current:
        pieces.append(current)
    return tuple(pieces)


def _short_parts(sentence: str, most_tokens: int) -> tuple[str, ...]:
    most_letters = int(most_tokens * LETTERS_PER_TOKEN)
    parts: list[str] = []
    rest = sentence
    while len(rest) > most_letters:
        space = rest.rfind(" ", 1, most_letters + 1)
        at = space if space > 0 else most_letters
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return (*parts, rest) if rest else tuple(parts)
