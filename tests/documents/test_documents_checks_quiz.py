"""Repetitions and keys: silent on a good quiz, and what is planted is found where it is."""

from dataclasses import replace
from typing import Any

import pytest

from app.documents.checks import duplicates, key
from app.documents.field import State
from app.documents.finding import Weight
from tests.documents.good_documents import good_plan, good_quiz, with_value
from tests.documents.starter_briefs import StarterShelf


def test_a_good_quiz_has_nothing_against_it(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)

    assert duplicates.check(document, means) == ()
    assert key.check(document, means) == ()
    assert key.check(replace(document, fields=()), means) == ()


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Какая дробь больше остальных?", "Какая из дробей больше остальных?", True),
        ("Вычислите 2 + 3.", "Вычислите: 2 + 3", True),
        # other numbers or another sign are another question
        ("Вычислите 2 + 3.", "Вычислите 2 + 4.", False),
        ("Вычислите 2 + 3.", "Вычислите 2 - 3.", False),
        ("Какая дробь больше остальных?", "Как называется число под чертой?", False),
        ("Как по-казахски называется термин «дробь»?", "Как по-казахски называется термин «угол»?", False),
    ],
)
def test_a_question_asked_twice_is_found_at_the_second(
    shelf: StarterShelf, one: str, other: str, found: bool
) -> None:
    document, means = good_quiz(shelf)
    asked = with_value(with_value(document, "items.item.1", question=one), "items.item.3", question=other)

    twice = duplicates.check(asked, means)

    assert [(each.field, each.words.facts["other"]) for each in twice] == [
        ("items.item.3", "Вопрос 1")
    ] * found


def test_tasks_are_compared_too_but_not_what_waits_to_be_written(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf)
    text = "Сравните два способа решения и выберите более короткий."
    twice = with_value(document, "middle.task.2", text=text)
    waiting = twice.with_field(replace(twice.field("middle.task.2"), state=State.TO_WRITE))

    assert [one.field for one in duplicates.check(twice, means)] == ["middle.task.3"]
    assert duplicates.check(waiting, means) == ()


@pytest.mark.parametrize(
    ("changes", "found", "weight"),
    [
        ({"options": ("5", "6", "5.")}, "checks.key.equal", Weight.BROKEN),
        ({"right": 3}, "checks.key.range", Weight.BROKEN),
        ({"right": -1}, "checks.key.range", Weight.BROKEN),
        ({"right": 2}, "checks.key.contradicts", Weight.DOUBT),
    ],
)
def test_a_wrong_key_is_found(
    shelf: StarterShelf, changes: dict[str, Any], found: str, weight: Weight
) -> None:
    document, means = good_quiz(shelf)

    (one,) = key.check(with_value(document, "items.item.1", **changes), means)

    assert (one.words.key, one.field, one.weight) == (found, "items.item.1", weight)


def test_an_explanation_in_words_against_the_key_is_found(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)

    (one,) = key.check(with_value(document, "items.item.2", right=0), means)

    assert one.words.key == "checks.key.contradicts"


def test_a_question_that_asks_for_a_translation_is_explained_in_its_own_language(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)
    asked = with_value(
        document,
        "items.item.1",
        question="Как называется на казахском языке термин «тире»?",
        options=("үтір", "диалог", "сызықша"),
        right=2,
        explanation="Реплики диалога начинают с тире.",
    )

    assert key.check(asked, means) == ()
    assert [one.words.key for one in key.check(with_value(asked, "items.item.1", right=0), means)] == [
        "checks.key.contradicts"
    ]


def test_an_explanation_that_names_no_option_contradicts_none(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)

    assert key.check(with_value(document, "items.item.1", explanation="Так сказано в правиле."), means) == ()


def test_the_right_option_at_one_place_all_the_time_is_a_doubt_about_the_whole(shelf: StarterShelf) -> None:
    document, means = good_quiz(shelf)
    for number in range(1, 5):
        document = with_value(
            document,
            f"items.item.{number}",
            right=1,
            explanation="",
            options=("один", "два", f"три {number}"),
        )

    assert [(one.words.key, one.field) for one in key.check(document, means)] == [
        ("checks.key.one_place", "")
    ]
