"""Finding by code: the catalogue, and not the pattern, decides what is a code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.curriculum import Catalogue, LearningObjective
from knowledge.language import fold, visible
from knowledge.retriever import Query, Ranked
from knowledge.shelf import Shelf
from knowledge.stemming import stems

PART = r"\s?\.\s?([1-9]\d?)"
FOUR_PARTS = re.compile(rf"(?<![\d.])(1[0-2]|[1-9]){PART}{PART}{PART}(?![\d.]*\d)")
THREE_PARTS = re.compile(rf"(?<![\d.])(1[0-2]|[1-9]){PART}{PART}(?!\s?\.?\s?\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesFound:
    """What the codes of a text turned out to be."""

    objectives: tuple[LearningObjective, ...] = ()
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[LearningObjective, ...] = ()


def codes_in(text: str) -> tuple[str, ...]:
    """The strings of a text that look like a four-part code, in order, each once, without spaces inside."""
    found = (".".join(match.groups()) for match in FOUR_PARTS.finditer(visible(text)))
    return tuple(dict.fromkeys(found))


class CodeBranch:
    """The passages of the objectives whose codes stand in the query, then the notes that serve them."""

    def __init__(self, shelf: Shelf, catalogue: Catalogue) -> None:
        self._shelf, self._catalogue = shelf, catalogue

    def look_up(self, query: Query) -> CodesFound:
        """Which codes are real, which are unknown, and which mean more than one objective.

        A code is narrowed by the query's subject and grade and by a subject that the text itself names;
        if several objectives are left, all are given and none is picked.
        """
        objectives: list[LearningObjective] = []
        unknown: list[str] = []
        ambiguous: list[LearningObjective] = []
        for code in codes_in(query.text):
            found = self._catalogue.find(code, subject=query.subject, grade=query.grade)
            if not found:
                unknown.append(code)
                continue
            found = self._named(found, query.text)
            objectives.extend(found)
            if len(found) > 1:
                ambiguous.extend(found)
        for code in self._three_part(query):
            objectives.extend(self._catalogue.find(code, subject=query.subject, grade=query.grade))
        return CodesFound(objectives=tuple(objectives), unknown=tuple(unknown), ambiguous=tuple(ambiguous))

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
            if self._shelf.passages[at].subject in ("", one.subject) and at not in own
        ]
        order = [at for at in dict.fromkeys([*own, *serving]) if mask[at]]
        return tuple(Ranked(position=at, score=1.0) for at in order[:limit])

    def _named(self, found: tuple[LearningObjective, ...], text: str) -> tuple[LearningObjective, ...]:
        if len({one.subject for one in found}) < 2:
            return found
        words = {language: set(stems(text, language)) for language in ("kk", "ru", "en")}
        named = tuple(
            one
            for one in found
            if (subject := self._catalogue.subject(one.subject)) is not None
            and any(
                set(stems(fold(name), language)) <= words[language]
                for language, name in subject.names.items()
            )
        )
        return named or found

    def _three_part(self, query: Query) -> tuple[str, ...]:
        if query.subject is None or query.grade is None:
            return ()
        rest = FOUR_PARTS.sub(" ", visible(query.text))
        found = dict.fromkeys(".".join(match.groups()) for match in THREE_PARTS.finditer(rest))
        return tuple(c for c in found if self._catalogue.find(c, subject=query.subject, grade=query.grade))
