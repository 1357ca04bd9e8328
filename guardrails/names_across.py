"""Names of a sentence in passages of another language: by their consonants, in whatever script, spelling and case form.

`Әуезов`, `Ауэзов` and `Auezov` are one name, and so are those that a list holds (`Мысыр`, `Египет`, `Egypt`). Whatever may be the
same counts as the same: only a name that is far from every word of the passages is absent.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from guardrails.cues import read
from guardrails.held import is_small
from guardrails.letters import fold, skeleton

_NAME = re.compile(r"(?<![\w])[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][^\W\d_]{2,}")
_QUOTED = re.compile(r"«[^»]{0,120}»|“[^”]{0,120}”|\"[^\"]{0,120}\"")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_ENDS = ".!?…\n:;•#"
_AROUND = " \"«“'(*_–—-"
_LATIN = re.compile(r"[a-z]")
_ROMAN = re.compile(r"[IVXLC]+")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST = 24
_VARIANTS = 8
_FEWEST = 2
"""Consonants from which one name may begin another; a shorter one must have the same."""
_SHORT = 5
"""Letters up to which three of them at the beginning are those of a name (`Абай`, `Абайдың`), else four."""
_SLIP = 4
"""Consonants from which one of them may differ."""

_CYRILLIC: Sequence[tuple[str, tuple[str, ...]]] = (
    ("дж", ("j",)),
    ("в", ("b", "")),
    *((letter, ("k",)) for letter in "гғкқхһ"),
    *((letter, ("t",)) for letter in "дт"),
    *((letter, ("j",)) for letter in "жчшщ"),
    *((letter, ("s",)) for letter in "зсц"),
    *((letter, ("n",)) for letter in "нң"),
    *zip("бпфлмр", (("b",), ("p",), ("f",), ("l",), ("m",), ("r",)), strict=True),
)
"""What Cyrillic letters may stand for; vowels for nothing, longest first."""
_SOUNDS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("shch", ("j",)),
    ("sch", ("j", "sk")),
    ("tch", ("j",)),
    ("sh", ("j",)),
    ("zh", ("j",)),
    ("ch", ("j", "k")),
    ("kh", ("k",)),
    ("gh", ("k", "")),
    ("ph", ("f",)),
    ("th", ("t", "f")),
    ("ts", ("s",)),
    ("wr", ("r",)),
    ("dg", ("j",)),
    ("ck", ("k",)),
    ("ew", ("",)),
    ("ow", ("", "b")),
    ("aw", ("",)),
    ("c", ("k", "s")),
    ("g", ("k", "j")),
    ("h", ("k", "")),
    ("x", ("ks",)),
    ("j", ("j", "")),
    ("q", ("k",)),
    ("b", ("b",)),
    ("v", ("b",)),
    ("w", ("b", "")),
    ("p", ("p",)),
    ("f", ("f",)),
    ("k", ("k",)),
    ("d", ("t",)),
    ("t", ("t",)),
    ("s", ("s",)),
    ("z", ("s",)),
    ("n", ("n",)),
    ("l", ("l",)),
    ("m", ("m",)),
    ("r", ("r",)),
)
"""What Latin letters may stand for, longest first."""

_ENDING = re.compile(
    # Russian adjectives, then nouns; what makes family names (`-ов`, `-ин`) is none of them
    r"[ыи]й|ой|[ая]я|[ое]е|[ыи]е|[ое]го|[ое]му|[ыи]м|[ую]ю|[ыи]х|[ыи]ми"
    r"|[аяоеёыиуюь]|[ое]м|[еое]й|[ая]ми?|[ая]х"
    # Kazakh: many, whose, case
    r"|(?:[лдт][ае]р)?(?:с?[ыі]|[ыі]м[ыі]з)?(?:[ндт][ыі]ң?|н?[дт][ае](?:н|ғы|гі)?|[ғгқкн][ае]|н[ае]н|[мбп]ен|н)?"
)
"""What may stand behind a name of the list that begins others, too (`алтын`, `Алтынсарин`)."""


def absent_across(text: str, passages: Sequence[str]) -> tuple[str, ...]:
    """Capitalised words inside a sentence that no passage of another language holds in any spelling.

    What stands in quotation marks is a title, which is translated and not spelled anew.
    """
    said = _QUOTED.sub(lambda found: " " * len(found.group()), text)
    absent = set()
    for match in _NAME.finditer(said):
        before = said[: match.start()].rstrip(_AROUND)
        if not before or before[-1] in _SENTENCE_ENDS:
            continue
        name = fold(match.group())
        if _ROMAN.fullmatch(match.group()) or is_small(name):
            continue
        if not _is_plain(name) and not any(_holds(passage, name) for passage in passages):
            absent.add(match.group())
    return tuple(sorted(absent))


def _holds(passage: str, name: str) -> bool:
    named, words = _said(passage)
    return any(_alike(name, one) for one in named) or any(_rows(name) & _rows(one) for one in words)


@lru_cache(maxsize=128)
def _said(passage: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a passage that stand with a capital, and all of them; folded."""
    words = _WORD.findall(passage)
    named = dict.fromkeys(fold(one) for one in words if one[0].isupper())
    return tuple(named), tuple(dict.fromkeys(map(fold, words)))


