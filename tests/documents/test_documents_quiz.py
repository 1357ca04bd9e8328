"""A quiz from the notes alone: one right option, no question twice, each proved by a sentence of the passage it cites."""

from dataclasses import replace

import pytest

from app.documents.brief import MOST_OBJECTIVES, Kind
from app.documents.document import Document
from app.documents.draft import draft
from app.documents.field import Field, Origin, State
from app.documents.form import load
from app.documents.gap import GAP
from app.documents.material import gather
from app.documents.near import near, value_of
from app.documents.questions import OPTIONS
from app.documents.reckoning import reckon
from app.documents.value import Item, Objectives
from knowledge.sentences import sentences
from tests.documents.starter_briefs import (
    DOCUMENT_ID,
    FRACTIONS,
    LANGUAGES,
    Class,
    StarterShelf,
    brief_of,
    classes,
)

ITEMS = 10
CLASSES = tuple(classes())


def quiz(shelf: StarterShelf, language: str, one: Class, items: int = ITEMS) -> Document:
    brief = brief_of(Kind.QUIZ, language, one, items=items)
    material = gather(shelf, brief, school=None)
    return draft(brief, material, load(Kind.QUIZ, language), document=DOCUMENT_ID)


def items_of(document: Document) -> list[tuple[Field, Item]]:
    return [(field, field.value) for field in document.fields if isinstance(field.value, Item)]


def test_a_quiz_without_notes_leaves_every_item_to_write_with_a_hint(shelf: StarterShelf) -> None:
    brief = brief_of(Kind.QUIZ, "kk", FRACTIONS, items=3)
    material = replace(gather(shelf, brief, school=None), passages=(), terms=())
    document = draft(brief, material, load(Kind.QUIZ, "kk"), document=DOCUMENT_ID)

    assert [field.state for field, _ in items_of(document)] == [State.TO_WRITE] * 3
    assert all(field.hint and field.write == "quiz.item" for field, _ in items_of(document))
    assert [item.code for _, item in items_of(document)] == list(FRACTIONS.codes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", CLASSES, ids=str)
def test_every_quiz_of_the_corpus_is_whole_and_true(shelf: StarterShelf, language: str, one: Class) -> None:
    document = quiz(shelf, language, one)
    made = [(field, item) for field, item in items_of(document) if field.state is State.DONE]
    passages = {passage.id: passage for passage in shelf.passages()}

    assert len(items_of(document)) == ITEMS
    for field, item in made:
        assert len(set(item.options)) == OPTIONS
        assert item.question
        assert item.code in one.codes[:MOST_OBJECTIVES]
        assert field.origin is Origin.CURRICULUM
        (source,) = field.sources
        passage = passages[source.passage_id]
        assert item.explanation in sentences(passage.text)
        assert passage.language == language
        assert item.code in passage.codes
    asked = [(item.question, item.options) for _, item in made]
    assert len(set(asked)) == len(asked)
    assert all(item.code in one.codes and field.hint for field, item in items_of(document)[len(made) :])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", CLASSES, ids=str)
def test_the_right_option_alone_makes_the_sentence_of_the_note(
    shelf: StarterShelf, language: str, one: Class
) -> None:
    for field, item in items_of(quiz(shelf, language, one)):
        if field.state is State.DONE and GAP in item.question:
            before, _, after = item.question.rpartition(GAP)
            start = before[before.index("? ") + 2 :]
            assert item.explanation.startswith(start)
            assert item.explanation.endswith(after)
            taken = item.explanation[len(start) : len(item.explanation) - len(after)]
            if taken[0].isdigit():
                assert [taken == option for option in item.options].index(True) == item.right
                assert len({value_of(option) for option in item.options}) == OPTIONS
            else:
                assert taken not in [option for n, option in enumerate(item.options) if n != item.right]


def test_the_right_option_changes_its_place(shelf: StarterShelf) -> None:
    for language in LANGUAGES:
        places = [item.right for _, item in items_of(quiz(shelf, language, FRACTIONS)) if item.options]

        assert len(set(places)) > 1


def test_the_same_brief_makes_the_same_quiz(shelf: StarterShelf) -> None:
    assert quiz(shelf, "kk", FRACTIONS) == quiz(shelf, "kk", FRACTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_objective_that_has_notes_is_asked(shelf: StarterShelf, language: str) -> None:
    document = quiz(shelf, language, FRACTIONS)
    objectives = document.field("header.objectives").value

    assert isinstance(objectives, Objectives)
    assert {item.code for _, item in items_of(document)} == {one.code for one in objectives.objectives}


def test_most_classes_get_a_quiz_of_five_from_their_notes(shelf: StarterShelf) -> None:
    whole = [
        language
        for language in LANGUAGES
        for one in CLASSES
        if all(field.state is State.DONE for field, _ in items_of(quiz(shelf, language, one, items=5)))
    ]

    assert len(whole) > 0.6 * len(CLASSES) * len(LANGUAGES)


# Wrong numbers are of the sort of the right one.
@pytest.mark.parametrize(
    ("written", "place", "expected"),
    [
        ("7", 1, ("6", "8", "9")),
        ("100", 2, ("1", "10", "1000")),
        ("2,7", 1, ("2,6", "2,8", "2,9")),
        ("10 000", 0, ("100 000", "1 000 000", "10 000 000")),
        ("5/7", 0, ("5/14", "4/7", "6/7")),
    ],
)
def test_wrong_numbers_stand_near(written: str, place: int, expected: tuple[str, ...]) -> None:
    assert near(written, place=place) == expected


def test_a_year_is_never_offered_from_the_future() -> None:
    assert all(int(one) <= 2025 for one in near("2024", place=0))


def test_a_counted_word_fits_every_number_offered() -> None:
    assert near("12", place=1, agreeing="ru") == ("11", "13", "14")
    assert "1" not in near("2", place=3, agreeing="en")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("7 + 9", "16"),
        ("2/7 + 3/7", "5/7"),
        ("100² − 1²", "9999"),
        ("420 : 140", "3"),
        ("1,1²", "1,21"),
        # the stroke of a fraction binds closer than the sign of a division
        ("1/2 : 1/4", "2"),
        ("8 : 1/2", "16"),
        ("3/4 : 3", "1/4"),
        ("12 : 3 : 2", "2"),
        ("12 / 3 / 2", "2"),
        ("6/2²", "1,5"),
    ],
)
def test_arithmetic_is_reckoned_as_notes_write_it(line: str, value: str) -> None:
    assert reckon(line) == value_of(value)


@pytest.mark.parametrize("line", ["", "x + 1", "2 : 0", "9 9 9 +", "2⁹⁹⁹⁹", "__import__('os')"])
def test_what_is_no_arithmetic_has_no_value(line: str) -> None:
    assert reckon(line) is None
