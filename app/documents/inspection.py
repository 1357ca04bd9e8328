"""What an inspector asks of a lesson plan, point by point: how code answers each, and which only a person can."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from app.documents.check import Means
from app.documents.checks import coverage, levels, minutes, points
from app.documents.document import Document
from app.documents.field import Field, State
from app.documents.finding import Finding, Weight
from app.documents.stemmed import held, stems_of
from app.documents.texts import is_empty, texts, words
from app.documents.value import Stage, Task
from knowledge.language import tokens

FILE = Path(__file__).parent / "verbs.toml"
TIED, PARTLY_TIED = 0.4, 0.15
"""Share of an objective's stems that the aim holds."""
ACTIVE, PARTLY_ACTIVE = 0.6, 0.3
"""Share of the learners' lines in which they do something."""


class Answer(StrEnum):
    """Whether a point is met; `PERSON` is for a person to say."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    PERSON = "person"

    @property
    def worth(self) -> float | None:
        """What of the weight it earns; None where a person has to say."""
        return {"yes": 1.0, "partly": 0.5, "no": 0.0}.get(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A plan with what the checks found in it, as the points ask for it."""

    document: Document
    means: Means
    findings: Sequence[Finding]

    def field(self, field_id: str) -> Field | None:
        """The field of that id, if the plan has it."""
        return next((one for one in self.document.fields if one.id == field_id), None)

    def found(self, name: str, *weights: Weight) -> bool:
        """Whether a check found something (of these weights)."""
        return any(one.check == name and (not weights or one.weight in weights) for one in self.findings)

    def stages(self) -> list[Stage]:
        """The stages of the lesson."""
        return [one.value for one in self.document.fields if isinstance(one.value, Stage)]

    def tasks(self) -> list[Task]:
        """The tasks of the lesson."""
        return [one.value for one in self.document.fields if isinstance(one.value, Task)]


def _form(seen: Seen) -> Answer:
    if seen.found("form", Weight.BROKEN):
        return Answer.NO
    return Answer.PARTLY if seen.found("form", Weight.DOUBT) else Answer.YES


def _objectives(seen: Seen) -> Answer:
    return _yes(not seen.found("codes", Weight.BROKEN))


def _measurable(seen: Seen) -> Answer:
    aim = _said(seen.field("header.aim"))
    if not aim:
        return Answer.NO
    language = seen.document.language
    if _begins(aim, language, "measurable"):
        return Answer.YES
    return Answer.PARTLY if _begins(aim, language, "vague") else Answer.NO


def _tied(seen: Seen) -> Answer:
    aim = _said(seen.field("header.aim"))
    language = seen.document.language
    if not aim:
        return Answer.NO
    shares = [
        1.0 if one.code in aim else held(stems_of(one.text(language), language), stems_of(aim, language))
        for one in seen.means.material.objectives
    ]
    return _graded(min(shares, default=0.0), TIED, PARTLY_TIED)


def _coverage(seen: Seen) -> Answer:
    found = coverage.coverage(seen.document, seen.means)
    parts = [bool(part) for one in found for part in (one.taught, one.practised, one.assessed)]
    return _all(parts)


def _minutes(seen: Seen) -> Answer:
    total = minutes.total(seen.document)
    if total is None or not total.is_right:
        return Answer.NO
    return Answer.PARTLY if seen.found("minutes") else Answer.YES


def _active(seen: Seen) -> Answer:
    lines = [line for stage in seen.stages() for line in stage.learner if line.strip()]
    language = seen.document.language
    doing = sum(_begins(line, language, "active") for line in lines)
    # A task is what learners do even where the stage's own line is short.
    doing += len(seen.tasks())
    return _graded(doing / (len(lines) + len(seen.tasks())) if lines else 0.0, ACTIVE, PARTLY_ACTIVE)


def _differentiation(seen: Seen) -> Answer:
    return _written(seen, "more.differentiation")


def _special(seen: Seen) -> Answer:
    if not seen.document.brief.special_needs.strip():
        return Answer.PERSON
    return _written(seen, "more.special")


