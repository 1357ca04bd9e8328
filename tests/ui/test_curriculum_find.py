"""Laws of searching and of addresses on the curriculum page."""

import pytest

from app.i18n import LANGUAGES, translator
from app.ui import curriculum_words as words_of
from app.ui.alphabet import alphabetical
from app.ui.curriculum_find import Narrow, begun_code, find, notes_of, serving
from app.ui.curriculum_place import Place, named
from knowledge.retriever import Hit
from tests.ui.pages_scene import corpus, note, shelf

EN = Narrow(language="en")


def test_no_words_begin_no_code() -> None:
    assert begun_code("") is None


@pytest.mark.parametrize(
    ("typed", "begun"),
    [
        # the beginning of a code, as people type it
        ("5.1", "5.1"),
        ("5.1.", "5.1"),
        ("5. 1 . 2", "5.1.2"),
        ("11.3.1.1", "11.3.1.1"),
        # words and numbers that are no codes
        ("5", None),
        ("13.1.1", None),
        ("5.0.1", None),
        ("5.1 дроби", None),
        ("3.1.2.1.5", None),
    ],
)
def test_what_is_nothing_but_a_begun_code_is_read_as_one(typed: str, begun: str | None) -> None:
    assert begun_code(typed) == begun


def test_an_exact_code_lists_every_programme_that_carries_it() -> None:
    found = find(shelf(), "1.2.1.1", EN)

    assert found.ambiguous
    assert {one.code for one in found.exact} == {"1.2.1.1"}
    assert len({one.subject for one in found.exact}) == len(found.exact) == 3


def test_a_code_inside_a_sentence_is_found_too() -> None:
    found = find(shelf(), "ЦО 5.1.2.3", Narrow(language="ru"))

    assert [one.code for one in found.exact] == ["5.1.2.3"]


def test_subject_and_grade_narrow_a_code() -> None:
    found = find(shelf(), "1.2.1.1", Narrow(language="en", subject="mathematics", grade=1))

    assert [one.subject for one in found.exact] == ["mathematics"]
    assert not found.ambiguous
    assert found.elsewhere == ()


def test_a_code_outside_the_chosen_subject_is_shown_as_standing_elsewhere() -> None:
    found = find(shelf(), "1.2.1.1", Narrow(language="en", subject="geometry"))

    assert found.exact == ()
    assert len(found.elsewhere) == 3


def test_an_unknown_code_is_named_and_nothing_is_made_up() -> None:
    found = find(shelf(), "9.9.9.9", EN)

    assert found.unknown == ("9.9.9.9",)
    assert found.empty


def test_a_begun_code_lists_what_goes_on_from_it_and_nothing_else() -> None:
    found = find(shelf(), "5.1.2", Narrow(language="en", subject="mathematics"))

    assert found.begun
    assert all(one.code.startswith("5.1.2.") for one in found.begun)
    assert found.objectives == found.exact == ()


def test_words_find_objectives_once_and_notes_beside_them() -> None:
    found = find(shelf(), "fraction", EN)

    assert found.objectives
    assert len({one.key for one in found.objectives}) == len(found.objectives)
    assert found.notes


def test_a_schools_own_paper_is_found_for_that_school_only() -> None:
    own = note("Fractions with our zeppelins", school="school-5", family="doc:apples#1")

    assert any(
        "zeppelins" in one.text
        for one in find(shelf(own), "zeppelins", Narrow(language="en", school="school-5")).notes
    )
    assert find(shelf(own), "zeppelins", Narrow(language="en", school="school-6")).notes == ()


def test_the_pieces_of_a_note_stand_together_in_their_own_order() -> None:
    pieces = [
        note("second", id="p2", family="note:long#2"),
        note("tenth", id="p10", family="note:long#10"),
        note("first", id="p1", family="note:long#1"),
    ]

    (whole,) = notes_of(Hit(passage=one, rank=1, score=1.0, ranks={}) for one in pieces)

    assert whole.text == "first\n\nsecond\n\ntenth"
    assert whole.first.id == "p1"


def test_the_notes_of_an_objective_all_serve_its_code() -> None:
    objective = corpus().catalogue.find("5.1.2.17")[0]

    notes = serving(shelf(), objective, EN)

    assert notes
    assert all("5.1.2.17" in one.first.codes for one in notes)


def test_every_objective_has_an_address_that_names_it_alone() -> None:
    catalogue = corpus().catalogue
    for one in catalogue.all_objectives:
        for start in (Place(), Place(subject="geometry", grade=7), Place(words="дроби")):
            address = start.at(one, catalogue).query()
            assert named(catalogue, Place.read(address, catalogue)) == (one,)


def test_going_back_leads_to_the_list_from_which_an_objective_was_opened() -> None:
    catalogue = corpus().catalogue
    place = Place(words="1.2.1.1", subject="mathematics", grade=1)

    assert place.at(catalogue.find("1.2.1.1")[0], catalogue).back() == place


@pytest.mark.parametrize(
    "address",
    [
        {"subject": "alchemy"},
        {"grade": "99"},
        {"grade": "-1"},
        {"grade": "²"},
        {"subject": "geometry", "grade": "1"},
        {"grade": "9" * 5000},
    ],
)
def test_what_an_address_names_wrongly_is_left_out(address: dict[str, str]) -> None:
    place = Place.read(address, corpus().catalogue)

    assert place.grade is None
    assert place.code == place.words == ""


def test_a_place_survives_its_address() -> None:
    catalogue = corpus().catalogue
    place = Place(
        words="бөлшек", subject="mathematics", grade=5, code="5.1.2.3", programme="mathematics:-:ru"
    )

    assert Place.read(place.query(), catalogue) == place
    assert Place().query() == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_objective_is_worded_in_every_language_without_a_gap(language: str) -> None:
    t = translator(language)
    for one in corpus().catalogue.all_objectives:
        for label, text in words_of.facts(one, t):
            assert label
            assert text
        assert words_of.act(one.programme.act, t) != one.programme.act or language == "en"


def test_what_is_not_known_says_so() -> None:
    t = translator("en")

    assert words_of.act("unknown", t) == words_of.known("", t) == words_of.edition("unknown", t) == "unknown"


def test_an_act_of_another_form_stands_as_it_was_written() -> None:
    assert words_of.act("Бұйрық 7", translator("kk")) == "Бұйрық 7"


@pytest.mark.parametrize(
    ("numbers", "text"), [((5,), "Grade 5"), ((1, 2, 3, 5), "Grades 1–3, 5"), ((11, 10), "Grades 10–11")]
)
def test_grades_are_worded_in_short(numbers: tuple[int, ...], text: str) -> None:
    assert words_of.grades(numbers, translator("en")) == text


def test_kazakh_letters_stand_where_kazakh_dictionaries_put_them() -> None:
    names = [
        "Цифрлық",
        "Қазақ",
        "Ағылшын",
        "Көркем",
        "Алгебра",
        "Әдебиет",
        "Бейнелеу",
        "Үй",
        "Физика",
        "Өлең",
    ]

    assert sorted(names, key=alphabetical) == [
        "Ағылшын",
        "Алгебра",
        "Әдебиет",
        "Бейнелеу",
        "Көркем",
        "Қазақ",
        "Өлең",
        "Үй",
        "Физика",
        "Цифрлық",
    ]
