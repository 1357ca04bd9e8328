"""What the curriculum itself gives for a brief: objectives, passages, terms, topics; found by code, with no model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.documents import school_year
from app.documents.brief import MOST_OBJECTIVES, Brief, Kind
from app.documents.lessons import of_quarter
from app.errors import BadArgument
from knowledge import terms as school_terms
from knowledge.curriculum import Catalogue, LearningObjective, Subject
from knowledge.passage import Kind as PassageKind
from knowledge.passage import Passage
from knowledge.plan import Topic
from knowledge.terms import Term

MOST_PASSAGES = 12


class BadBrief(BadArgument):
    """The brief cannot be taken as it is; the words say why."""

    key = "documents.bad.brief"


class Shelf(Protocol):
    """The part of the library that documents are made from."""

    @property
    def catalogue(self) -> Catalogue:
        """All objectives."""
        ...

    def passages(self) -> Sequence[Passage]:
        """Every passage."""
        ...

    def topics(self, objective: LearningObjective) -> Sequence[Topic]:
        """Where the long-term plan teaches an objective."""
        ...

    def plan_of(self, programme: str, grade: int) -> Sequence[Topic]:
        """The whole long-term plan of a grade."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is known for one brief.

    Attributes:
        objectives: those of the brief, in its order; of a calendar plan also those that the quarter teaches.
        passages: notes and documents on them, in the brief's language first; no wording of an objective among them.
        terms: school terms that stand in the objectives, the topic and the passages.
        topics: rows of the long-term plan that teach the objectives.
        grade_topics: the long-term plan of the whole grade in one language, for a calendar plan only.
        wordings: the passages that are the objectives' own wording in the brief's language, as they are cited.
    """

    subject: Subject
    objectives: tuple[LearningObjective, ...]
    passages: tuple[Passage, ...]
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...]
    wordings: tuple[Passage, ...] = ()
    grade_topics: tuple[Topic, ...] = ()


def gather(shelf: Shelf, brief: Brief, *, school: str | None) -> Material:
    """Look up by code whatever the curriculum has on the brief's objectives.

    Raises:
        BadBrief: a code, the programme or the subject does not exist, or there are too few or too many objectives.
    """
    subject = shelf.catalogue.subject(brief.subject)
    if subject is None:
        raise BadBrief(f"no subject {brief.subject!r}", key="documents.bad.subject")
    if not brief.codes and brief.kind is not Kind.CALENDAR:
        raise BadBrief("no objective", key="documents.bad.no_objective")
    if len(brief.codes) > MOST_OBJECTIVES and brief.kind not in (Kind.CALENDAR, Kind.TERM, Kind.UNIT):
        raise BadBrief("too many", key="documents.bad.many_objectives", most=MOST_OBJECTIVES)
    objectives = tuple(_objective(shelf.catalogue, brief, code) for code in brief.codes)
    grade_topics = _plan(shelf, brief) if brief.kind is Kind.CALENDAR else ()
    objectives = (*objectives, *_planned(shelf.catalogue, brief, grade_topics))
    passages = _passages(shelf, brief, objectives, school)
    said = " . ".join([brief.topic, *(one.text(brief.language) for one in objectives)])
    read = " . ".join([said, *(one.text for one in passages if one.language == brief.language)])
    table = school_terms.load()
    found = (
        *table.in_text(said, brief.language, brief.subject),
        *table.in_text(read, brief.language, brief.subject),
    )
    topics = dict.fromkeys(topic for one in objectives for topic in shelf.topics(one))
    return Material(
        subject=subject,
        objectives=objectives,
        passages=passages,
        terms=tuple(dict.fromkeys(found)),
        topics=tuple(topics),
        wordings=_wordings(shelf, brief, objectives),
        grade_topics=grade_topics,
    )


def programme_of(catalogue: Catalogue, subject: str, grade: int, codes: Sequence[str]) -> str:
    """The key of the only programme that has all these codes in this subject and grade.

    Raises:
        BadBrief: a code stands in none, or several programmes have them all: then they are named.
    """
    for code in codes:
        if not catalogue.find(code, subject=subject, grade=grade):
            raise BadBrief(f"no objective {code!r}", key="documents.bad.code", code=code)
    having = [
        {one.programme.key for one in catalogue.find(code, subject=subject, grade=grade)} for code in codes
    ] or [{one.programme.key for one in catalogue.objectives(subject=subject, grade=grade)}]
    shared = sorted(set.intersection(*having))
    if len(shared) != 1:
        raise BadBrief(
            f"programmes {', '.join(shared) or 'none'}",
            key="documents.bad.programme" if shared else "documents.bad.no_programme",
            programmes=", ".join(shared),
        )
    return shared[0]


def _plan(shelf: Shelf, brief: Brief) -> tuple[Topic, ...]:
    """The grade's plan in the document's language, else in the first language that it was read in."""
    topics = shelf.plan_of(brief.programme, brief.grade)
    languages = dict.fromkeys(one.language for one in topics)
    language = brief.language if brief.language in languages else next(iter(languages), "")
    return tuple(one for one in topics if one.language == language)


def _planned(catalogue: Catalogue, brief: Brief, topics: Sequence[Topic]) -> Iterator[LearningObjective]:
    """What the quarter teaches by the plan and the brief does not name; a code that the catalogue lacks is left out."""
    weeks = school_year.load().weeks(brief.grade)
    taught = of_quarter(topics, brief.quarter, weeks) if brief.quarter else topics
    for code in dict.fromkeys(code for one in taught for code in one.codes):
        found = catalogue.find(code, subject=brief.subject, grade=brief.grade, programme=brief.programme)
        if found and code not in brief.codes:
            yield next((one for one in found if one.wording_language == brief.language), found[0])


def _objective(catalogue: Catalogue, brief: Brief, code: str) -> LearningObjective:
    found = catalogue.find(code, subject=brief.subject, grade=brief.grade, programme=brief.programme)
    if not found:
        raise BadBrief(f"no objective {code!r}", key="documents.bad.code", code=code)
    return next((one for one in found if one.wording_language == brief.language), found[0])


def _passages(
    shelf: Shelf, brief: Brief, objectives: Sequence[LearningObjective], school: str | None
) -> tuple[Passage, ...]:
    codes = {one.code for one in objectives}
    about = [
        one
        for one in shelf.passages()
        if one.kind is not PassageKind.OBJECTIVE
        and one.subject == brief.subject
        and one.school in (None, school)
        and (not one.grades or brief.grade in one.grades)
        and not codes.isdisjoint(one.codes)
    ]
    own = [one for one in about if one.language == brief.language]
    families = {one.family for one in own}
    others = [one for one in about if one.language != brief.language and one.family not in families]
    return tuple((*own, *others)[:MOST_PASSAGES])


def _wordings(shelf: Shelf, brief: Brief, objectives: Sequence[LearningObjective]) -> tuple[Passage, ...]:
    families = {one.family: one.language_for(brief.language) for one in objectives}
    found = {
        one.family: one
        for one in shelf.passages()
        if one.kind is PassageKind.OBJECTIVE and families.get(one.family) == one.language
    }
    return tuple(found[family] for family in families if family in found)