def _assessment(seen: Seen) -> Answer:
    tasks = seen.tasks()
    return _all(
        [*(len(one.descriptors) > 1 for one in tasks), *(bool(one.assessment) for one in seen.stages())]
    )


def _points(seen: Seen) -> Answer:
    total = points.total(seen.document)
    if total is None or not total.is_right:
        return Answer.NO
    return _yes(not seen.found("points"))


def _resources(seen: Seen) -> Answer:
    return _all([any(line.strip() for line in one.resources) for one in seen.stages()])


def _homework(seen: Seen) -> Answer:
    return _written(seen, "more.homework")


def _value(seen: Seen) -> Answer:
    if seen.document.brief.day is None:
        return Answer.PERSON
    return _written(seen, "header.value")


def _reflection(seen: Seen) -> Answer:
    return _written(seen, "more.reflection")


def _safety(seen: Seen) -> Answer:
    return _written(seen, "more.safety")


def _levels(seen: Seen) -> Answer:
    found = levels.levels(seen.document)
    if not found.total or found.is_low:
        return Answer.NO
    return _yes(sum(count > 0 for count in found.counts.values()) > 1, Answer.PARTLY)


def _terms(seen: Seen) -> Answer:
    return _yes(not seen.found("terms"), Answer.PARTLY)


def _language(seen: Seen) -> Answer:
    return _yes(not seen.found("language"))


def _sources(seen: Seen) -> Answer:
    if seen.found("sources"):
        return Answer.PARTLY
    return _yes(any(one.sources for one in seen.document.fields))


def _person(_: Seen) -> Answer:
    return Answer.PERSON


POINTS: tuple[tuple[str, int, Callable[[Seen], Answer]], ...] = (
    ("form", 3, _form),
    ("objectives", 3, _objectives),
    ("aim_measurable", 2, _measurable),
    ("aim_tied", 2, _tied),
    ("coverage", 3, _coverage),
    ("minutes", 2, _minutes),
    ("active", 2, _active),
    ("levels", 2, _levels),
    ("differentiation", 2, _differentiation),
    ("special", 1, _special),
    ("assessment", 3, _assessment),
    ("points", 2, _points),
    ("resources", 1, _resources),
    ("homework", 1, _homework),
    ("value", 1, _value),
    ("reflection", 1, _reflection),
    ("safety", 1, _safety),
    ("terms", 1, _terms),
    ("language", 1, _language),
    ("sources", 1, _sources),
    ("correct", 3, _person),
    ("fits_class", 2, _person),
)
"""Name, weight and how code answers; the last two only a person can say: whether it is true, and right for this class."""


def _yes(met: bool, otherwise: Answer = Answer.NO) -> Answer:
    return Answer.YES if met else otherwise


def _all(parts: Sequence[bool]) -> Answer:
    if parts and all(parts):
        return Answer.YES
    return Answer.PARTLY if any(parts) else Answer.NO


def _graded(share: float, enough: float, partly: float) -> Answer:
    return Answer.YES if share >= enough else Answer.PARTLY if share >= partly else Answer.NO


def _written(seen: Seen, field_id: str) -> Answer:
    """Whether a field is filled; one that waits for the teacher's own words is partly."""
    field = seen.field(field_id)
    if field is None or is_empty(field.value):
        return Answer.NO
    return _yes(field.state is State.DONE, Answer.PARTLY)


def _said(field: Field | None) -> str:
    return words(field) if field is not None and texts(field.value) else ""


@lru_cache(maxsize=16384)
def _begins(text: str, language: str, kind: str) -> bool:
    """Whether a word of the text begins as one of the list does."""
    beginnings = _verbs()[language][kind]
    return any(token.startswith(beginnings) for token in tokens(text))


@cache
def _verbs() -> dict[str, dict[str, tuple[str, ...]]]:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {language: {kind: tuple(one) for kind, one in kinds.items()} for language, kinds in read.items()}
