"""Finding by code: the catalogue, and not the pattern, decides what is a code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.code_pattern import FOUR_PARTS, PART
from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.language import visible
from knowledge.passage import Kind
from knowledge.retriever import Query, Ranked
from knowledge.retrievers.naming import Spoken, narrowed
from knowledge.shelf import Shelf

THREE_PARTS = re.compile(rf"(?<![\d.])(1[0-2]|[1-9]){PART}{PART}(?!\s?\.?\s?\d)")
FURTHER = re.compile(r"\s?(?:/|,|;|–|и|және|and)\s?([1-9]\d?)(?![\d.]*\d)(?!\s?\.\s?\d)")
# People write codes with other separators, and keyboards and scans put letters in place of digits.
LOOSE_DIGIT = "[0-9OoОоЗзlIІі|]"
LOOSE = re.compile(
    rf"(?<![\w.])({LOOSE_DIGIT}{{1,2}})"
    + rf"\s?[.,·•\-–_ ]\s?({LOOSE_DIGIT}{{1,2}})" * 3
    + r"(?![.,·•\-–_]?\d)"
)
DIGITS = str.maketrans("OoОоЗзlIІі|", "00003311111")
DOTTED = re.compile(rf"{LOOSE_DIGIT}{{1,2}}(?:\s?\.\s?{LOOSE_DIGIT}{{1,2}}){{3}}")
LISTED = re.compile(r",\s")
LEAST_DIGITS = 2
CLASSROOM = re.compile(
    r"мақсат|код|бағдарлама|цел[ьи]|программ|objective|code|goal|curriculum|syllabus", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesFound:
    """What the codes of a text turned out to be.

    `unknown` stand in no programme, `elsewhere` only outside the query's subject, grade and programme. `ambiguous`
    are the objectives of a code that means more than one thing after everything that the query and its words say
    was used.
    """

    objectives: tuple[LearningObjective, ...] = ()
    unknown: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    ambiguous: tuple[LearningObjective, ...] = ()


def codes_in(text: str) -> tuple[str, ...]:
    """The strings of a text that look like a four-part code, in order, each once, without spaces inside.

    Numbers that go on after a code with a stroke, as in `5.1.2.17/18`, are codes too.
    """
    found: list[str] = []
    shown = visible(text)
    for match in FOUR_PARTS.finditer(shown):
        found.append(".".join(match.groups()))
        at = match.end()
        while (further := FURTHER.match(shown, at)) is not None and shown[at:].lstrip()[:1] == "/":
            found.append(".".join((*match.groups()[:3], further[1])))
            at = further.end()
    return tuple(dict.fromkeys(found))


def codes_meant(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The codes of a question: those that look like one, and what the catalogue knows when it is read kindly.

    Read kindly: letters in place of digits (`7.2.l.1О`), other separators (`7,2,1,10`, `7-2-1-10`), and three
    parts where nothing speaks for a date or a number.
    """
    found = list(codes_in(text))
    shown = visible(text)
    rest = FOUR_PARTS.sub(" ", shown)
    found.extend(code for code in _kindly(rest) if catalogue.find(code))
    found.extend(code for code in _three_parts(rest) if catalogue.find(code))
    return tuple(dict.fromkeys(found))


def _kindly(text: str) -> Iterator[str]:
    """Codes with other separators or letters for digits; `1, 2, 3, 4` is a row of numbers wherever other words stand."""
    spoken_of = bool(CLASSROOM.search(text))
    for match in LOOSE.finditer(text):
        alone = match.group() == text.strip().rstrip(".?!")
        if not (spoken_of or alone or DOTTED.fullmatch(match.group())):
            continue
        if sum(letter.isdigit() for letter in match.group()) >= LEAST_DIGITS:
            parts = [part.translate(DIGITS) for part in match.groups()]
            if any(part.startswith("0") for part in parts):
                continue
            dotted = DOTTED.fullmatch(match.group())
            if alone or dotted or not (LISTED.search(match.group()) or _counts_up(parts)):
                yield ".".join(parts)


def _counts_up(parts: Sequence[str]) -> bool:
    """Whether each number is one more than the one before: somebody counts."""
    numbers = [int(part) for part in parts]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _three_parts(text: str) -> Iterator[str]:
    return (".".join(match.groups()) for match in THREE_PARTS.finditer(text))


class CodeBranch:
    """The passages of the objectives whose codes stand in the query, then the notes that serve them."""

    def __init__(self, shelf: Shelf, catalogue: Catalogue) -> None:
        self._shelf, self._catalogue = shelf, catalogue

    def look_up(self, query: Query) -> CodesFound:
        """Which codes are real, which are unknown, and which mean more than one objective.

        A code is narrowed by the query's subject, grade and programme, and by a subject, track or language of
        instruction that the text itself names; if several objectives are left, all are given and none is picked.
        """
        spoken = Spoken(query.text)
        objectives: list[LearningObjective] = []
        unknown: list[str] = []
        elsewhere: list[str] = []
        ambiguous: list[LearningObjective] = []
        for code in codes_meant(query.text, self._catalogue):
            if code.count(".") < 3 and not self._is_meant(code, query, spoken):
                continue
            found = self._catalogue.find(
                code, subject=query.subject, grade=query.grade, programme=query.programme
            )
            if not found:
                if code.count(".") == 3:
                    (elsewhere if self._catalogue.find(code) else unknown).append(code)
                continue
            found = narrowed(found, spoken, self._catalogue)
            objectives.extend(found)
            if len({meaning(one) for one in found}) > 1:
                ambiguous.extend(found)
        return CodesFound(
            objectives=tuple(objectives),
            unknown=tuple(unknown),
            elsewhere=tuple(elsewhere),
            ambiguous=tuple(ambiguous),
        )

    def _is_meant(self, code: str, query: Query, spoken: Spoken) -> bool:
        """Whether three numbers are a code here, and not a date or the number of a chapter."""
        if query.subject is not None or query.programme is not None or CLASSROOM.search(query.text):
            return True
        if query.text.replace(" ", "").strip(".,;:?!") == code:
            return True
        found = self._catalogue.find(code, grade=query.grade)
        return len(narrowed(found, spoken, self._catalogue)) < len(found)

    def rank(self, query: Query, limit: int) -> tuple[Ranked, ...]:
        """The objectives' own passages first, then notes with the same code and subject; score 1."""
        return self.places(self.look_up(query).objectives, query, limit)

    def places(self, objectives: Sequence[LearningObjective], query: Query, limit: int) -> tuple[Ranked, ...]:
        """The places of known objectives (see `rank`)."""
        mask = self._shelf.mask(query)
        own = [at for one in objectives for at in self._shelf.named(one.family)]
        serving = [
            at
            for one in objectives
            for at in self._shelf.with_code(one.code)
            if self._shelf.passages[at].subject in ("", one.subject)
            and at not in own
            and self._shelf.passages[at].kind is not Kind.OBJECTIVE
        ]
        order = [at for at in dict.fromkeys([*own, *serving]) if mask[at]]
        return tuple(Ranked(position=at, score=1.0) for at in order[:limit])


def meaning(one: LearningObjective) -> tuple[str, ...]:
    """What a person chooses between: rows of one programme that were read in two languages are one."""
    return (one.subject, str(one.grade), one.track, one.programme.key if one.official else "")
