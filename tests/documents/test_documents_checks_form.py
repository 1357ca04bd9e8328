"""The form, its minutes and its points: silent on a good document, and what is planted is found where it is."""

from dataclasses import replace

import pytest

from app.documents.check import Means
from app.documents.checks import form, minutes, points
from app.documents.document import Document
from app.documents.field import State
from app.documents.finding import Finding, Weight
from app.documents.value import Descriptor, Number, Objective, PlanRow, Stage, Text
from tests.documents.good_documents import good_plan, good_quiz, with_value, without
from tests.documents.starter_briefs import LANGUAGES, StarterShelf


def keys(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(one.words.key, one.field) for one in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_plan_has_nothing_against_it(shelf: StarterShelf, language: str) -> None:
    document, means = good_plan(shelf, language)

    for each in (form, minutes, points):
        assert each.check(document, means) == ()


def test_a_document_without_fields_lacks_all_that_its_form_asks_for(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    bare = replace(document, fields=())

    found = form.check(bare, means)

    assert [one.words.facts["place"] for one in found] == list(form.ASKED[document.kind])
    assert minutes.total(bare) is None
    assert points.total(bare) is None


def test_a_missing_field_is_named_as_the_form_calls_it(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    worded = Means(material=means.material, form=replace(means.form, labels={"end.stage": "Конец урока"}))

    found = form.check(without(document, "end.stage"), worded)

    assert [(one.words.key, one.words.facts["place"], one.weight) for one in found] == [
        ("checks.form.missing", "Конец урока", Weight.BROKEN)
    ]


def test_a_plan_without_any_task_lacks_tasks(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    tasks = ("middle.task.1", "middle.task.2", "middle.task.3")

    assert [one.words.facts["place"] for one in form.check(without(document, *tasks), means)] == [
        "middle.task"
    ]


def test_an_empty_field_is_broken_and_one_with_a_placeholder_is_a_note(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    empty = replace(document.field("header.topic"), value=Text(text=" "))

    broken = form.check(document.with_field(empty), means)
    noted = form.check(document.with_field(replace(empty, hint="впишите тему")), means)

    assert [(one.words.key, one.field, one.weight) for one in broken] == [
        ("checks.form.empty", "header.topic", Weight.BROKEN)
    ]
    assert [one.weight for one in noted] == [Weight.NOTE]


def test_places_that_are_filled_in_on_the_day_may_be_empty(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    assert document.field("header.attendance_present").value == Number()
    assert form.check(document, means) == ()


@pytest.mark.parametrize("column", form.COLUMNS)
def test_a_stage_needs_something_in_each_of_its_columns(shelf: StarterShelf, column: str) -> None:
    document, means = good_plan(shelf)

    found = form.check(with_value(document, "middle.stage", **{column: ("", " ")}), means)

    assert keys(found) == [(f"checks.form.no_{column}", "middle.stage")]


@pytest.mark.parametrize(
    ("state", "key", "weight"),
    [
        (State.TO_WRITE, "checks.form.to_write", Weight.NOTE),
        (State.WITHHELD, "checks.form.withheld", Weight.DOUBT),
        (State.FAILED, "checks.form.failed", Weight.DOUBT),
    ],
)
def test_a_field_that_waits_is_said_to_wait(
    shelf: StarterShelf, state: State, key: str, weight: Weight
) -> None:
    document, means = good_plan(shelf)
    waiting = replace(document.field("more.homework"), state=state)

    found = form.check(document.with_field(waiting), means)

    assert [(one.words.key, one.field, one.weight) for one in found] == [(key, "more.homework", weight)]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"question": " "}, "checks.form.no_question"),
        ({"options": ("5",)}, "checks.form.no_options"),
        ({"options": ("5", " ")}, "checks.form.no_options"),
    ],
)
def test_a_question_needs_words_and_two_options(
    shelf: StarterShelf, changes: dict[str, object], key: str
) -> None:
    document, means = good_quiz(shelf)

    assert form.check(document, means) == ()
    assert keys(form.check(with_value(document, "items.item.2", **changes), means)) == [(key, "items.item.2")]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (PlanRow(number=1, topic="Дроби", objectives=(Objective(code="5.1.2.17", text="a"),)), []),
        (PlanRow(number=1, topic="Суммативное оценивание", note="СОР"), []),
        (PlanRow(number=1, topic="Дроби"), ["checks.form.no_topic"]),
        (PlanRow(number=1, section="Числа"), ["checks.form.no_topic"]),
    ],
)
def test_a_row_of_a_calendar_names_its_topic_and_what_it_teaches_or_that_it_assesses(
    shelf: StarterShelf, row: PlanRow, found: list[str]
) -> None:
    document, means = good_plan(shelf)
    held = document.with_field(replace(document.field("more.homework"), value=row))

    assert [key for key, _ in keys(form.check(held, means))] == found


def test_stages_that_miss_the_lesson_are_told_with_both_numbers(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    (found,) = minutes.check(with_value(document, "middle.stage", minutes=28), means)

    assert found.weight is Weight.BROKEN
    assert found.words.facts == {"given": 38, "wanted": 40}


def test_a_stage_longer_than_the_form_has_it_is_a_doubt_there(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    moved = with_value(with_value(document, "middle.stage", minutes=26), "end.stage", minutes=9)

    (found,) = minutes.check(moved, means)

    assert (found.field, found.weight) == ("end.stage", Weight.DOUBT)
    assert found.words.facts == {"given": 9, "least": 5, "most": 7}


def test_a_lesson_of_forty_five_minutes_has_a_longer_middle(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, minutes=45)

    longer = with_value(document, "middle.stage", minutes=35)

    assert isinstance(longer.field("middle.stage").value, Stage)
    assert minutes.check(longer, means) == ()


def test_points_that_miss_the_whole_are_told_with_both_numbers(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    (found,) = points.check(replace(document, brief=replace(document.brief, points=12)), means)

    assert found.words.facts == {"given": 10, "wanted": 12}


def test_a_task_without_descriptors_and_a_step_that_gives_nothing_are_found(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    none = points.check(with_value(document, "middle.task.1", descriptors=()), means)
    nothing = points.check(
        with_value(document, "middle.task.1", descriptors=(Descriptor(text="a", points=3), Descriptor(text="b", points=0))),
        means,
    )  # fmt: skip

    assert ("checks.points.no_descriptors", "middle.task.1") in keys(none)
    assert keys(nothing) == [("checks.points.nothing", "middle.task.1")]


def test_a_quiz_has_the_points_that_its_questions_give(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)
    double = with_value(document, "items.item.1", points=2)

    assert points.check(double, means) == ()
    assert points.total(double) == minutes.Sum(given=5, wanted=5)
    assert keys(points.check(with_value(document, "items.item.1", points=0), means)) == [
        ("checks.points.nothing", "items.item.1")
    ]


def test_the_head_of_an_assessment_says_the_same_numbers(shelf: StarterShelf) -> None:
    quiz, means = good_quiz(shelf)
    head = (
        replace(quiz.fields[0], id="header.points", value=Number(number=5)),
        replace(quiz.fields[0], id="header.minutes", value=Number(number=20)),
    )
    document: Document = replace(quiz, fields=(*head, *quiz.fields))

    assert keys(points.check(document, means)) == [("checks.points.header", "header.points")]
    assert keys(minutes.check(document, means)) == [("checks.minutes.header", "header.minutes")]
