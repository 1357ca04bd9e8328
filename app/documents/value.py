"""The values that fields hold; each is one thing that a teacher reads, changes or replaces as a whole."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field as Rule
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from app.documents.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text; line ends part its paragraphs."""

    text: str = ""
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A list of sentences."""

    lines: tuple[str, ...] = ()
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number that the teacher fills in, such as the pupils present; None is an empty place in the form."""

    number: int | None = None
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One objective of the catalogue with its wording in the document's language."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectives:
    """The objectives that the document serves."""

    objectives: tuple[Objective, ...] = ()
    kind: Literal["objectives"] = "objectives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One row of a lesson's course: minutes, what teacher and learners do, how it is assessed, with what."""

    minutes: int
    teacher: tuple[str, ...] = ()
    learner: tuple[str, ...] = ()
    assessment: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    kind: Literal["stage"] = "stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """One step that is seen in a learner's work, and its points."""

    text: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task with its descriptors; its points are theirs added up.

    Attributes:
        code: the objective that it serves, or "".
        criterion: what of the objective is assessed; "" where the form has none.
        answer: the expected answer, for the teacher; may be empty.
    """

    text: str = ""
    code: str = ""
    level: Level = Level.APPLICATION
    descriptors: tuple[Descriptor, ...] = ()
    criterion: str = ""
    answer: str = ""
    kind: Literal["task"] = "task"

    @property
    def points(self) -> int:
        """The points of the whole task."""
        return sum(one.points for one in self.descriptors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A quiz question with one right option.

    Attributes:
        right: index of the right option, from 0.
        explanation: why it is right, for the teacher and for feedback.
    """

    question: str = ""
    options: tuple[str, ...] = ()
    right: int = 0
    explanation: str = ""
    code: str = ""
    level: Level = Level.KNOWLEDGE
    points: int = 1
    kind: Literal["item"] = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A row of a rubric: what is judged, and how it looks at each level, best first."""

    text: str = ""
    code: str = ""
    levels: tuple[str, ...] = ()
    kind: Literal["criterion"] = "criterion"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """One notion in three languages."""

    kk: str
    ru: str
    en: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """Terms of a topic."""

    terms: tuple[TermRow, ...] = ()
    kind: Literal["glossary"] = "glossary"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One row of a calendar plan: what is taught when, and for how many lessons."""

    number: int
    section: str = ""
    topic: str = ""
    objectives: tuple[Objective, ...] = ()
    hours: int = 1
    date: str = ""
    note: str = ""
    kind: Literal["plan_row"] = "plan_row"


Value: TypeAlias = Annotated[
    Text | Lines | Number | Objectives | Stage | Task | Item | Criterion | Glossary | PlanRow,
    Rule(discriminator="kind"),
]
VALUE: TypeAdapter[Value] = TypeAdapter(Value)
"""To and from plain JSON values; raises `pydantic.ValidationError` (a ValueError) for anything else."""
