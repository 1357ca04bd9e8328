"""How a text is worded, as hashed features: character n-grams, word stems with their neighbours, concepts with theirs.

Concepts are the word classes of the injection lexicons: `ignore` near `instruction` is one feature in Kazakh, Russian and
English, so that what is learned in one language counts in the others. Stems are skeletons, the same in every script.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from guardrails.cues import Lexicon, Word, lexicon
from guardrails.language import language_of
from guardrails.letters import skeleton
from guardrails.views import View

LEXICONS = ("injection_en", "injection_ru", "injection_kk")
LETTER_BITS, STEM_BITS, CONCEPT_BITS = 18, 17, 13
WIDTH = 2**LETTER_BITS + 2**STEM_BITS + 2**CONCEPT_BITS
"""Places of all features together: letters first, then stems, then concepts."""
WINDOW = 480
"""Characters of a window: what a short question has, and 80 ms of each of the two passes of the embedder at most."""
STRIDE = 360
MOST_PARTS = 8
_SIZES = (2, 3, 4, 5)
_STEM = 5
_NEIGHBOURS = 3
_NEAR = 7
_SPACE = 32
_GAPS = re.compile(r"\s+")
_DIGITS = re.compile(r"\d")
_SENTENCE = re.compile(r"(?<=[.!?…:»”\"])\s+|\n+")
_TOKEN = re.compile(r"[^\W_]+|[?!.:]")
_PRIME = np.uint32(0x01000193)
_MIX = (np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35))
Places = NDArray[np.int64]
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Where a text has features, rising, and how strongly; each of the three parts has unit length."""

    places: Places
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The words of a view and, for each class, the indexes of its words."""

    words: Sequence[Word]
    places: Mapping[str, Sequence[int]]


def features(view: View, held: Sequence[Held] | None = None) -> Features:
    """The features of one view, whole; `held` where its classes were looked up already."""
    text = _main(view)
    parts = (
        (0, LETTER_BITS, _letters(text)),
        (2**LETTER_BITS, STEM_BITS, _hashes(_stems(text))),
        (
            2**LETTER_BITS + 2**STEM_BITS,
            CONCEPT_BITS,
            _hashes(_concepts(held_in(view) if held is None else held)),
        ),
    )
    found = [_unit(hashes, start, bits) for start, bits, hashes in parts]
    return Features(
        places=np.concatenate([places for places, _ in found]),
        values=np.concatenate([values for _, values in found]),
    )


def windows(view: View) -> tuple[View, ...]:
    """Windows that cover a view; a short one is its own window."""
    length = len(view.latin)
    if length <= WINDOW or len(view.cyrillic) != length:
        return (view,)
    return tuple(
        View(
            name=view.name,
            latin=view.latin[at : at + WINDOW],
            cyrillic=view.cyrillic[at : at + WINDOW],
            joined=view.joined,
        )
        for at in starts(length)
    )


def parts(view: View, size: int) -> tuple[View, ...]:
    """Runs of that many neighbouring sentences: beside them lawful sentences weigh nothing. None where they are the whole."""
    if len(view.cyrillic) != len(view.latin):
        return ()
    cuts = [0, *(found.end() for found in _SENTENCE.finditer(view.latin)), len(view.latin)]
    spans = list(zip(cuts, cuts[size:], strict=False))
    if len(spans) < 2:
        return ()
    kept = [spans[at * (len(spans) - 1) // (MOST_PARTS - 1)] for at in range(MOST_PARTS)]
    return tuple(
        View(name=view.name, latin=view.latin[a:b], cyrillic=view.cyrillic[a:b], joined=view.joined)
        for a, b in (spans if len(spans) <= MOST_PARTS else dict.fromkeys(kept))
        if view.latin[a:b].strip()
    )


def starts(length: int, *, most: int | None = None) -> tuple[int, ...]:
    """Where the windows of a text of that length begin; spread evenly, at most `most` of them."""
    if length <= WINDOW:
        return (0,)
    count = -(-(length - WINDOW) // STRIDE) + 1
    count = count if most is None else min(count, most)
    return tuple((length - WINDOW) * number // (count - 1) for number in range(count))


def held_in(view: View) -> tuple[Held, ...]:
    """The classes of all lexicons in a view: together, or one by one where words are glued and places do not compare."""
    english = language_of(view.latin) == "en"
    each = []
    for one in lexicons():
        text = view.cyrillic if one.skeletal else view.latin
        words, places = one.places(text, glued=view.joined, latin=not (one.skeletal and english))
        each.append(Held(words=words, places=places))
    if view.joined:
        return tuple(each)
    together: dict[str, set[int]] = {}
    for held in each:
        for name, indexes in held.places.items():
            together.setdefault(name, set()).update(indexes)
    return (Held(words=each[-1].words, places={name: sorted(indexes) for name, indexes in together.items()}),)


@cache
def lexicons() -> tuple[Lexicon, ...]:
    """The lexicons of the rail."""
    return tuple(lexicon(name) for name in LEXICONS)


def _main(view: View) -> str:
    """The reading in the script that most letters have."""
    letters = [sign for sign in view.latin if sign.isalpha()]
    return view.latin if 2 * sum(sign.isascii() for sign in letters) >= len(letters) else view.cyrillic


def _letters(text: str) -> NDArray[np.uint32]:
    """Hashes of the n-grams that cross no word; every digit is the same digit.

    Source: FNV-1a over code points, mixed as in MurmurHash3.
    """
    plain = _DIGITS.sub("0", _GAPS.sub(" ", f" {text} "))
    points = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)
    spaces = np.concatenate([[0], np.cumsum(points == _SPACE)])
    found = []
    for size in _SIZES:
        last = len(points) - size + 1
        if last < 1:
            break
        hashed = np.full(last, 0x811C9DC5 + size, dtype=np.uint32)
        for offset in range(size):
            hashed = (hashed ^ points[offset : offset + last]) * _PRIME
        inner = spaces[size - 1 : size - 1 + last] - spaces[1 : 1 + last]
        found.append(hashed[inner <= 0])
    every: NDArray[np.uint32] = np.concatenate([np.zeros(0, dtype=np.uint32), *found])
    every ^= every >> np.uint32(16)
    every *= _MIX[0]
    every ^= every >> np.uint32(13)
    every *= _MIX[1]
    every ^= every >> np.uint32(16)
    return every


def _stems(text: str) -> Iterator[str]:
    found = [_stem(token) for token in _TOKEN.findall(text)]
    yield from found
    for at, stem in enumerate(found):
        yield from (f"{stem}+{other}" for other in found[at + 1 : at + 1 + _NEIGHBOURS])


@lru_cache(maxsize=20_000)
def _stem(token: str) -> str:
    return skeleton(token)[:_STEM]


def _concepts(held: Sequence[Held]) -> Iterator[str]:
    yield from sorted({name for one in held for name in _pairs(one.places)})


def _pairs(places: Mapping[str, Sequence[int]]) -> Iterator[str]:
    ordered = sorted(places)
    yield from ordered
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if _close(places[one], places[other]):
                yield f"{one}&{other}"


def _close(these: Sequence[int], those: Sequence[int]) -> bool:
    """Whether two rising sequences come within a few words of each other."""
    left = right = 0
    while left < len(these) and right < len(those):
        if abs(these[left] - those[right]) <= _NEAR:
            return True
        if these[left] < those[right]:
            left += 1
        else:
            right += 1
    return False


def _hashes(names: Iterable[str]) -> NDArray[np.uint32]:
    return np.array([crc32(name.encode("utf-8", "surrogatepass")) for name in names], dtype=np.uint32)


def _unit(hashes: NDArray[np.uint32], start: int, bits: int) -> tuple[Places, Values]:
    places, counts = np.unique(hashes & np.uint32(2**bits - 1), return_counts=True)
    values = (1.0 + np.log(counts)).astype(np.float32)
    length = float(np.linalg.norm(values))
    return places.astype(np.int64) + start, values / length if length else values
