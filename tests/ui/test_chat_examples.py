"""The questions of the empty page: real, answerable, and as narrow as the chips."""

import re
from datetime import UTC, datetime

import pytest

from app.i18n import LANGUAGES, translator
from app.ui.chat_examples import HOW_MANY, examples, season, spread, unambiguous
from app.ui.chat_filters import Filters
from knowledge.curriculum import Catalogue
from tests.ui.chat_scene import Scene, corpus
from tests.ui.test_chat_page import opened

CODE = re.compile(r"\d+(?:\.\d+)+")
CATALOGUE = corpus().catalogue


def narrowed(subject: str | None = None, grade: int | None = None) -> Filters:
    return Filters(language="ru", grade=grade, subject=subject)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_chips_there_are_four_different_ones(language: str) -> None:
    offered = examples(CATALOGUE, narrowed(), translator(language), 2)

    assert len(set(offered)) == HOW_MANY


@pytest.mark.parametrize("subject", [one.slug for one in CATALOGUE.subjects()])
def test_every_code_in_an_example_is_a_real_one_of_that_subject(subject: str) -> None:
    offered = examples(CATALOGUE, narrowed(subject), translator("ru"), 2)
    codes = [code for text in offered for code in CODE.findall(text)]

    assert codes
    assert all(CATALOGUE.find(code, subject=subject) for code in codes)


def test_an_empty_catalogue_has_no_question_about_a_code() -> None:
    assert examples(Catalogue(), narrowed("mathematics"), translator("ru"), 2) == ()


def test_a_code_of_two_objectives_is_no_example() -> None:
    shared = [one for one in CATALOGUE.objectives() if len(CATALOGUE.find(one.code)) > 1]

    assert shared
    assert not {one.code for one in shared} & {one.code for one in unambiguous(CATALOGUE, narrowed())}


def test_the_sample_is_spread_over_the_list_and_never_longer() -> None:
    objectives = CATALOGUE.objectives(subject="mathematics")

    assert len(spread(objectives, 4)) == 4
    assert len({one.grade for one in spread(objectives, 4)}) > 1
    assert spread(objectives[:2], 4) == objectives[:2]


def test_the_examples_follow_the_chips() -> None:
    at = opened(Scene())
    before = [one.label for one in at.button if (one.key or "").startswith("chat-example-")]
    at.selectbox(key="chat_subject").set_value("algebra").run()
    after = [one.label for one in at.button if (one.key or "").startswith("chat-example-")]

    assert before != after


def test_a_grade_that_a_subject_does_not_have_is_dropped() -> None:
    at = opened(Scene())
    at.selectbox(key="chat_grade").set_value(1).run()
    at.selectbox(key="chat_subject").set_value("algebra").run()

    assert 1 not in CATALOGUE.grades("algebra")
    assert at.selectbox(key="chat_grade").value == 0


@pytest.mark.parametrize(
    ("month", "quarter", "summer"),
    [(9, 1, False), (10, 1, False), (11, 2, False), (12, 2, False), (1, 3, False), (3, 3, False), (4, 4, False), (5, 4, False), (6, 1, True), (8, 1, True)],
)  # fmt: skip
def test_the_month_says_the_quarter_and_in_summer_the_coming_year(
    month: int, quarter: int, summer: bool
) -> None:
    found = season(datetime(2026, month, 15, 7, 0, tzinfo=UTC))

    assert (found.quarter, found.summer) == (quarter, summer)
    for language in LANGUAGES:
        assert str(quarter) in translator(language)(found.key, quarter=quarter)


def test_the_season_turns_at_midnight_of_kazakhstan() -> None:
    assert season(datetime(2026, 10, 31, 20, 0, tzinfo=UTC)).quarter == 2
    assert season(datetime(2026, 10, 31, 18, 0, tzinfo=UTC)).quarter == 1


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_the_codes_offered_are_taught_in_the_quarter_where_it_is_known(quarter: int) -> None:
    offered = examples(CATALOGUE, narrowed("mathematics"), translator("kk"), quarter)
    codes = [code for text in offered for code in CODE.findall(text)]

    assert len(codes) == HOW_MANY
    for code in codes:
        assert any(quarter in one.quarters for one in CATALOGUE.find(code, subject="mathematics"))


def test_what_has_no_quarter_is_offered_where_nothing_else_is() -> None:
    unknown = next(
        one.slug
        for one in CATALOGUE.subjects()
        if CATALOGUE.objectives(subject=one.slug)
        and not any(each.quarters for each in CATALOGUE.objectives(subject=one.slug))
    )

    assert examples(CATALOGUE, narrowed(unknown), translator("en"), 2)
