"""The first draft of a lesson plan: whole and right in form for every class of the starter corpus, with no model."""

import re
from datetime import date

import pytest

from app.documents import plan
from app.documents.brief import LESSON_MINUTES, Kind
from app.documents.document import DOCUMENT
from app.documents.field import State
from app.documents.form import load
from app.documents.material import BadBrief, gather
from app.documents.reckoning import reckon
from app.documents.shapes import shape_of
from app.documents.value import Number, Stage, Task, Text
from knowledge.plan import Topic
from tests.documents.document_words import CODE, PLACE, said
from tests.documents.starter_briefs import (
    FRACTIONS,
    LANGUAGES,
    Class,
    StarterShelf,
    brief_of,
    classes,
    drafted,
)

DECEMBER = date(2026, 12, 3)
HEADER = (
    "header.organisation header.section header.teacher header.date header.grade header.attendance_present"
    " header.attendance_absent header.topic header.objectives header.aim header.value"
).split()
TAIL = "more.homework more.differentiation more.special more.safety more.reflection".split()


def test_a_lesson_of_another_length_is_refused(shelf: StarterShelf) -> None:
    with pytest.raises(BadBrief) as refused:
        drafted(shelf, brief_of(Kind.PLAN, "kk", FRACTIONS, minutes=60))

    assert refused.value.words.key == "documents.bad.minutes"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"items": 0}, "documents.bad.items"),
        ({"items": 61, "points": 100}, "documents.bad.items"),
        ({"items": 5, "points": 4}, "documents.bad.points"),
        ({"items": 1, "points": 2}, "documents.bad.points"),  # three objectives are three tasks
    ],
)
def test_tasks_and_points_out_of_range_are_refused(
    shelf: StarterShelf, more: dict[str, int], key: str
) -> None:
    with pytest.raises(BadBrief) as refused:
        drafted(shelf, brief_of(Kind.PLAN, "kk", FRACTIONS, most=3, **more))

    assert refused.value.words.key == key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", classes(), ids=str)
@pytest.mark.parametrize(("minutes", "most", "items", "points"), [(40, 3, 3, 10), (45, 6, 7, 20)])
def test_every_plan_is_valid_in_form(
    shelf: StarterShelf, language: str, one: Class, minutes: int, most: int, items: int, points: int
) -> None:
    brief = brief_of(
        Kind.PLAN, language, one, most=most, minutes=minutes, items=items, points=points, day=DECEMBER
    )

    document = drafted(shelf, brief)

    count = max(items, len(brief.codes))
    ids = [field.id for field in document.fields]
    tasks = [f"middle.task.{number}" for number in range(1, count + 1)]
    assert ids == [*HEADER, "start.stage", "middle.stage", *tasks, "end.stage", *TAIL]
    assert plan.minutes_total(document) == minutes
    start, _, end = (row.stage.minutes for row in plan.rows(document))
    assert 5 <= start <= 7
    assert 5 <= end <= 7
    assert plan.points_total(document) == points
    made = [task for _, task in plan.tasks(document)]
    assert {task.code for task in made} == set(brief.codes)
    assert sum(not task.level.is_low for task in made) >= 0.4 * len(made)
    assert all(task.text and task.descriptors for task in made)
    assert all(step.points > 0 for task in made for step in task.descriptors)
    assert set(CODE.findall(" ".join(said(document)))) <= set(brief.codes)
    assert not any(PLACE.search(text) for text in said(document))
    assert all(field.label for field in document.fields)
    assert all(field.hint for field in document.fields if field.state is State.TO_WRITE)
    assert all(
        text.strip() for row in plan.rows(document) for text in (*row.stage.teacher, *row.stage.learner)
    )
    assert DOCUMENT.validate_json(DOCUMENT.dump_json(document)) == document


