"""Given names in any ending and script: the library's lists, a list of our own, and names put together of two parts."""

import re
from collections.abc import Iterator
from functools import cache

from guardrails.cues import read
from guardrails.letters import fold, skeleton
from guardrails.personal import library
from guardrails.personal.found import Found

_WORD = re.compile(r"(?<![\w'’-])[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ][^\W\d_]{2,24}(?![\w@])")
# Case endings of a name, as skeletons: Kazakh, Russian, English; possessives (`Айгерімім`) are rare and left out.
_ENDING = re.compile(
    r"(?:нин|дин|тин|ин|ан|ен|га|ка|ге|ке|на|не|ни|ди|ти|н|да|де|та|те|нда|нде|дан|ден|тан|тен|нан|нен|мен|бен|пен|дики|ники|тики"
    r"|лар|лер|дар|дер|тар|тер|а|у|ом|ем|е|и|ои|еи|ю|я|с)(?:нин|дин|тин|га|ге|ди|ни|дан|ден|мен|бен|пен)?"
)
_OF_SHORT = re.compile(r"(?:а|у|ом|ем|е|нин|тин|дин)?")
_CITY = "алмати"
_VOWEL = "аеияю"
_SHORTEST = 3
_SHORTEST_STEM = 4


def is_given(word: str) -> bool:
    """Whether a word is a given name, in any case."""
    return library.is_given(word) or is_listed(word)


def is_listed(word: str) -> bool:
    """Whether our own list holds a word, or it is put together of two parts of names; in any case."""
    form = skeleton(fold(word))
    names, parts, none = _names()
    if form.startswith(_CITY):
        return False
    for end in range(len(form), _SHORTEST - 1, -1):
        own = form[:end]
        if (end < len(form) and _ENDING.fullmatch(form, end) is None) or own in none:
            continue
        if own in names or (len(own) >= _SHORTEST_STEM and own in parts):
            return True
    # `Раяны`, `Алуаға`: the last vowel is part of the name and gives way in Russian.
    return form[-1:] in _VOWEL and len(form) > _SHORTEST_STEM and f"{form[:-1]}а" in names


def names(text: str) -> Iterator[Found]:
    """Capitalised words that are given names."""
    for match in _WORD.finditer(text):
        if is_given(match.group()):
            yield Found(start=match.start(), end=match.end(), kind="name", confidence=0.7)


def is_short_surname(word: str) -> bool:
    """Whether a word is a surname without an ending to know it by (`Ким`, `Пак`), in any case."""
    form = skeleton(fold(word))
    return any(
        form[:end] in _surnames() and _OF_SHORT.fullmatch(form, end) for end in range(len(form), 1, -1)
    )


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    first, second = _listed("first"), _listed("second")
    return (
        _listed("names"),
        frozenset(one + other for one in first for other in second if one != other),
        _listed("none"),
    )


@cache
def _surnames() -> frozenset[str]:
    return _listed("surnames")


def _listed(key: str) -> frozenset[str]:
    value = read("first_names_kk")[key]
    return frozenset(skeleton(fold(str(name))) for name in value) if isinstance(value, list) else frozenset()
