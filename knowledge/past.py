"""What superseded editions of official acts said; found only when somebody asks for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from knowledge.difference import Change, ChangeKind
from knowledge.editions import Head, in_force
from knowledge.passage import LANGUAGES, Kind, Passage
from knowledge.retriever import Query
from knowledge.retrievers.codes import codes_in
from knowledge.retrievers.lexical import LexicalBranch
from knowledge.shelf import Shelf

CHANGES = "changes.jsonl"
EDITIONS = "editions.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """An official edition that was switched on at some time, and whether it counts now."""

    head: Head
    in_force: bool


class Past:
    """The changes from edition to edition, in the order of the editions."""

    def __init__(self, changes: Sequence[Change], heads: Sequence[Head]) -> None:
        self.changes = tuple(changes)
        counting = {one.id for one in in_force(heads)}
        self.editions = tuple(Switched(head=one, in_force=one.id in counting) for one in heads)
        self._by_code: dict[tuple[str, str], list[Change]] = {}
        for one in self.changes:
            self._by_code.setdefault((one.programme, one.code), []).append(one)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What the build of an index version wrote beside its catalogue."""
        with (folder / CHANGES).open(encoding="utf-8") as lines:
            changes = [Change.from_mapping(json.loads(line)) for line in lines]
        heads: list[Mapping[str, Any]] = json.loads((folder / EDITIONS).read_text(encoding="utf-8"))
        return cls(changes, [Head(**one) for one in heads])

    def of(self, programme: str, code: str) -> tuple[Change, ...]:
        """The changes of one objective, the newest first."""
        return tuple(reversed(self._by_code.get((programme, code), ())))

    def search(
        self, words: str, *, language: str, subject: str | None, grade: int | None, limit: int
    ) -> tuple[Change, ...]:
        """The superseded wordings with a code that stands in the words; without one, those with the words."""
        wanted = [
            number
            for number, one in enumerate(self.changes)
            if one.kind is not ChangeKind.ADDED
            and (subject is None or one.subject == subject)
            and (grade is None or one.grade == grade)
        ]
        codes = codes_in(words)
        if codes:
            return tuple(self.changes[at] for at in reversed(wanted) if self.changes[at].code in codes)[
                :limit
            ]
        if not self.changes or not words.strip():
            return ()
        ranked = self._lexical.rank(Query(text=words, language=language), len(self.changes))
        allowed = set(wanted)
        return tuple(self.changes[one.position] for one in ranked if one.position in allowed)[:limit]

    @cached_property
    def _lexical(self) -> LexicalBranch:
        return LexicalBranch(
            Shelf(
                [
                    Passage(
                        id=str(number),
                        text=one.before,
                        language=one.language if one.language in LANGUAGES else LANGUAGES[0],
                        kind=Kind.OBJECTIVE,
                        title="",
                        subject=one.subject,
                        grades=(one.grade,),
                        codes=(one.code,),
                        family=str(number),
                        source=one.old,
                    )
                    for number, one in enumerate(self.changes)
                ]
            )
        )