def test_the_middle_of_a_lesson_is_as_long_as_the_form_says(shelf: StarterShelf) -> None:
    for minutes in LESSON_MINUTES:
        document = drafted(shelf, brief_of(Kind.PLAN, "ru", FRACTIONS, minutes=minutes))

        _, middle, _ = plan.rows(document)
        assert middle.stage.minutes >= 25
        assert len(middle.tasks) == 3


def test_what_is_not_known_is_a_placeholder_with_a_hint(shelf: StarterShelf) -> None:
    document = drafted(shelf, brief_of(Kind.PLAN, "kk", FRACTIONS))

    for name in ("organisation", "teacher", "date", "value"):
        field = document.field(f"header.{name}")
        assert field.state is State.TO_WRITE
        assert field.write == ""
        assert isinstance(field.value, Text)
        assert re.fullmatch(r"\[.+\]", field.value.text)
    present = document.field("header.attendance_present").value
    assert isinstance(present, Number)
    assert present.number is None


def test_what_the_teacher_gave_stands_in_the_header(shelf: StarterShelf) -> None:
    brief = brief_of(
        Kind.PLAN,
        "ru",
        FRACTIONS,
        organisation="Школа № 5",
        teacher="А. Педагог",
        topic="Дроби",
        class_name="5 «А»",
        day=date(2026, 9, 7),
    )

    document = drafted(shelf, brief)

    values = {field.id: field.value.text for field in document.of("header") if isinstance(field.value, Text)}
    assert values["header.organisation"] == "Школа № 5"
    assert values["header.teacher"] == "А. Педагог"
    assert values["header.topic"] == "Дроби"
    assert values["header.grade"] == "5 «А»"
    assert values["header.date"] == "07.09.2026"
    assert values["header.value"] == "Трудолюбие и профессиональная компетентность"


def test_a_school_day_in_every_month_has_its_value_and_summer_has_none(shelf: StarterShelf) -> None:
    for month in range(1, 13):
        brief = brief_of(Kind.PLAN, "kk", FRACTIONS, day=date(2026, month, 2))

        field = drafted(shelf, brief).field("header.value")

        assert (field.state is State.DONE) == (month not in (6, 7, 8))


def test_quotes_stand_in_a_note_word_for_word_and_are_cited(shelf: StarterShelf) -> None:
    brief = brief_of(Kind.PLAN, "kk", FRACTIONS)
    material = gather(shelf, brief, school=None)
    read = " ".join(one.text for one in material.passages)

    document = drafted(shelf, brief)

    for field, task in plan.tasks(document):
        quote = re.search(r"«(.+)»", task.text)
        assert quote is not None
        assert quote.group(1) in read
        assert [one.passage_id for one in field.sources]
    assert document.field("header.objectives").sources


def test_a_need_is_named_and_met(shelf: StarterShelf) -> None:
    brief = brief_of(Kind.PLAN, "kk", FRACTIONS, special_needs="нашар көру")

    value = drafted(shelf, brief).field("more.special").value

    assert isinstance(value, Text)
    assert "нашар көру" in value.text


def test_a_lesson_in_two_languages_is_led_the_same_way(shelf: StarterShelf) -> None:
    kk, ru = (drafted(shelf, brief_of(Kind.PLAN, one, FRACTIONS, day=DECEMBER)) for one in ("kk", "ru"))

    assert [field.id for field in kk.fields] == [field.id for field in ru.fields]
    assert [row.stage.minutes for row in plan.rows(kk)] == [row.stage.minutes for row in plan.rows(ru)]
    levels = [[task.level for _, task in plan.tasks(one)] for one in (kk, ru)]
    assert levels[0] == levels[1]


def test_two_lessons_are_not_word_for_word_alike_and_one_is_always_the_same(shelf: StarterShelf) -> None:
    starts = set()
    for day in range(1, 15):
        brief = brief_of(Kind.PLAN, "kk", FRACTIONS, day=date(2026, 12, day))
        first, again = drafted(shelf, brief), drafted(shelf, brief)
        assert first == again
        starts.add(str(first.field("start.stage").value) + str(first.field("end.stage").value))

    assert len(starts) > 3


