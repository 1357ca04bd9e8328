"""A calendar plan: the rows of the imported long-term plan in their order, with hours that add up to the quarter's."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.brief import Brief, Kind
from app.documents.document import DOCUMENT, Document
from app.documents.draft import draft
from app.documents.field import State
from app.documents.form import load
from app.documents.lessons import fitted, of_quarter
from app.documents.material import BadBrief, gather
from app.documents.school_year import QUARTERS, shares, week_of
from app.documents.school_year import load as school_year
from app.documents.value import Number, PlanRow
from knowledge.curriculum import Catalogue, Hours, LearningObjective, Subject, catalogue
from knowledge.edition import PlanRow as PlannedRow
from knowledge.edition import ProgrammeText
from knowledge.passage import Passage
from knowledge.plan import Plan, Topic, lines
from tests.documents.starter_briefs import DOCUMENT_ID, FRACTIONS, LANGUAGES, StarterShelf, brief_of
from tests.knowledge.editions_made import edition, programme, text_of

CODES = tuple(f"5.1.{part}.{number}" for part in (1, 2, 3) for number in (1, 2, 3, 4))
ROWS = tuple(
    PlannedRow(
        grade=5, quarter=1 + at // 4, section=f"Раздел {1 + at // 2}", topic=f"Тема {at + 1}", codes=(code,)
    )
    for at, code in enumerate(CODES)
)


@dataclass(frozen=True)
class ImportedShelf:
    """What the library holds after the import of one invented programme."""

    text: ProgrammeText

    @property
    def catalogue(self) -> Catalogue:
        names = {"kk": "Математика", "ru": "Математика", "en": "Mathematics"}
        return catalogue([Subject(slug="mathematics", names=names)], self.text.objectives)

    @property
    def plan(self) -> Plan:
        rows = (json.loads(line) for line in lines([edition(self.text)]))
        return Plan(Topic(**{**row, "codes": tuple(row["codes"])}) for row in rows)

    def passages(self) -> Sequence[Passage]:
        return ()

    def topics(self, objective: LearningObjective) -> Sequence[Topic]:
        return self.plan.of(objective.programme.key, objective.code)

    def plan_of(self, key: str, grade: int) -> Sequence[Topic]:
        return self.plan.of_grade(key, grade)


def imported(
    per_week: float | None = 5, per_year: int | None = 170, plan: tuple[PlannedRow, ...] = ROWS
) -> ImportedShelf:
    of = replace(programme(), hours=(Hours(grade=5, per_week=per_week, per_year=per_year),))
    return ImportedShelf(text_of({code: f"понимать {code}" for code in CODES}, of, plan=plan))


def made(
    shelf: ImportedShelf, language: str = "ru", *, quarter: int | None = 1, day: date | None = None
) -> Document:
    brief = Brief(
        kind=Kind.CALENDAR,
        language=language,  # type: ignore[arg-type]
        subject="mathematics",
        grade=5,
        programme=shelf.text.programme.key,
        codes=(),
        quarter=quarter,
        day=day,
    )
    return draft(
        brief, gather(shelf, brief, school=None), load(Kind.CALENDAR, language), document=DOCUMENT_ID
    )


def rows(document: Document) -> list[PlanRow]:
    return [field.value for field in document.fields if isinstance(field.value, PlanRow)]


def test_a_programme_without_a_plan_is_refused_with_the_way_out(shelf: StarterShelf) -> None:
    brief = replace(brief_of(Kind.CALENDAR, "kk", FRACTIONS, quarter=1), codes=())

    with pytest.raises(BadBrief) as refused:
        draft(brief, gather(shelf, brief, school=None), load(Kind.CALENDAR, "kk"), document=DOCUMENT_ID)

    assert refused.value.words.key == "documents.bad.no_plan"


@pytest.mark.parametrize(
    ("quarter", "expected"), [(None, "documents.bad.calendar_quarter"), (4, "documents.bad.no_quarter_plan")]
)
def test_a_quarter_that_is_not_there_is_refused(quarter: int | None, expected: str) -> None:
    with pytest.raises(BadBrief) as refused:
        made(imported(), quarter=quarter)

    assert refused.value.words.key == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_the_rows_keep_the_order_of_the_plan_and_the_hours_of_the_quarter(
    language: str, quarter: int
) -> None:
    document = made(imported(), language, quarter=quarter)
    taught = [row for row in rows(document) if not row.note]

    assert sum(row.hours for row in rows(document)) == (40, 40, 50)[quarter - 1]
    assert [row.topic for row in taught] == [f"Тема {at}" for at in range(4 * quarter - 3, 4 * quarter + 1)]
    assert [row.number for row in rows(document)] == list(range(1, len(rows(document)) + 1))
    assert document.field("header.hours").value == Number(number=(40, 40, 50)[quarter - 1])
    assert all(objective.code in CODES and objective.text for row in taught for objective in row.objectives)
    assert DOCUMENT.validate_json(DOCUMENT.dump_json(document)) == document


def test_each_section_ends_with_its_assessment_and_the_quarter_with_the_terms() -> None:
    document = made(imported())

    assert [row.topic for row in rows(document)] == [
        "Тема 1", "Тема 2", "СОР: Раздел 1", "Тема 3", "Тема 4", "СОР: Раздел 2", "СОЧ",
    ]  # fmt: skip
    assert [one.code for one in rows(document)[2].objectives] == list(CODES[:2])
    assert [one.code for one in rows(document)[-1].objectives] == list(CODES[:4])


def test_one_lesson_a_week_keeps_none_for_a_term_assessment() -> None:
    document = made(imported(per_week=1, per_year=34))

    assert sum(row.hours for row in rows(document)) == 8
    assert "СОЧ" not in [row.topic for row in rows(document)]


def test_hours_that_the_act_does_not_say_are_left_to_the_teacher() -> None:
    document = made(imported(per_week=None, per_year=None))

    assert document.field("header.hours").state is State.TO_WRITE
    assert all(row.hours == 1 for row in rows(document))


def test_lessons_fall_into_the_weeks_after_the_first_day() -> None:
    document = made(imported(per_week=4, per_year=136), day=date(2026, 9, 1))

    assert rows(document)[0].date.startswith("01.09")
    assert all(row.date for row in rows(document))
    assert not any(row.date for row in rows(made(imported())))
    assert week_of(date(2026, 9, 1), 0, 4) == (date(2026, 9, 1), date(2026, 9, 4))
    assert week_of(date(2026, 9, 1), 4, 4) == (date(2026, 9, 7), date(2026, 9, 11))
    assert week_of(date(2026, 9, 1), 1, 0.5) == (date(2026, 9, 14), date(2026, 9, 18))


def test_a_plan_that_names_no_quarter_is_divided_over_the_year() -> None:
    topics = [replace(one, quarter=None) for one in imported().plan.of_grade(programme().key, 5)]
    weeks = school_year().weeks(5)

    assert [one for quarter in QUARTERS for one in of_quarter(topics, quarter, weeks)] == topics


def test_a_topic_without_a_quarter_belongs_to_the_one_before_it() -> None:
    topics = list(imported().plan.of_grade(programme().key, 5))
    topics[1] = replace(topics[1], quarter=None)

    assert topics[1] in of_quarter(topics, 1, school_year().weeks(5))


@given(
    sizes=st.lists(st.integers(0, 6), min_size=1, max_size=25),
    sections=st.integers(1, 8),
    hours=st.integers(1, 60),
    units=st.integers(0, 3),
    term=st.booleans(),
)
def test_the_hours_always_add_up_and_no_objective_is_lost(
    sizes: list[int], sections: int, hours: int, units: int, term: bool
) -> None:
    topics = [
        Topic(
            programme="x", language="ru", grade=5, quarter=1, section=str(at % sections), topic=f"t{at}",
            codes=tuple(f"5.1.{at}.{number}" for number in range(size)),
        )
        for at, size in enumerate(sizes)
    ]  # fmt: skip

    lessons = fitted(topics, hours, units=units, term=term)

    assert sum(one.hours for one in lessons) == hours
    assert all(one.hours >= 1 for one in lessons)
    taught = [one for one in lessons if not one.assesses]
    assert [code for one in taught for code in one.codes] == [code for one in topics for code in one.codes]
    assert [name for one in taught for name in one.topics] == [one.topic for one in topics]


@given(total=st.integers(0, 500), weights=st.lists(st.integers(1, 12), min_size=1, max_size=30))
def test_whole_shares_add_up(total: int, weights: list[int]) -> None:
    parts = shares(total, tuple(weights))

    assert sum(parts) == total
    assert all(abs(part - total * one / sum(weights)) < 1 for part, one in zip(parts, weights, strict=True))


@pytest.mark.parametrize(("grade", "weeks"), [(1, 33), (2, 34), (11, 34)])
def test_a_school_year_has_its_weeks(grade: int, weeks: int) -> None:
    assert sum(school_year().weeks(grade)) == weeks
