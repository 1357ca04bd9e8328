"""The catalogue of learning objectives: programmes, sections, codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.passage import UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A school subject; `names` in kk, ru and en."""

    slug: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One syllabus of one act: an objective's code is unique only within it."""

    act: str
    appendix: str
    edition: str
    subject: str
    language_of_instruction: str
    track: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a programme, by the code's second part, with a name in our own words if one is known."""

    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningObjective:
    """One objective; `texts` are worded by us in kk, ru and en, the official wording is not among them.

    `wording_language` is the language the official wording was read in; `quarters` is empty if unknown;
    `source` says whether the row was read from an extract of the official page or second-hand.
    """

    code: str
    grade: int
    subject: str
    track: str
    language_of_instruction: str
    wording_language: str
    quarters: tuple[int, ...]
    section: Section
    texts: Mapping[str, str]
    programme: Programme
    source: str

    @property
    def key(self) -> str:
        """What tells it from every other objective of the catalogue."""
        return f"{self.subject}:{self.code}:{self.track or '-'}:{self.wording_language}"

    @property
    def family(self) -> str:
        """The family of its passages."""
        return f"objective:{self.key}"

    @property
    def edition(self) -> str:
        """The edition of the programme it was read from."""
        return self.programme.edition


def code_order(code: str) -> tuple[int, ...]:
    """Sort key of a code: 7.1.2.15 after 7.1.2.2."""
    return tuple(int(part) for part in code.split("."))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All objectives, found by code. A code alone is not unique: the caller narrows or asks."""

    all_subjects: tuple[Subject, ...] = ()
    all_objectives: tuple[LearningObjective, ...] = ()
    _by_code: dict[str, list[LearningObjective]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        keys: set[str] = set()
        for objective in self.all_objectives:
            if objective.key in keys:
                raise ValueError(f"objective {objective.key} stands twice in the catalogue")
            keys.add(objective.key)
            self._by_code.setdefault(objective.code, []).append(objective)

    def find(
        self, code: str, *, subject: str | None = None, grade: int | None = None, track: str | None = None
    ) -> tuple[LearningObjective, ...]:
        """The objectives with exactly this code, narrowed by what is given; empty if there is none.

        An objective whose track is unknown is not ruled out by a track.
        """
        return tuple(
            one
            for one in self._by_code.get(code, ())
            if (subject is None or one.subject == subject)
            and (grade is None or one.grade == grade)
            and (track is None or one.track in (track, UNKNOWN))
        )

    def subjects(self) -> tuple[Subject, ...]:
        """The subjects, by slug."""
        return self.all_subjects

    def subject(self, slug: str) -> Subject | None:
        """The subject of that slug."""
        return next((one for one in self.all_subjects if one.slug == slug), None)

    def grades(self, subject: str | None = None) -> tuple[int, ...]:
        """The grades that have objectives (of that subject), ascending."""
        return tuple(sorted({one.grade for one in self.objectives(subject=subject)}))

    def objectives(
        self, *, subject: str | None = None, grade: int | None = None
    ) -> tuple[LearningObjective, ...]:
        """The objectives of that subject and grade, by subject and code."""
        return tuple(
            one
            for one in self.all_objectives
            if (subject is None or one.subject == subject) and (grade is None or one.grade == grade)
        )

    def neighbours(self, objective: LearningObjective) -> tuple[LearningObjective, ...]:
        """The other objectives of the same subject, track and subsection (all but the last part of the code)."""
        stem = objective.code.rpartition(".")[0]
        return tuple(
            one
            for one in self.objectives(subject=objective.subject, grade=objective.grade)
            if one.key != objective.key
            and one.track == objective.track
            and one.code.rpartition(".")[0] == stem
        )


def catalogue(subjects: Iterable[Subject], objectives: Iterable[LearningObjective]) -> Catalogue:
    """A catalogue in its canonical order: subjects by slug, objectives by subject, code and track.

    Raises:
        ValueError: two objectives with the same subject, code, track and wording language.
    """
    by_slug = sorted(subjects, key=lambda one: one.slug)
    by_code = sorted(objectives, key=lambda one: (one.subject, code_order(one.code), one.key))
    return Catalogue(tuple(by_slug), tuple(by_code))
