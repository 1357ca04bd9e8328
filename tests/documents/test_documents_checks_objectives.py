"""Codes, coverage, thinking levels and sources: silent on a good document, and what is planted is found where it is."""

from dataclasses import replace

import pytest

from app.documents.checks import codes, coverage, levels, sources
from app.documents.finding import Weight
from app.documents.level import Level
from app.documents.value import Lines, Objective, Task
from tests.documents.good_documents import CODES, good_plan, good_quiz, with_value, without
from tests.documents.starter_briefs import LANGUAGES, StarterShelf


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_plan_has_nothing_against_it(shelf: StarterShelf, language: str) -> None:
    document, means = good_plan(shelf, language)

    for each in (codes, coverage, levels, sources):
        assert each.check(document, means) == ()


@pytest.mark.parametrize("field_id", ["middle.task.2", "more.homework"])
def test_a_code_that_nobody_gave_is_broken_wherever_it_stands(shelf: StarterShelf, field_id: str) -> None:
    document, means = good_plan(shelf)

    (found,) = codes.check(with_value(document, field_id, text="По цели 5.1.2.19-ні и 01.09.2026."), means)

    assert (found.weight, found.field) == (Weight.BROKEN, field_id)
    assert found.words.facts["code"] == "5.1.2.19"


def test_a_task_of_another_objective_or_of_none_is_found(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    (foreign,) = codes.check(with_value(document, "middle.task.1", code="5.9.9.9"), means)
    (none,) = codes.check(with_value(document, "middle.task.1", code=""), means)

    assert (foreign.words.key, foreign.field) == ("checks.codes.foreign", "middle.task.1")
    assert (none.words.key, none.weight) == ("checks.codes.none", Weight.DOUBT)


def test_a_wording_that_is_not_the_catalogues_is_broken(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    right = [
        Objective(code=one.code, text=f" {one.text('ru').rstrip('.')}  ") for one in means.material.objectives
    ]
    wrong = (right[0], Objective(code=CODES[1], text="Складывает всё подряд."))

    assert codes.check(with_value(document, "header.objectives", objectives=tuple(right)), means) == ()
    (found,) = codes.check(with_value(document, "header.objectives", objectives=wrong), means)
    assert (found.words.key, found.words.facts["code"]) == ("checks.codes.wording", CODES[1])


def test_an_objective_of_the_brief_that_the_header_leaves_out_is_broken(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    first = Objective(code=CODES[0], text=means.material.objectives[0].text("ru"))

    (found,) = codes.check(with_value(document, "header.objectives", objectives=(first,)), means)

    assert (found.words.key, found.words.facts) == ("checks.codes.left_out", {"code": CODES[1]})


def test_coverage_says_where_each_objective_is_taught_practised_and_assessed(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    first, second = coverage.coverage(document, means)

    assert (first.code, second.code) == CODES
    assert {"header.aim", "middle.stage"} <= set(first.taught)
    assert first.practised == first.assessed == ("middle.task.2",)
    assert second.practised == ("middle.task.1", "middle.task.3")


def test_an_objective_without_a_task_is_neither_practised_nor_assessed(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)

    found = coverage.check(without(document, "middle.task.2"), means)

    assert [(one.words.key, one.words.facts["code"]) for one in found] == [
        ("checks.coverage.not_practised", CODES[0]),
        ("checks.coverage.not_assessed", CODES[0]),
    ]


def test_an_aim_in_the_words_of_the_objective_teaches_it_without_its_code(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    silent = without(document, "start.stage", "middle.stage", "end.stage")
    other = silent.with_field(replace(document.field("header.aim"), value=Lines(lines=("Рисуют круг.",))))
    said = silent.with_field(
        replace(
            document.field("header.aim"),
            value=Lines(lines=("Ученики складывают и вычитают дроби с одним и тем же знаменателем.",)),
        )
    )

    assert coverage.coverage(other, means)[0].taught == ()
    assert coverage.coverage(said, means)[0].taught == ("header.aim",)


def test_a_quiz_has_only_to_assess(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)

    assert coverage.check(document, means) == ()
    found = coverage.check(without(document, "items.item.2", "items.item.4"), means)
    assert [one.words.key for one in found] == ["checks.coverage.not_assessed"]


def test_levels_of_nothing_are_nothing(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    bare = replace(document, fields=())

    assert (levels.levels(bare).total, levels.levels(bare).low) == (0, 0)
    assert levels.check(bare, means) == ()


@pytest.mark.parametrize(("low", "doubts"), [(3, 0), (4, 1), (5, 1)])
def test_more_than_six_in_ten_low_tasks_are_one_doubt(shelf: StarterShelf, low: int, doubts: int) -> None:
    document, means = good_plan(shelf)
    task = document.field("middle.task.1")
    five = tuple(
        replace(
            task,
            id=f"middle.task.{number}",
            value=Task(text="a", level=Level.UNDERSTANDING if number <= low else Level.ANALYSIS),
        )
        for number in range(1, 6)
    )

    found = levels.check(replace(document, fields=five), means)

    assert levels.levels(replace(document, fields=five)).share(Level.UNDERSTANDING) == low / 5
    assert [one.words.facts["share"] for one in found] == [100 * low // 5] * doubts


def test_sentences_without_a_source_are_counted_at_their_field(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    field = replace(document.field("more.homework"), unsupported=("Первое.", "Второе."))

    (found,) = sources.check(document.with_field(field), means)

    assert (found.field, found.words.facts["count"]) == ("more.homework", 2)


def test_the_codes_of_the_brief_may_stand_in_any_text(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    named = with_value(document, "more.homework", text=" и ".join(CODES))

    assert codes.check(named, means) == ()
