"""Names that are never masked: people and places of the curriculum and well-known figures, with any ending."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from guardrails.cues import read
from guardrails.letters import fold, skeleton
from guardrails.personal import given

_VOWELS = "аеоуяюь"
_KEPT = ("ау", "еу")
"""Vowels that belong to the name: `Көкшетау`."""
_FLEETING = {"павел": "павл", "лев": "лва"}
_CHANGING = "аеоуяюи"
_SHORTEST = 3
_LONG = 5
_LONGEST_ENDING = 8
_BARE = frozenset("гкдт")
"""What is left of an ending without its vowel; all but г count behind a long name only."""
_ADJECTIVE = re.compile(r"(\w{2,20}?(?:[сц]к|[внрт]))(?:и|ии|ог|ом|им|ими|их|ем|а|у|о|ои|)")
# Case and number endings of names, as skeletons; at most three in a row (-лар-дың-дікі).
_ENDING = re.compile(
    r"(?:а|у|о|е|и|я|ю|ом|ем|ои|еи|им|их|ого|ому|ого|ами|ам|ах|нин|дин|тин|га|ка|ге|ке|на|не|ни|ди|ти|да|де|та|те|нда|нде"
    r"|дан|ден|тан|тен|нан|нен|мен|бен|пен|дики|ники|тики|лар|лер|дар|дер|тар|тер|син|с|н|м){1,3}"
)
_SLAVIC_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|овн|евн|ичн)\w{0,3}$", re.IGNORECASE)


def stem(word: str) -> str:
    """A name without its last vowel, as a skeleton: `Петя`, `Пете` and `Петю` are one."""
    form = skeleton(fold(word))
    form = _FLEETING.get(form, form)
    bare = form if form.endswith(_KEPT) else form.rstrip(_VOWELS)
    return bare if len(bare) >= _SHORTEST else form


def same(one: str, other: str) -> bool:
    """Whether two stems are forms of one name: one is the other with case endings."""
    if one == other:
        return True
    if one[:2] != other[:2]:
        return False
    # `Николай`, `Николаем`: the й is no part of the stem.
    short, long = sorted((_without_last(one), _without_last(other)), key=len)
    if short == long:
        return True
    if len(short) >= _SHORTEST and long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING:
        rest = long[len(short) :].lstrip("аеи")
        bare = rest == "г" or (len(short) > _SHORTEST and rest in _BARE)
        if bare or _ENDING.fullmatch(long, len(short)) is not None:
            return True
    # `Ильи`, `Абая`: a short name of which the last vowels change. `Македонского`: an adjective.
    if len(long) < _LONG:
        return short.rstrip(_CHANGING) == long.rstrip(_CHANGING)
    stems = [_ADJECTIVE.fullmatch(word) for word in (short, long)]
    return stems[0] is not None and stems[1] is not None and stems[0][1] == stems[1][1]


def _without_last(form: str) -> str:
    return form[:-1] if form[-1] == "и" and len(form) > _SHORTEST else form


class Standing(StrEnum):
    """How a name stands to the list."""

    LISTED = "listed"
    """A whole name of the list."""
    POSSIBLE = "possible"
    """Words that the list holds one by one: a figure's, unless the text says it is a pupil's."""
    UNKNOWN = "unknown"


class Allowed:
    """The allow-list, by the first letters of each stem."""

    def __init__(self, names: Iterable[str]) -> None:
        figures = read("figures")
        self._listed: dict[str, list[tuple[str, ...]]] = {}
        self._single: dict[str, list[str]] = {}
        for name in {*(name for key in ("kk", "ru", "en") for name in _listed(figures[key])), *names}:
            stems = tuple(stem(part) for part in parts(name))
            for part in stems:
                self._listed.setdefault(part[:_SHORTEST], []).append(stems)
        # Words of the corpus and places stand alone there; two of them in a row are no pupil's.
        for name in {*_listed(figures["places"]), *names}:
            for part in map(stem, parts(name)):
                self._single.setdefault(part[:_SHORTEST], []).append(part)
        self._everyday: dict[str, list[str]] = {}
        for part in map(stem, _listed(figures["everyday"])):
            self._everyday.setdefault(part[:_SHORTEST], []).append(part)

    def standing(self, name: str) -> Standing:
        """Whether a name (initials and patronymic aside) is a listed one, could be one, or is unknown."""
        words = parts(name)
        if len(words) > 2:
            words = tuple(word for word in words if not _SLAVIC_PATRONYMIC.search(word)) or words
        stems = [stem(word) for word in words]
        if not stems:
            return Standing.UNKNOWN
        if len(stems) == 1:
            return self._alone(words[0], stems[0])
        # A word before a listed name is no part of it: `казахстанец Бауыржан Момышулы`.
        if self._is_listed(stems) or (len(stems) > 2 and self._is_listed(stems[1:])):
            return Standing.LISTED
        return Standing.POSSIBLE if all(map(self._is_single, stems)) else Standing.UNKNOWN

    def _is_listed(self, stems: Sequence[str]) -> bool:
        return any(
            all(any(same(part, own) for own in listed) for part in stems)
            for stem in stems
            for listed in self._near(stem)
        )

    def _alone(self, word: str, part: str) -> Standing:
        # A first name alone is everybody's: only a surname may be a figure's, and `Жанель` is no form of `Жангелдин`.
        first = given.is_given(word)
        possible = self._is_single(part) or any(
            same(part, own[-1]) and not (first and len(own) > 1 and len(own[-1]) > len(part))
            for own in self._near(part)
        )
        return Standing.POSSIBLE if possible and not self._is_everyday(part) else Standing.UNKNOWN

    def _is_everyday(self, part: str) -> bool:
        return any(same(part, own) for own in self._everyday.get(part[:_SHORTEST], ()))

    def _is_single(self, part: str) -> bool:
        return any(same(part, own) for own in self._single.get(part[:_SHORTEST], ()))

    def _near(self, part: str) -> list[tuple[str, ...]]:
        return self._listed.get(part[:_SHORTEST], [])


def parts(name: str) -> tuple[str, ...]:
    """The words of a name without initials and full stops."""
    words = name.replace("-", " ").replace("«", " ").replace("»", " ").split()
    return tuple(
        word.strip(".,()\"'") for word in words if len(word.strip(".,()\"'")) > 1 and "." not in word[:-1]
    )


def _listed(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []
