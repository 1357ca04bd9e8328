"""Numbered placeholders for personal values: made in masking, put back for display only.

The map from placeholder to value is never stored: it is re-derived from the raw text and the masked one.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache

from guardrails.cues import read
from guardrails.seen import normalised

PLACEHOLDER = re.compile(
    r"\[([A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]{2,12}(?:_[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]{2,12}){0,2})_([1-9][0-9]{0,2})\]"
)
# A placeholder, or a swear word that the conduct rail covered: both stand for something else in the raw text.
_MARK = re.compile(rf"{PLACEHOLDER.pattern}|(?<!\w)\w\*{{3}}")
LONGEST_VALUE = 160
_PLACES_AT_MOST = 200_000
"""Places of all literal parts; a class list has some ten thousand, a text made to cost time has more."""
# Letters that a value of a kind may hold at most: `N01234567`, `KZ86125KZT...`.
_NUMERIC = {"iin": 0, "bin": 0, "card": 0, "phone": 0, "document": 4, "plate": 4, "birth_date": 16}
_NAMES = frozenset({"pupil", "teacher", "parent", "person"})


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    document = read("placeholders")
    return {
        language: {str(kind): str(word) for kind, word in table.items()}
        for language, table in document.items()
        if isinstance(table, dict)
    }


@cache
def _kinds() -> Mapping[str, str]:
    return {word: kind for table in _words().values() for kind, word in table.items()}


def placeholder(kind: str, number: int, language: str) -> str:
    """The placeholder of the n-th value of a kind; Kazakh for a language that is not known."""
    return f"[{_words().get(language, _words()['kk'])[kind]}_{number}]"


def kind_of(mark: str) -> str:
    """The kind that a placeholder stands for; empty for what is none of ours."""
    match = PLACEHOLDER.fullmatch(mark)
    return _kinds().get(match[1], "") if match else ""


def used_numbers(text: str, kind: str, language: str) -> frozenset[int]:
    """Numbers that placeholders of this kind and language already have in a text."""
    word = _words().get(language, _words()["kk"])[kind]
    return frozenset(int(match[2]) for match in PLACEHOLDER.finditer(text) if match[1] == word)


def restore(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; one that the map lacks (invented by a model) stays."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(), match.group()), text)


def restore_map(raw: str, masked: str) -> Mapping[str, str]:
    """What each placeholder of a masked text stands for, found by laying it over the raw text as a reader sees it.

    The literal parts between placeholders must stand in the raw text in their order, and a value must have the shape of
    its kind (a name holds no digit, a number begins with one). A placeholder that the raw text itself holds is literal.
    A placeholder with several values (declined names) gets the fullest. Empty when the two texts do not lie over each other.
    """
    raw, _ = normalised(raw)
    own = {match.group() for match in _MARK.finditer(raw)}
    marks = [match for match in _MARK.finditer(masked) if match.group() not in own]
    if not marks:
        return {}
    ends = [*(mark.start() for mark in marks), len(masked)]
    starts = [0, *(mark.end() for mark in marks)]
    literals = [masked[start:end] for start, end in zip(starts, ends, strict=True)]
    spans = _lay(raw, literals, [_kinds().get(mark[1], "") if mark[1] else mark.group() for mark in marks])
    values: dict[str, str] = {}
    for mark, (start, end) in zip(marks, spans, strict=False):
        value = raw[start:end]
        if mark[1] and (mark.group() not in values or _fuller(value) < _fuller(values[mark.group()])):
            values[mark.group()] = value
    return values


def _fuller(value: str) -> tuple[int, int]:
    """Sorts the value with the most words first, then the shortest: `Тимур Жакупов` before `Тимура`."""
    return -len(value.split()), len(value)


def _lay(raw: str, literals: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    """Spans of the values, the earliest that let every literal part find its place; empty if there are none."""
    if not raw.startswith(literals[0]) or not raw.endswith(literals[-1]):
        return []
    count = len(kinds)
    # places[i]: where literal i may begin; the first and the last are fixed.
    places: list[list[int]] = [[0]]
    for literal in literals[1:-1]:
        places.append(_occurrences(raw, literal))
    places.append([len(raw) - len(literals[-1])])
    if sum(map(len, places)) > _PLACES_AT_MOST:
        return []
    reach: list[dict[int, int]] = [{} for _ in range(count + 1)]  # begin of literal i -> begin of literal i+1
    reach[count] = {places[count][0]: -1}
    for i in range(count - 1, -1, -1):
        following = sorted(reach[i + 1])
        for begin in places[i]:
            start = begin + len(literals[i])
            for end in following[bisect_left(following, start + 1) :]:
                if end - start > LONGEST_VALUE:
                    break
                if _shaped(raw[start:end], kinds[i]):
                    reach[i][begin] = end
                    break
    if 0 not in reach[0]:
        return []
    spans, begin = [], 0
    for i in range(count):
        end = reach[i][begin]
        spans.append((begin + len(literals[i]), end))
        begin = end
    return spans


def _occurrences(raw: str, literal: str) -> list[int]:
    if not literal:
        return list(range(len(raw) + 1))
    found, at = [], raw.find(literal)
    while at >= 0:
        found.append(at)
        at = raw.find(literal, at + 1)
    return found


def _shaped(value: str, kind: str) -> bool:
    if value != value.strip() or "\n" in value:
        return False
    digits = sum(c.isdigit() for c in value)
    if kind in _NAMES:
        return digits == 0
    if kind.endswith("***"):
        return value[0] == kind[0] and value.replace("'", "").isalnum()
    if kind in _NUMERIC:
        return digits >= 3 and value[-1].isalnum() and sum(c.isalpha() for c in value) <= _NUMERIC[kind]
    if kind == "email":
        return " " not in value
    return True
