"""A sentence of a note with one number or term taken out, and what else might stand there."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.documents.near import value_of
from knowledge.passage import Passage
from knowledge.terms import Term

GAP = "____"
GENDERS = {"f": "ая", "n": "ое", "plural": "ыи", "soft": "ь"}


class Sort(StrEnum):
    """What was taken out."""

    NUMBER = "number"
    TERM = "term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A sentence that asks.

    Attributes:
        sentence: as it stands in the passage, letter for letter.
        asked: the sentence with `GAP` in the place of what was taken out.
        right: what belongs there: the number as written, or the term in its dictionary form.
        taken: what stood there, in the form that the sentence needs.
        is_form: the term stands in the sentence in another form than among the options.
        defines: the sentence says what the term means.
        expression: the arithmetic from which the number follows, as the sentence begins it; "" where there is none.
        weight: how good a question it makes; comparable within a passage only.
    """

    sentence: str
    asked: str
    sort: Sort
    right: str
    taken: str
    wrong: tuple[str, ...]
    passage: Passage
    is_form: bool = False
    defines: bool = False
    expression: str = ""
    term: Term | None = None
    weight: float = 1.0

    @property
    def is_reckoned(self) -> bool:
        """Whether the number follows from the arithmetic of the sentence."""
        return bool(self.expression)

    def filled(self, option: str) -> str:
        """The sentence with an option in the place of what was taken out."""
        begun = option[:1].upper() + option[1:] if self.asked.startswith(GAP) else option
        return self.asked.replace(GAP, begun, 1)

    @property
    def false(self) -> str:
        """A wrong option that makes a false statement which grammar does not give away; "" where there is none."""
        if self.sort is Sort.NUMBER:
            return self.wrong[1]
        fitting = (
            one
            for one in self.wrong
            if _ending(one, self.passage.language) == _ending(self.right, self.passage.language)
        )
        return "" if self.is_form else next(fitting, "")

    @staticmethod
    def size(option: str) -> Fraction:
        """What numbers are sorted by."""
        return value_of(option)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A term of the notes and what it is called in another language, with the sentence in which it stands."""

    entry: Term
    term: str
    into: str
    right: str
    wrong: tuple[str, ...]
    sentence: str
    passage: Passage


def _ending(term: str, language: str) -> str:
    """What the words around a term in its dictionary form agree with: gender in Russian, number and article in English."""
    first, last = term.casefold().split()[0], term.casefold()
    if language == "ru":
        return next((sort for sort, letters in GENDERS.items() if first[-1] in letters), "m")
    if language == "en":
        return f"{last.endswith('s')}{first[0] in 'aeiou'}"
    return ""
