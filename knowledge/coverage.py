"""How much of what a question is about stands in a passage: its words by rarity, found by stem or by likeness."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from knowledge.chunking import sentences
from knowledge.passage import LANGUAGES, Passage
from knowledge.phrasing import is_common, topic_tokens
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.stemming import stem, stems

COMMON_WEIGHT = 0.35
LIKE_WEIGHT = 0.6
LIKENESS = 0.6
LIKE_LETTERS = 4
LIKE_START = 3

Weights = Mapping[str, float]


def weights(text: str, lexical: LexicalBranch) -> dict[str, float]:
    """What the content tokens of a question weigh: their rarity, in the language that knows them best.

    A word that the corpus lacks weighs most; a word of everyday use about a third of its rarity.
    """
    return {
        token: min(lexical.rarity(f"{language}:{stem(token, language)}") for language in LANGUAGES)
        * (COMMON_WEIGHT if is_common(token) else 1.0)
        for token in topic_tokens(text)
    }


def is_known(token: str, lexical: LexicalBranch) -> bool:
    """Whether any passage holds the token, in any language."""
    return any(lexical.frequency(f"{language}:{stem(token, language)}") for language in LANGUAGES)


def covered(asked: Weights, passages: Iterable[Passage]) -> dict[str, float]:
    """The weight of each token that these passages hold together."""
    words: dict[str, set[str]] = {}
    for one in passages:
        words.setdefault(one.language, set()).update(_stems(one.search_text, one.language))
    found: dict[str, float] = {}
    for language, held in words.items():
        _note(asked, language, held, found)
    return found


def covered_by_sentence(asked: Weights, passages: Iterable[Passage]) -> float:
    """The greatest weight that a single sentence of these passages holds."""
    best = 0.0
    for one in passages:
        for sentence in _sentences(one.text):
            found: dict[str, float] = {}
            _note(asked, one.language, _stems(sentence, one.language), found)
            best = max(best, sum(found.values()))
    return best


def _note(asked: Weights, language: str, held: Iterable[str], found: dict[str, float]) -> None:
    held = held if isinstance(held, (set, frozenset)) else frozenset(held)
    for token, weight in asked.items():
        root = stem(token, language)
        if root in held:
            found[token] = weight
        elif len(root) >= LIKE_LETTERS and found.get(token, 0.0) < weight * LIKE_WEIGHT:
            alike = (_likeness(root, word) for word in held if word[:LIKE_START] == root[:LIKE_START])
            if max(alike, default=0.0) >= LIKENESS:
                found[token] = weight * LIKE_WEIGHT


@lru_cache(maxsize=8192)
def _sentences(text: str) -> tuple[str, ...]:
    return sentences(text)


@lru_cache(maxsize=8192)
def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(stems(text, language))


@lru_cache(maxsize=16384)
def _threes(word: str) -> frozenset[str]:
    return frozenset(word[at : at + 3] for at in range(max(1, len(word) - 2)))


def _likeness(one: str, other: str) -> float:
    """Dice's share of common runs of three letters."""
    ours, theirs = _threes(one), _threes(other)
    return 2.0 * len(ours & theirs) / (len(ours) + len(theirs))