@lru_cache(maxsize=16_384)
def _alike(name: str, word: str) -> bool:
    shared = _SHORT - 2 if min(len(name), len(word)) <= _SHORT else _SHORT - 1
    if skeleton(name)[:shared] == skeleton(word)[:shared]:
        return True
    return any(_near(one, other) for one in _consonants(name) for other in _consonants(word))


def _near(one: str, other: str) -> bool:
    """Whether two rows of consonants may be of one name: one begins the other, or one consonant differs."""
    short, long = sorted((one, other), key=len)
    if len(short) < _FEWEST:
        return short == long and bool(short)
    if long.startswith(short):
        return True
    head = long[: len(short) + 1]
    return len(short) >= _SLIP and (_slips(short, long[: len(short)]) or _slips(short, head))


def _slips(one: str, other: str) -> bool:
    """Whether at most one consonant must be changed, put in or left out."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return abs(len(one) - len(other)) <= 1
    left, right = one[same:], other[same:]
    return left[1:] == right[1:] or left == right[1:] or left[1:] == right


@lru_cache(maxsize=16_384)
def _consonants(word: str) -> frozenset[str]:
    """What the consonants of a folded word may be; letters that stand double count once."""
    word = _DOUBLED.sub(r"\1", word[:_LONGEST])
    listed = _SOUNDS if _LATIN.search(word) else _CYRILLIC
    found, at = {""}, 0
    while at < len(word):
        letters, sounds = next(
            ((those, sounds) for those, sounds in listed if word.startswith(those, at)), (word[at], ("",))
        )
        found = set(sorted({one + sound for one in found for sound in sounds})[:_VARIANTS])
        at += len(letters)
    return frozenset(found)


@lru_cache(maxsize=16_384)
def _rows(word: str) -> frozenset[int]:
    """The rows of the list in which a word stands."""
    same, _ = listed()
    return frozenset(place for place, row in enumerate(same) if _begins(word, row))


@lru_cache(maxsize=16_384)
def _is_plain(name: str) -> bool:
    _, plain = listed()
    return _begins(name, plain)


def _begins(word: str, listed: Sequence[str]) -> bool:
    return any(_is_of(word, one) for one in listed)


def _is_of(word: str, one: str) -> bool:
    """Whether a word is of a row of the list, whose first sign says how (see there)."""
    if one.startswith("="):
        return word == one[1:]
    if one.startswith("~"):
        return word.startswith(one[1:]) and _ENDING.fullmatch(word, len(one) - 1) is not None
    return word.startswith(one)


@cache
def listed() -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The names that differ by language, and the words that are translated; read once.

    Raises:
        TypeError: the file is not of the form.
    """
    document = read("names_across")
    same, plain = document["same"], document["plain"]
    if not isinstance(same, list) or not isinstance(plain, list):
        raise TypeError("lexicons/names_across.toml: same and plain are lists")
    return tuple(tuple(fold(one) for one in row) for row in same), tuple(fold(one) for one in plain)
