"""The words of `lexicons/quantities.toml`: which word of a language says a number, and what part it plays in one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache

from guardrails.cues import BadLexicon, read
from guardrails.letters import fold

LANGUAGES = ("kk", "ru", "en")
_NAME = "quantities"
_ENDING_OF_MEASURE = 4
_ENDING_OF_MONTH = 3
_LONGEST = 40
_KAZAKH_TEN = "он"
_POSSESSIVE = re.compile(r"(?:с?[іы]н?)$")


class Role(StrEnum):
    """How a word takes part in a number."""

    CARDINAL = "cardinal"
    ORDINAL = "ordinal"
    MULTIPLIER = "multiplier"
    SHARE = "share"
    TIMES = "times"
    HALF_MORE = "half_more"


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A word that says a number, or a part of one."""

    role: Role
    value: Fraction


@lru_cache(maxsize=16_384)
def number_word(form: str, language: str) -> NumberWord | None:
    """What a folded word says in a language; an unknown one reads all three, but no `он` (ten or `he`)."""
    if len(form) > _LONGEST:
        return None
    form = form.replace("ё", "е")
    known = language in LANGUAGES
    for spoken in (language,) if known else LANGUAGES:
        if not known and form == _KAZAKH_TEN:
            continue
        found = _forms(spoken).get(form)
        if found is None and spoken == "kk":
            found = _kazakh(form)
        elif found is None and spoken == "ru":
            found = _russian(form)
        if found is not None:
            return found
    return None


def upper_part(form: str) -> Fraction | None:
    """The `бірі` of `үштен бірі`: a Kazakh number word with the ending of what belongs."""
    word = _forms("kk").get(_POSSESSIVE.sub("", form))
    return word.value if word is not None and word.role is Role.CARDINAL else None


def lower_part(form: str) -> Fraction | None:
    """The `thirds` of `two thirds`."""
    return _table("en", "parts").get(form)


def says(what: str, word: str) -> bool:
    """Whether a folded word says `percent` or `century`, in any of the languages."""
    return bool(word) and word.startswith(_beginnings(what))


def month(form: str) -> int:
    """The number of the month that a folded word names; 0 for other words."""
    for language in LANGUAGES:
        for length in range(min(len(form), _LONGEST), 2, -1):
            value = _table(language, "months").get(form[:length])
            if value is not None and len(form) - length <= _ENDING_OF_MONTH:
                return int(value)
    return 0


def is_of_a_whole(word: str) -> bool:
    """Whether a folded word makes an ordinal a share: `пятая часть`."""
    return word in _listed("ru", "of_a_whole")


def is_measure(word: str) -> bool:
    """Whether a folded word is a unit in which things are measured or counted off: days, metres, times."""
    stems = _listed("measures", "stems")
    return word not in _listed("measures", "not") and any(
        word.startswith(stem) and len(word) <= len(stem) + _ENDING_OF_MEASURE for stem in stems
    )


def is_partitive(word: str) -> bool:
    """Whether a folded word before a number takes a part of a whole: `the last two lines`."""
    return word in _listed("measures", "parts") or (
        not word.isascii() and word.startswith(_listed("measures", "parts"))
    )


def is_article(word: str) -> bool:
    """Whether a folded word stands between a number and what it counts and says nothing: `half a mile`."""
    return word in ("a", "an", "the", "of")


def _kazakh(form: str) -> NumberWord | None:
    if form in _listed("kk", "not"):
        return None
    for length in range(len(form) - 1, 1, -1):
        word = _bases().get(form[:length])
        if word is not None:
            return word if _pattern("kk", "endings").fullmatch(form, length) else None
    return None


def _russian(form: str) -> NumberWord | None:
    for length in range(len(form) - 1, 2, -1):
        value = _table("ru", "ordinal").get(form[:length])
        if value is not None and _pattern("ru", "ordinal_endings").fullmatch(form, length):
            return NumberWord(Role.ORDINAL, value)
    for stem, value in _table("ru", "compound").items():
        if form.startswith(stem) and form[len(stem) :].startswith(_listed("ru", "counted")):
            return NumberWord(Role.CARDINAL, value)
    return None


@cache
def _forms(language: str) -> Mapping[str, NumberWord]:
    """Whole forms of a language; endings are read where one of these is not found."""
    found = {
        form: NumberWord(role, value)
        for role in (Role.CARDINAL, Role.MULTIPLIER, Role.SHARE, Role.TIMES)
        for form, value in _table(language, role).items()
    }
    if language == "en":
        found.update({form: NumberWord(Role.ORDINAL, v) for form, v in _table("en", Role.ORDINAL).items()})
    if language == "kk":
        half = NumberWord(Role.HALF_MORE, Fraction(1, 2))
        found.update(dict.fromkeys(_listed("kk", Role.HALF_MORE), half))
    return found


@cache
def _bases() -> Mapping[str, NumberWord]:
    """Kazakh words that take endings."""
    return {
        form: NumberWord(role, value)
        for table, role in (
            ("cardinal", Role.CARDINAL),
            ("collective", Role.CARDINAL),
            ("multiplier", Role.MULTIPLIER),
        )
        for form, value in _table("kk", table).items()
    }


@cache
def _table(section: str, key: str) -> Mapping[str, Fraction]:
    table = _section(section).get(key, {})
    if not isinstance(table, dict):
        raise BadLexicon(f"{_NAME}: {section}.{key} is no table")
    return {form: Fraction(str(value)) for forms, value in table.items() for form in fold(forms).split()}


@cache
def _listed(section: str, key: str) -> tuple[str, ...]:
    listed = _section(section).get(key, [])
    if not isinstance(listed, list):
        raise BadLexicon(f"{_NAME}: {section}.{key} is no list")
    return tuple(fold(str(word)) for word in listed)


@cache
def _beginnings(what: str) -> tuple[str, ...]:
    return tuple(word for language in LANGUAGES for word in _listed(language, what))


@cache
def _pattern(section: str, key: str) -> re.Pattern[str]:
    return re.compile(str(_section(section)[key]))


def _section(name: str) -> Mapping[str, object]:
    section = read(_NAME).get(name)
    if not isinstance(section, dict):
        raise BadLexicon(f"{_NAME}: no section {name}")
    return section
