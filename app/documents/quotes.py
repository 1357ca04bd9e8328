"""Sentences of the material that a draft quotes word for word: which one suits an objective, each taken once."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.documents.field import Source
from app.documents.material import Material
from knowledge.language import tokens
from knowledge.passage import Passage
from knowledge.sentences import sentences
from knowledge.stemming import stems

SHORTEST, LONGEST = 30, 260
WORKED = re.compile(r"\d[^.]*=[^.]*\d")
# A sentence that begins so leans on the one before it, and cannot stand alone in a task.
LEANING = {
    "kk": frozenset(
        "мысалы сонда сондықтан сонымен бұл ол олар осы осылай мұнда мұндай өйткені ал бірақ".split()
    ),
    "ru": frozenset(
        "например тогда поэтому это этот эта эти он она оно они так такой такие но а потому".split()
    ),
    "en": frozenset("for then so this that these those it they such but because thus here its their".split()),
}
INNER = {"kk": ("«", "»", "„", "“"), "ru": ("«", "»", "„", "“"), "en": ("“", "”", "‘", "’")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence of a passage, as it stands there."""

    text: str
    passage: Passage

    @property
    def is_worked(self) -> bool:
        """Whether it works out an example in numbers."""
        return WORKED.search(self.text) is not None


class Quotes:
    """The sentences of the material in the document's language; what was taken is not offered again."""

    def __init__(self, material: Material, language: str) -> None:
        self._language = language
        self._wordings = {one.code: one.text(language) for one in material.objectives}
        self.all = tuple(
            Quote(text=sentence, passage=passage)
            for passage in material.passages
            if passage.language == language
            for sentence in sentences(passage.text)
            if SHORTEST <= len(sentence) <= LONGEST
        )
        self._taken: dict[str, set[str]] = {}

    def take(self, code: str, use: str, fits: Callable[[Quote], bool]) -> Quote | None:
        """The fitting sentence on an objective that says most of its words.

        One that says a word of the objective comes before one that says none, for a note serves several objectives;
        then one that nothing used yet.

        `use`: what it is for; None where every fitting sentence was taken for that.
        """
        possible = [one for one in self._about(code) if fits(one) and use not in self._uses(one)]
        if not possible:
            return None
        wanted = frozenset(stems(self._wordings.get(code, ""), self._language))

        def suits(one: Quote) -> tuple[bool, int, int]:
            said = len(wanted & frozenset(stems(one.text, self._language)))
            return said > 0, -len(self._uses(one)), said

        best = max(possible, key=suits)
        self._taken.setdefault(best.text, set()).add(use)
        return best

    def stands_alone(self, one: Quote) -> bool:
        """Whether it leans on no other sentence."""
        first = next(iter(tokens(one.text)), "")
        return first not in LEANING[self._language] and one.text.endswith((".", "!"))

    def _uses(self, one: Quote) -> set[str]:
        return self._taken.get(one.text, set())

    def _about(self, code: str) -> Iterable[Quote]:
        return (one for one in self.all if code in one.passage.codes)


def quoted(text: str, language: str) -> str:
    """The text without its full stop in quotation marks of the language, those inside it changed to the inner ones."""
    opening, closing, inner_opening, inner_closing = INNER[language]
    inside = text.strip().rstrip(".").replace(opening, inner_opening).replace(closing, inner_closing)
    return f"{opening}{inside}{closing}"


def sources(quotes: Sequence[Quote | None] | Sequence[Passage]) -> tuple[Source, ...]:
    """What a field rests on that uses these, each passage once."""
    passages = [one if isinstance(one, Passage) else one.passage for one in quotes if one is not None]
    return tuple(dict.fromkeys(source_of(one) for one in passages))


def source_of(passage: Passage) -> Source:
    """A passage as a field cites it."""
    cited = passage.citation()
    return Source(
        passage_id=cited.passage_id,
        code=cited.code,
        source=cited.source,
        edition=cited.edition,
        place=cited.place,
    )
