"""How far a sentence is held by passages: words, word pairs, the best sentence, numbers and names. No model.

Numbers are compared as values (`1 000`, `1,5`, `ХІХ`, `бес`), names as stems. The figure is a suspicion from 0, everything
is there, to 1. It weighs overlap and so says nothing across languages: there only the numbers count.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from guardrails.cues import read
from guardrails.language import language_of
from guardrails.letters import fold, skeleton
from guardrails.placeholders import PLACEHOLDER

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d{1,3}(?:[   ]\d{3})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,]\d+)+|\d+")
_TOKEN = re.compile(rf"{_NUMBER.pattern}|{_WORD.pattern}")
_ROMAN = re.compile(r"(?<![\w])[IVXLCІХМСVХ]{1,8}(?![\w])")
_MARKS = re.compile(r"\[[^\[\]]{0,60}\]|【[^】]{0,60}】")
_LIST_NUMBER = re.compile(r"^\s{0,8}(?:\d{1,2}[.)]\s|[-*•#]+\s)+")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+")
_NAME = re.compile(r"(?<![\w])[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][^\W\d_]{2,}")
_STEM = 6
_FEWEST_WORDS = 3
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "m": 1000}
_TO_ROMAN = str.maketrans("іхсмѵ", "ixcmv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """How far one sentence is held."""

    suspicion: float
    coverage: float
    numbers_absent: tuple[str, ...]
    names_absent: tuple[str, ...]
    claim: bool
    """False for a sentence that says nothing to be held: a heading, a few words."""
    same_language: bool


@dataclass(frozen=True, slots=True)
class _Held:
    """What a passage holds."""

    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    sentences: tuple[frozenset[str], ...]
    numbers: frozenset[str]
    openings: frozenset[str]
    language: str


def ground(
    sentence: str, evidence: Sequence[str], languages: Sequence[str] = (), language: str = ""
) -> Grounding:
    """The grounding of a sentence in passages; `languages` are those of the passages where known."""
    text = _MARKS.sub(" ", PLACEHOLDER.sub(" ", sentence))
    text = _LIST_NUMBER.sub("", text)
    own_language = language_of(text) or language
    held = [_held(passage) for passage in evidence]
    spoken = [languages[i] if i < len(languages) else held[i].language for i in range(len(held))]
    same = not own_language or any(other in ("", own_language) for other in spoken) or not held
    stems = _stems(text)
    numbers = {n for n in _numbers(text, words=False)}
    known_numbers = frozenset[str]().union(*(h.numbers for h in held)) if held else frozenset[str]()
    numbers_absent = tuple(sorted(numbers - known_numbers))
    if not same:
        suspicion = 0.7 if numbers_absent else 0.0
        return _grounding(suspicion, 0.0, numbers_absent, (), claim=bool(stems), same=False)
    all_stems = frozenset[str]().union(*(h.stems for h in held)) if held else frozenset[str]()
    all_pairs = (
        frozenset[tuple[str, str]]().union(*(h.pairs for h in held)) if held else frozenset[tuple[str, str]]()
    )
    openings = frozenset[str]().union(*(h.openings for h in held)) if held else frozenset[str]()
    names = _names(text)
    names_absent = tuple(sorted({name for name in names if skeleton(fold(name))[:4] not in openings}))
    distinct = set(stems)
    coverage = sum(stem in all_stems for stem in distinct) / len(distinct) if distinct else 1.0
    pairs = set(itertools.pairwise(stems))
    paired = sum(pair in all_pairs for pair in pairs) / len(pairs) if pairs else coverage
    best = (
        max((len(distinct & s) / len(distinct) for h in held for s in h.sentences), default=0.0)
        if distinct
        else 1.0
    )
    numbers_absent = tuple(sorted({*numbers_absent, *_misplaced(stems, all_stems, all_pairs)}))
    suspicion = 0.3 * (1 - coverage) + 0.3 * (1 - paired) + 0.2 * (1 - best)
    suspicion += 0.6 * bool(numbers_absent) + 0.2 * bool(names_absent)
    claim = len(distinct) >= _FEWEST_WORDS or bool(numbers_absent) or bool(names_absent)
    return _grounding(suspicion, coverage, numbers_absent, names_absent, claim=claim, same=True)


def _misplaced(
    stems: list[str], all_stems: frozenset[str], all_pairs: frozenset[tuple[str, str]]
) -> set[str]:
    """Numbers that a passage holds elsewhere, in a sentence that otherwise follows it nearly word by word."""
    pairs = list(itertools.pairwise(stems))
    worded = [pair for pair in pairs if not pair[0][0].isdigit() and not pair[1][0].isdigit()]
    if len(worded) < _FEWEST_WORDS or sum(pair in all_pairs for pair in worded) < 0.7 * len(worded):
        return set()
    found = set()
    for index, stem in enumerate(stems):
        beside = pairs[max(0, index - 1) : index + 1]
        held = all(other in all_stems for pair in beside for other in pair)
        if stem[0].isdigit() and held and beside and not any(pair in all_pairs for pair in beside):
            found.add(stem)
    return found


def _grounding(
    suspicion: float,
    coverage: float,
    numbers: tuple[str, ...],
    names: tuple[str, ...],
    *,
    claim: bool,
    same: bool,
) -> Grounding:
    return Grounding(
        suspicion=round(min(1.0, suspicion), 4),
        coverage=round(coverage, 4),
        numbers_absent=numbers,
        names_absent=names,
        claim=claim,
        same_language=same,
    )


@lru_cache(maxsize=512)
def _held(passage: str) -> _Held:
    sentences = tuple(frozenset(_stems(part)) for part in _SENTENCES.split(passage) if part.strip())
    # A sentence may join two of a passage: pairs of neighbours count as one.
    neighbours = tuple(one | two for one, two in itertools.pairwise(sentences))
    stems = _stems(passage)
    return _Held(
        stems=frozenset(stems),
        pairs=frozenset(itertools.pairwise(stems)),
        sentences=sentences + neighbours,
        numbers=frozenset(_numbers(passage, words=True)),
        openings=frozenset(_form(word)[:4] for word in _WORD.findall(fold(passage))),
        language=language_of(passage),
    )


@lru_cache(maxsize=16_384)
def _form(word: str) -> str:
    """The skeleton of a folded word; passages of one subject share most of theirs."""
    return skeleton(word)


def _stems(text: str) -> list[str]:
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


def _numbers(text: str, *, words: bool) -> set[str]:
    """Numbers of a text as plain decimal strings; with `words`, those written as words and in Roman digits too."""
    found = {_plain(match.group()) for match in _NUMBER.finditer(text)}
    found |= {str(value) for match in _ROMAN.finditer(text) if (value := _roman(match.group())) > 1}
    if words:
        for part in list(found):
            found.update(piece for piece in part.replace("-", "").split(".") if piece)
        found |= _spelled(text)
    return found


def _spelled(text: str) -> set[str]:
    """Numbers written as words, also `қырық бес` and `екі жүз`."""
    known, found, before = _number_words(), set[str](), 0
    for word in _WORD.findall(fold(text)):
        form = _form(word)
        value = known.get(form) or next(
            (known[form[:n]] for n in range(len(form), 3, -1) if form[:n] in known), None
        )
        if value is None:
            before = 0
            continue
        found.add(str(value))
        if 10 <= before <= 90 and before % 10 == 0 and value < 10:
            value += before
        elif value >= 100 and 0 < before < 10:
            value *= before
        found.add(str(value))
        before = value
    return found


def _plain(number: str) -> str:
    digits = re.sub(r"[   ]", "", number).replace("−", "-").lstrip("-")
    if digits.count(",") + digits.count(".") == 1:
        whole, _, part = digits.replace(",", ".").partition(".")
        part = part.rstrip("0")
        return f"{whole.lstrip('0') or '0'}.{part}" if part else whole.lstrip("0") or "0"
    return digits.lstrip("0") or "0"


def _roman(word: str) -> int:
    values = [_ROMANS.get(char, 0) for char in fold(word).translate(_TO_ROMAN)]
    if not all(values):
        return 0
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def _names(text: str) -> list[str]:
    """Capitalised words that do not open a sentence."""
    found = []
    for match in _NAME.finditer(text):
        before = text[: match.start()].rstrip(" \"«“'(*_")
        if before and before[-1] not in ".!?…\n:;•-–—#":
            found.append(match.group())
    return found


@cache
def _number_words() -> Mapping[str, int]:
    table = read("numbers")["words"]
    return (
        {skeleton(fold(word)): int(value) for word, value in table.items()} if isinstance(table, dict) else {}
    )


@cache
def _small_words() -> frozenset[str]:
    listed = read("numbers")["small"]
    return frozenset(str(word) for word in listed) if isinstance(listed, list) else frozenset()
