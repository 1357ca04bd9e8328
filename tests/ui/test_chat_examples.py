"""The questions of the empty page: real, answerable, and as narrow as the chips."""

import re

import pytest

from app.i18n import LANGUAGES, translator
from app.ui.chat_examples import HOW_MANY, examples, spread, unambiguous
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
    offered = examples(CATALOGUE, narrowed(), translator(language))

    assert len(set(offered)) == HOW_MANY


@pytest.mark.parametrize("subject", [one.slug for one in CATALOGUE.subjects()])
def test_every_code_in_an_example_is_a_real_one_of_that_subject(subject: str) -> None:
    offered = examples(CATALOGUE, narrowed(subject), translator("ru"))
    codes = [code for text in offered for code in CODE.findall(text)]

    assert codes
    assert all(CATALOGUE.find(code, subject=subject) for code in codes)


def test_an_empty_catalogue_has_no_question_about_a_code() -> None:
    assert examples(Catalogue(), narrowed("mathematics"), translator("ru")) == ()


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
