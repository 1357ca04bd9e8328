"""The catalogue of learning objectives: programmes, sections, subsections, codes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.passage import LANGUAGES, UNKNOWN

ACT_NUMBER = re.compile(r"\b(\d{1,6})(?:-[\wА-Яа-я]+)? of\b")


class Level(StrEnum):
    """The level of school a programme belongs to."""

    PRIMARY = "primary"
    BASIC = "basic"
    GENERAL = "general"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A school subject; `names` in kk, ru and en."""

    slug: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Lessons of a grade: per week and per school year; None where the act does not say."""

    grade: int
    per_week: float | None
    per_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One syllabus of one act in one edition: an objective's code is unique only within it.

    Attributes:
        act: `Order 399 of 16.09.2022`; dates inside are day.month.year.
        appendix: its number in the act, or "unknown".
        edition: which edition of the act was read, in words that a citation shows.
        subject: slug of the subject. Two programmes may share a slug (two tracks, two languages of instruction).
        language_of_instruction: kk, ru, ug, uz, tg, "other" (any but the subject's own), or "unknown".
        track: "natural-mathematical", "social-humanitarian", another word, "" where there is none, or "unknown".
        amended_by: the order that brought this edition, in the form of `act`.
        valid_from, valid_to: ISO dates; "" for a `valid_to` that is open.
        titles: the programme's own title by the language of the page it was read from.
    """

    act: str
    appendix: str
    edition: str
    subject: str
    language_of_instruction: str
    track: str
    amended_by: str = UNKNOWN
    valid_from: str = UNKNOWN
    valid_to: str = UNKNOWN
    level: Level = Level.UNKNOWN
    grades: tuple[int, ...] = ()
    hours: tuple[Hours, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from other programmes, whatever the edition: act and appendix, else what is known of it."""
        number = ACT_NUMBER.search(self.act)
        if number is not None and self.appendix not in ("", UNKNOWN):
            return f"{number[1]}-{self.appendix}"
        return f"{self.subject}:{self.track or '-'}:{self.language_of_instruction}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a programme: the first of the middle parts of a code.

    `name` is what the starter corpus calls it; `names` are read from official pages, by language.
    """

    number: int
    name: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, language: str) -> str:
        """The name in that language, else in any, else empty."""
        return _in(self.names, language) or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsection:
    """A subsection by its number (`1.2`; in language programmes a basic skill), with names by language."""

    number: str
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, language: str) -> str:
        """The name in that language, else in any, else empty."""
        return _in(self.names, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningObjective:
    """One objective.

    Attributes:
        texts: its wording by language; not every language need be there.
        official: the languages in which `texts` is the official wording; in the others it is ours.
        as_read: the wording by language as it stood on the page, where the reader mended it.
        wording_language: the language the official wording was read in.
        quarters: the quarters of the school year it stands in; empty if unknown.
        source: how it was read: "official" (by the import), "extract" of the official page, "second-hand".
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
    subsection: Subsection | None = None
    official: tuple[str, ...] = ()
    as_read: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from every other objective of the catalogue."""
        if self.official:
            return f"{self.programme.key}:{self.code}"
        return f"{self.subject}:{self.code}:{self.track or '-'}:{self.wording_language}"

    @property
    def family(self) -> str:
        """The family of its passages."""
        return f"objective:{self.key}"

    @property
    def edition(self) -> str:
        """The edition of the programme it was read from."""
        return self.programme.edition

    def language_for(self, language: str) -> str:
        """The language to show it in where that one is asked: that one, else the official one, else any."""
        order = (language, *self.official, *LANGUAGES)
        return next((one for one in order if one in self.texts), "")

    def text(self, language: str) -> str:
        """The wording in that language, else the official one."""
        return self.texts.get(self.language_for(language), "")


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
    _by_place: dict[tuple[str, int], list[LearningObjective]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _programmes: set[str] = field(init=False, repr=False, compare=False, default_factory=set)
    _by_slug: dict[str, Subject] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        keys: set[str] = set()
        for objective in self.all_objectives:
            if objective.key in keys:
                raise ValueError(f"objective {objective.key} stands twice in the catalogue")
            keys.add(objective.key)
            self._by_code.setdefault(objective.code, []).append(objective)
            self._programmes.add(objective.programme.key)
            self._by_place.setdefault((objective.subject, objective.grade), []).append(objective)
        self._by_slug.update({one.slug: one for one in self.all_subjects})

    def find(
        self,
        code: str,
        *,
        subject: str | None = None,
        grade: int | None = None,
        track: str | None = None,
        language_of_instruction: str | None = None,
        programme: str | None = None,
    ) -> tuple[LearningObjective, ...]:
        """The objectives with exactly this code, narrowed by what is given; empty if there is none.

        What is unknown of an objective (its track, its language of instruction) does not rule it out.
        """
        return tuple(
            one
            for one in self._by_code.get(code, ())
            if (subject is None or one.subject == subject)
            and (grade is None or one.grade == grade)
            and (track is None or one.track in (track, UNKNOWN))
            and (programme is None or one.programme.key == programme)
            and (
                language_of_instruction is None
                or one.language_of_instruction in (language_of_instruction, UNKNOWN)
            )
        )

    def subjects(self) -> tuple[Subject, ...]:
        """The subjects, by slug."""
        return self.all_subjects

    def subject(self, slug: str) -> Subject | None:
        """The subject of that slug."""
        return self._by_slug.get(slug)

    def grades(self, subject: str | None = None) -> tuple[int, ...]:
        """The grades that have objectives (of that subject), ascending."""
        return tuple(sorted({grade for slug, grade in self._by_place if subject is None or slug == subject}))

    def objectives(
        self, *, subject: str | None = None, grade: int | None = None
    ) -> tuple[LearningObjective, ...]:
        """The objectives of that subject and grade, by subject and code."""
        if subject is not None and grade is not None:
            return tuple(self._by_place.get((subject, grade), ()))
        return tuple(
            one
            for one in self.all_objectives
            if (subject is None or one.subject == subject) and (grade is None or one.grade == grade)
        )

    def programmes(self, *, subject: str | None = None) -> tuple[Programme, ...]:
        """The programmes that objectives (of that subject) belong to, each key once, by subject and key."""
        found: dict[tuple[str, str], Programme] = {}
        for one in self.all_objectives:
            if subject is None or one.subject == subject:
                found.setdefault((one.subject, one.programme.key), one.programme)
        return tuple(found[key] for key in sorted(found))

    def holds(self, programme: str) -> bool:
        """Whether objectives of the programme with this key are here."""
        return programme in self._programmes

    def neighbours(self, objective: LearningObjective) -> tuple[LearningObjective, ...]:
        """The other objectives of the same programme and subsection (all but the last part of the code)."""
        stem = objective.code.rpartition(".")[0]
        return tuple(
            one
            for one in self.objectives(subject=objective.subject, grade=objective.grade)
            if one.key != objective.key
            and one.track == objective.track
            and (not objective.official or one.programme.key == objective.programme.key)
            and one.code.rpartition(".")[0] == stem
        )


def catalogue(subjects: Iterable[Subject], objectives: Iterable[LearningObjective]) -> Catalogue:
    """A catalogue in its canonical order: subjects by slug, objectives by subject, code and track.

    Raises:
        ValueError: two objectives with the same key.
    """
    by_slug = sorted(subjects, key=lambda one: one.slug)
    by_code = sorted(objectives, key=lambda one: (one.subject, code_order(one.code), one.key))
    return Catalogue(tuple(by_slug), tuple(by_code))


def level_of(grades: Sequence[int]) -> Level:
    """The level by the grades: 1-4 primary, 5-9 basic, from 10 general."""
    if not grades:
        return Level.UNKNOWN
    return Level.PRIMARY if grades[0] <= 4 else Level.BASIC if grades[0] <= 9 else Level.GENERAL


def _in(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or next((name for name in names.values() if name), "")