def test_grade_one_has_no_marks(shelf: StarterShelf) -> None:
    first = next(one for one in classes() if one.grade == 1)
    words = load(Kind.PLAN, "ru").phrase("middle.no_marks")

    stage = drafted(shelf, brief_of(Kind.PLAN, "ru", first)).field("middle.stage").value

    assert isinstance(stage, Stage)
    assert words[0] in stage.assessment


def test_the_long_term_plan_names_topic_and_section_where_it_is_known(shelf: StarterShelf) -> None:
    def row(topic: str, quarter: int, *codes: str, language: str = "ru") -> Topic:
        return Topic(
            programme=FRACTIONS.programme,
            language=language,
            grade=5,
            quarter=quarter,
            section=f"Раздел: {topic}",
            topic=topic,
            codes=codes,
        )

    first, second, _ = FRACTIONS.codes
    planned = StarterShelf(
        corpus=shelf.corpus,
        plan=(
            row("Одна цель", 2, first),
            row("Две цели", 2, first, second),
            row("Другая четверть", 3, *FRACTIONS.codes),
            row("Екі мақсат", 2, *FRACTIONS.codes, language="kk"),
        ),
    )

    document = drafted(planned, brief_of(Kind.PLAN, "ru", FRACTIONS, quarter=2))

    assert document.field("header.topic").value == Text(text="Две цели")
    assert document.field("header.section").value == Text(text="Раздел: Две цели")


SUM = re.compile(r"\d\) ([^;.]+)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sums_like_the_worked_one_are_set_with_their_values_and_are_whole(
    shelf: StarterShelf, language: str
) -> None:
    paper = drafted(shelf, brief_of(Kind.PLAN, language, FRACTIONS, items=4, points=12))
    whole = [one for one in paper.fields if isinstance(one.value, Task) and one.state is State.DONE]

    assert whole
    for one in whole:
        assert isinstance(one.value, Task)
        asked = SUM.findall(one.value.text.rpartition(":")[2])
        told = SUM.findall(one.value.answer)
        assert len(asked) == len(told) > 1
        assert [reckon(each) for each in asked] == [reckon(each) for each in told]
        assert not any(each in one.value.text.rpartition(":")[0] for each in asked)
        if "1/2 + 1/4" in asked:
            assert told[asked.index("1/2 + 1/4")] == "3/4"
        assert one.write
        assert not one.hint


def test_grades_one_and_two_get_no_sums_that_the_sentence_does_not_work_out(shelf: StarterShelf) -> None:
    for one in (each for each in classes() if each.grade <= 2):
        paper = drafted(shelf, brief_of(Kind.PLAN, "ru", one, items=4, points=12))

        assert all(task.state is State.TO_WRITE for task in paper.fields if isinstance(task.value, Task))


def test_the_youngest_are_not_asked_to_write_tables(shelf: StarterShelf) -> None:
    asked = [
        text
        for one in classes()
        if one.grade <= 2
        for day in range(1, 8)
        for text in said(drafted(shelf, brief_of(Kind.PLAN, "ru", one, day=date(2026, 12, day))))
    ]

    assert not [
        text for text in asked if "таблиц" in text and "Упорядочива" not in text and "Собирает" not in text
    ]


def test_a_task_of_one_point_stays_one_point_when_a_model_writes_it(shelf: StarterShelf) -> None:
    document = drafted(shelf, brief_of(Kind.PLAN, "kk", FRACTIONS, items=6, points=6))

    for field, task in plan.tasks(document):
        answer = {"task": "Есептеңдер.", "answer": "1", "descriptors": ["есептейді"]}
        written = shape_of(field).read(answer)
        assert isinstance(written, Task)
        assert written.points == task.points == 1
