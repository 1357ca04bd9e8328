"""What a passage holds, read once: its words, word pairs, sentences, names, letters of its words, and what it denies."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from guardrails.contrast import Turns, turns
from guardrails.cues import read
from guardrails.language import language_of
from guardrails.letters import fold, skeleton
from guardrails.marks import without_marks
from guardrails.quotation import Wording, disowned, wording

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d{1,3}(?:[   ]\d{3})+(?:[.,]\d+)?(?![\d])|\d(?:\d|[.,](?=\d))*")
_TOKEN = re.compile(rf"{_NUMBER.pattern}|{_WORD.pattern}")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+")
_STEM = 6
_OPENING = 4
_GRAM = 3
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class HeldSentence:
    """One sentence of a passage, or two neighbours joined: an answer may join two."""

    stems: frozenset[str]
    turns: Turns
    wording: Wording
    joined: bool
    disowned: bool
    """Whether what stands beside it calls it false, so that it may not be quoted alone."""

    def joined_to(self, other: "HeldSentence") -> "HeldSentence":
        """Both together, where the other follows it."""
        return HeldSentence(
            self.stems | other.stems,
            self.turns.joined(other.turns),
            self.wording.joined(other.wording),
            joined=True,
            disowned=self.disowned or other.disowned,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What a passage holds."""

    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    sentences: tuple[HeldSentence, ...]
    openings: frozenset[str]
    """The first four letters of every word, as skeletons: names in any case form."""
    letters: "LetterIndex"
    absolutes: frozenset[str]
    language: str


class LetterIndex:
    """Finds the word of a passage that shares most runs of three letters with another word: the same root in another form."""

    def __init__(self, words: Sequence[str]) -> None:
        self._sizes: list[int] = []
        self._places: dict[str, list[int]] = {}
        for word in dict.fromkeys(words):
            grams = _grams(word)
            for gram in grams:
                self._places.setdefault(gram, []).append(len(self._sizes))
            self._sizes.append(len(grams))

    def nearest(self, word: str) -> float:
        """Dice share of the nearest word's runs, 0 to 1."""
        grams = _grams(word)
        common = Counter(itertools.chain.from_iterable(self._places.get(gram, ()) for gram in grams))
        return max((2 * n / (len(grams) + self._sizes[at]) for at, n in common.items()), default=0.0)


@lru_cache(maxsize=512)
def held(passage: str) -> Held:
    """What a passage holds."""
    parts = [part for part in _SENTENCES.split(passage) if part.strip()]
    found = [stems(part) for part in parts]
    singles = _singles(parts, found)
    neighbours = [one.joined_to(two) for one, two in itertools.pairwise(singles)]
    in_order = list(itertools.chain.from_iterable(found))
    folded = fold(passage)
    return Held(
        stems=frozenset(in_order),
        pairs=frozenset(itertools.pairwise(in_order)),
        sentences=(*singles, *neighbours),
        openings=frozenset(opening(word) for word in _LETTERS.findall(folded)),
        letters=LetterIndex(words(folded)),
        absolutes=frozenset[str]().union(*(one.turns.absolutes for one in singles)),
        language=language_of(passage),
    )


def _singles(parts: Sequence[str], found: Sequence[list[str]]) -> list[HeldSentence]:
    """The sentences of a passage with their stems."""
    worded = [wording(""), *(wording(without_marks(part, lists=False)) for part in parts), wording("")]
    colons = [False, *(part.rstrip().endswith(":") for part in parts)]
    return [
        HeldSentence(
            frozenset(own),
            turns(part),
            worded[place],
            joined=False,
            disowned=disowned(worded[place - 1], colons[place - 1], worded[place + 1]),
        )
        for place, (own, part) in enumerate(zip(found, parts, strict=True), start=1)
    ]


def stems(text: str) -> list[str]:
    """Stems of the words that carry a claim, and numbers, in their order: a number in another place breaks its pairs."""
    small = _small_words()
    found = []
    for match in _TOKEN.finditer(fold(text)):
        word = match.group()
        if word[0].isdigit():
            found.append(_plain(word))
        elif len(word) > 1 and word not in small:
            found.append(_form(word)[:_STEM])
    return found


def words(text: str) -> list[str]:
    """The words of a folded text that carry a claim."""
    small = _small_words()
    return [w[:_LONGEST_WORD] for w in _WORD.findall(text) if len(w) > 2 and w not in small]


def is_small(word: str) -> bool:
    """Whether a folded word carries no claim."""
    return word in _small_words()


def opening(word: str) -> str:
    """The beginning by which a folded name is known in any case form."""
    return _form(word)[:_OPENING]


@lru_cache(maxsize=16_384)
def _form(word: str) -> str:
    """The skeleton of a folded word; passages of one subject share most of theirs."""
    return skeleton(word)


@lru_cache(maxsize=16_384)
def _grams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1))


def _plain(number: str) -> str:
    digits = re.sub(r"[   ]", "", number).replace("−", "-").lstrip("-")
    if digits.count(",") + digits.count(".") == 1:
        whole, _, part = digits.replace(",", ".").partition(".")
        part = part.rstrip("0")
        return f"{whole.lstrip('0') or '0'}.{part}" if part else whole.lstrip("0") or "0"
    return digits.lstrip("0") or "0"


@cache
def _small_words() -> frozenset[str]:
    listed = read("small_words")["small"]
    return frozenset(str(word) for word in listed) if isinstance(listed, list) else frozenset()
