"""Texts as sets of stems, and how near two of them are; each text is stemmed once."""

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache

from knowledge.language import detect, tokens
from knowledge.stemming import stem

SIGNS = re.compile(r"[−+×÷·*^√=<>≤≥≠%²³]|(?<=\d)\s?[-–:/]\s?(?=\d)")
"""Signs of calculation; what is also a mark of writing counts between numbers alone."""
QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
LEAST_LETTERS = 3


@lru_cache(maxsize=16384)
def stems_of(text: str, language: str) -> frozenset[str]:
    """The stems of the words that carry a sense (three letters and more) and the numbers."""
    return frozenset(
        stem(token, language)
        for token in tokens(text)
        if len(token) >= LEAST_LETTERS or any(letter.isdigit() for letter in token)
    )


@lru_cache(maxsize=16384)
def figures_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers and the signs of calculation in a text, each in order of value."""
    numbers = sorted(token for token in tokens(text) if token[0].isdigit())
    return tuple(numbers), tuple(sorted(sign.strip() for sign in SIGNS.findall(text)))


def near(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """How much two sets share, from 0 to 1.

    Source: P. Jaccard (1901): the size of what is common over the size of both together.
    """
    return len(one & other) / len(one | other) if one or other else 0.0


def held(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """The share of the first set that stands in the second; 0 for an empty one."""
    return len(one & other) / len(one) if one else 0.0


@lru_cache(maxsize=16384)
def language_of(text: str) -> str:
    """The language of a text, as the index tells it."""
    return detect(text)


@lru_cache(maxsize=16384)
def used(text: str) -> str:
    """The text without what it quotes: a word that is asked about is mentioned and not used."""
    return QUOTED.sub(" ", text)


@lru_cache(maxsize=16384)
def quoted_in(text: str) -> frozenset[tuple[str, ...]]:
    """What the text quotes, in folded tokens."""
    return frozenset(tokens(one) for one in QUOTED.findall(text))
