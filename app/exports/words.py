"""The words that stand only in files: the AI line, the heads of tables, "Sources"; data, by language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

from app.documents import Level

HOME = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What files say in one language.

    Attributes:
        mark: the sentences of the AI line.
        words: single words and short sentences.
        points: "3 points", by the plural form of the number.
        columns: heads of the five columns of a lesson's course.
        levels: the thinking levels.
        rubric: by number of levels, what each is called, best first.
    """

    language: str
    mark: Mapping[str, str]
    words: Mapping[str, str]
    points: Mapping[str, str]
    columns: Mapping[str, str]
    levels: Mapping[str, str]
    rubric: Mapping[str, tuple[str, ...]]

    def say(self, name: str, /, **places: str | int) -> str:
        """A word with its places filled.

        Raises:
            LookupError: there is no such word.
        """
        return self.words[name].format(**places)

    def count(self, points: int) -> str:
        """That many points, in the right plural form."""
        form = Locale(self.language).plural_form(points)
        return self.points.get(form, self.points["other"]).format(number=points)

    def level(self, level: Level) -> str:
        """What a thinking level is called."""
        return self.levels[level.value]

    def rubric_levels(self, count: int) -> tuple[str, ...]:
        """What the levels of a rubric are called, best first; their numbers where no names are known."""
        return self.rubric.get(str(count), tuple(str(number) for number in range(count, 0, -1)))


@cache
def load(language: str) -> Words:
    """The words of kk, ru or en.

    Raises:
        LookupError: there are none in that language.
    """
    path = HOME / f"words.{language}.toml"
    if not path.is_file():
        raise LookupError(f"no words for files in {language!r}")
    plain = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(
        language=language,
        mark=plain["mark"],
        words=plain["words"],
        points=plain["points"],
        columns=plain["columns"],
        levels=plain["levels"],
        rubric={number: tuple(names) for number, names in plain["rubric"].items()},
    )
