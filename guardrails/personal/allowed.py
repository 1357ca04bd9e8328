"""Names that are never masked: people and places of the curriculum and well-known figures, with any ending."""

import re
from collections.abc import Iterable
from enum import StrEnum

from guardrails.cues import read
from guardrails.letters import fold, skeleton

_VOWELS = "аеоуяюь"
_SHORTEST = 3
# Case and number endings of names, as skeletons; at most three in a row (-лар-дың-дікі).
_ENDING = re.compile(
    r"(?:а|у|о|е|и|я|ю|ом|ем|ои|еи|им|их|ого|ому|ого|ами|ам|ах|нин|дин|тин|га|ка|ге|ке|на|не|ни|ди|ти|да|де|та|те|нда|нде"
    r"|дан|ден|тан|тен|нан|нен|мен|бен|пен|дики|ники|тики|лар|лер|дар|дер|тар|тер|син|с|н|м){1,3}"
)
_SLAVIC_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|овн|евн|ичн)\w{0,3}$", re.IGNORECASE)


def stem(word: str) -> str:
    """A name without its last vowel, as a skeleton: `Петя`, `Пете` and `Петю` are one."""
    form = skeleton(fold(word))
    bare = form.rstrip(_VOWELS)
    return bare if len(bare) >= _SHORTEST else form


def same(one: str, other: str) -> bool:
    """Whether two stems are forms of one name: one is the other with case endings."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST or not long.startswith(short) or len(long) - len(short) > 8:
        return False
    return _ENDING.fullmatch(long, len(short)) is not None


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
        listed = [name for key in ("kk", "ru", "en") for name in _listed(figures[key])]
        self._by_letters: dict[str, list[tuple[str, ...]]] = {}
        for name in {*listed, *names}:
            stems = tuple(stem(part) for part in parts(name))
            for part in stems:
                self._by_letters.setdefault(part[:_SHORTEST], []).append(stems)

    def standing(self, name: str) -> Standing:
        """Whether a name (initials and patronymic aside) is a listed one, could be one, or is unknown."""
        words = parts(name)
        if len(words) > 2:
            words = tuple(word for word in words if not _SLAVIC_PATRONYMIC.search(word)) or words
        stems = [stem(word) for word in words]
        if not stems:
            return Standing.UNKNOWN
        if len(stems) > 1 and any(
            all(any(same(part, own) for own in listed) for part in stems) for listed in self._near(stems[0])
        ):
            return Standing.LISTED
        # A first name alone is everybody's: only a surname may be a figure's. Of several words each is listed alone.
        most = 99 if len(stems) == 1 else 1
        if all(any(len(own) <= most and same(part, own[-1]) for own in self._near(part)) for part in stems):
            return Standing.POSSIBLE
        return Standing.UNKNOWN

    def _near(self, part: str) -> list[tuple[str, ...]]:
        return self._by_letters.get(part[:_SHORTEST], [])


def parts(name: str) -> tuple[str, ...]:
    """The words of a name without initials and full stops."""
    words = name.replace("-", " ").replace("«", " ").replace("»", " ").split()
    return tuple(
        word.strip(".,()\"'") for word in words if len(word.strip(".,()\"'")) > 1 and "." not in word[:-1]
    )


def _listed(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []
