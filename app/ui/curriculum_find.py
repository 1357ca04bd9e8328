"""What a search on the curriculum page finds: exact codes first, then what stands under a begun code, then words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.difference import Change
from knowledge.language import visible
from knowledge.passage import Kind, Passage
from knowledge.past import Switched
from knowledge.plan import Topic
from knowledge.retriever import Hit
from knowledge.retrievers.codes import codes_in

BEGUN = re.compile(r"(1[0-2]|[1-9])(?:\s?\.\s?([1-9]\d?)){0,3}\s?\.?")
WORDS_SHOWN = 30


class Shelf(Protocol):
    """What the page needs of the library: no model, no vector."""

    @property
    def catalogue(self) -> Catalogue:
        """Subjects and objectives."""
        ...

    def search(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        school: str | None = None,
        limit: int = 50,
    ) -> tuple[Hit, ...]:
        """Passages by codes and words."""
        ...

    def history(self, objective: LearningObjective) -> tuple[Change, ...]:
        """What editions changed in an objective, the newest first."""
        ...

    def topics(self, objective: LearningObjective) -> tuple[Topic, ...]:
        """Where the long-term plan teaches an objective."""
        ...

    def earlier(
        self,
        words: str,
        *,
        language: str,
        subject: str | None = None,
        grade: int | None = None,
        limit: int = 30,
    ) -> tuple[Change, ...]:
        """What superseded editions said and the current one does not."""
        ...

    def editions(self) -> tuple[Switched, ...]:
        """The official editions that were switched on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """Where to look: nothing given, everywhere; `school` adds that school's own papers."""

    language: str
    subject: str | None = None
    grade: int | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A topic note or a school's own paper, its pieces put together again."""

    title: str
    text: str
    first: Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The result of one search.

    Attributes:
        exact: every objective that carries a typed code, all programmes: the page asks, it never picks.
        elsewhere: the same outside the chosen subject and grade, given only when nothing is inside.
        begun: objectives whose codes go on from what was typed.
        unknown: typed codes that no programme here holds.
        objectives: found by words, best first.
        notes: found by words or by the codes they serve.
    """

    exact: tuple[LearningObjective, ...] = ()
    elsewhere: tuple[LearningObjective, ...] = ()
    begun: tuple[LearningObjective, ...] = ()
    unknown: tuple[str, ...] = ()
    objectives: tuple[LearningObjective, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to list."""
        return not (self.exact or self.elsewhere or self.begun or self.objectives or self.notes)

    @property
    def ambiguous(self) -> bool:
        """Whether a typed code means more than one objective."""
        codes = [one.code for one in self.exact or self.elsewhere]
        return len(codes) > len(set(codes))


def find(shelf: Shelf, words: str, narrow: Narrow) -> Found:
    """Search codes first, then words."""
    typed, catalogue = visible(words).strip(), shelf.catalogue
    begun = begun_code(typed)
    codes = codes_in(typed) or ((begun,) if begun and catalogue.find(begun) else ())
    exact = _carrying(catalogue, codes, narrow)
    elsewhere = () if exact else _carrying(catalogue, codes, Narrow(language=narrow.language))
    held = {one.code for one in (*exact, *elsewhere)}
    following = _following(catalogue, begun, narrow) if begun and not codes else ()
    hits = () if following else _hits(shelf, typed, narrow)
    known = {one.key for one in (*exact, *elsewhere)}
    return Found(
        exact=exact,
        elsewhere=elsewhere,
        begun=following,
        unknown=tuple(code for code in codes if code not in held),
        objectives=tuple(one for one in objectives_of(catalogue, hits) if one.key not in known),
        notes=notes_of(hits),
    )


def begun_code(typed: str) -> str | None:
    """A text that is nothing but a code or the beginning of one (`5.1.2` or `5.1.`), without its spaces.

    A bare number is a word like any other.
    """
    if not BEGUN.fullmatch(typed) or "." not in typed:
        return None
    return re.sub(r"\s", "", typed).rstrip(".")


def serving(shelf: Shelf, objective: LearningObjective, narrow: Narrow) -> tuple[Note, ...]:
    """The notes and papers that serve an objective, in the language where there is one."""
    hits = shelf.search(
        objective.code,
        language=narrow.language,
        subject=objective.subject,
        grade=objective.grade,
        school=narrow.school,
    )
    return notes_of(hit for hit in hits if objective.code in hit.passage.codes)


def objectives_of(catalogue: Catalogue, hits: Iterable[Hit]) -> tuple[LearningObjective, ...]:
    """The objectives whose wordings were hit, each once."""
    found: dict[str, LearningObjective] = {}
    for hit in hits:
        for code in hit.passage.codes if hit.passage.kind is Kind.OBJECTIVE else ():
            for one in catalogue.find(code, subject=hit.passage.subject or None):
                if one.family == hit.passage.family:
                    found.setdefault(one.key, one)
    return tuple(found.values())


def notes_of(hits: Iterable[Hit]) -> tuple[Note, ...]:
    """The notes and papers among the hits; pieces of one stand together, in their own order."""
    works: dict[tuple[str, str], list[Passage]] = {}
    for hit in hits:
        if hit.passage.kind is not Kind.OBJECTIVE:
            name = hit.passage.family.partition("#")[0]
            works.setdefault((name, hit.passage.language), []).append(hit.passage)
    return tuple(_note(pieces) for pieces in works.values())


def _carrying(catalogue: Catalogue, codes: Iterable[str], narrow: Narrow) -> tuple[LearningObjective, ...]:
    return tuple(
        one for code in codes for one in catalogue.find(code, subject=narrow.subject, grade=narrow.grade)
    )


def _following(catalogue: Catalogue, begun: str, narrow: Narrow) -> tuple[LearningObjective, ...]:
    within = catalogue.objectives(subject=narrow.subject, grade=narrow.grade)
    return tuple(one for one in within if one.code.startswith(begun + "."))


def _hits(shelf: Shelf, typed: str, narrow: Narrow) -> tuple[Hit, ...]:
    return shelf.search(
        typed,
        language=narrow.language,
        subject=narrow.subject,
        grade=narrow.grade,
        school=narrow.school,
        limit=WORDS_SHOWN,
    )


def _note(pieces: list[Passage]) -> Note:
    pieces.sort(key=lambda one: _number(one.family))
    return Note(title=pieces[0].title, text="\n\n".join(one.text for one in pieces), first=pieces[0])


def _number(family: str) -> int:
    digits = family.partition("#")[2]
    return int(digits) if digits.isdigit() else 0
