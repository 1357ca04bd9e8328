"""The long-term plans of the programmes in force: which topic of which quarter an objective is taught in."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from knowledge.edition import Edition

PLAN = "plan.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A row of a long-term plan: its programme's key, the language it was read in, and the codes taught.

    `quarter` is None, `section` and `topic` are empty, where the plan does not say.
    """

    programme: str
    language: str
    grade: int
    quarter: int | None
    section: str
    topic: str
    codes: tuple[str, ...]


class Plan:
    """The topics in the order of the plans."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._of_code: dict[tuple[str, str], list[Topic]] = {}
        self._of_grade: dict[tuple[str, int], list[Topic]] = {}
        for one in topics:
            self._of_grade.setdefault((one.programme, one.grade), []).append(one)
            for code in dict.fromkeys(one.codes):
                self._of_code.setdefault((one.programme, code), []).append(one)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What the build of an index version wrote."""
        with (folder / PLAN).open(encoding="utf-8") as lines:
            rows = (json.loads(line) for line in lines)
            return cls(Topic(**{**row, "codes": tuple(row["codes"])}) for row in rows)

    def of(self, programme: str, code: str) -> tuple[Topic, ...]:
        """Where an objective is taught."""
        return tuple(self._of_code.get((programme, code), ()))

    def of_grade(self, programme: str, grade: int) -> tuple[Topic, ...]:
        """The whole plan of a grade."""
        return tuple(self._of_grade.get((programme, grade), ()))


def lines(editions: Sequence[Edition]) -> Iterator[str]:
    """The plans of editions in force as lines of JSON; a later edition of a programme and language counts."""
    latest = {
        (text.programme.key, edition.language): text for edition in editions for text in edition.programmes
    }
    for (programme, language), text in latest.items():
        for row in text.plan:
            topic = Topic(
                programme=programme,
                language=language,
                grade=row.grade,
                quarter=row.quarter,
                section=row.section,
                topic=row.topic,
                codes=row.codes,
            )
            yield json.dumps(asdict(topic), ensure_ascii=False) + "\n"
