"""The curriculum page over a whole official curriculum: programmes apart, wordings marked, the line through the grades."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.i18n import LANGUAGES, translator
from app.ui import curriculum_words as words_of
from app.ui.curriculum_line import around, through_grades
from app.ui.curriculum_place import Place, named
from knowledge.curriculum import Catalogue, Hours, Section, Subsection
from knowledge.passage import UNKNOWN
from knowledge.retrievers.naming import Spoken, narrowed
from tests.ui.curriculum_scene import library, made, small, tracks
from tests.ui.pages_scene import button, fetching, follow, keys, lists, open_page, person, rows, texts

MODULE = "app.ui.curriculum_page"
EN = translator("en")


def opened(language: str = "en", shelf: Any = None, **address: Any) -> AppTest:
    return open_page(
        MODULE, {"library": shelf or library()}, person(Role.TEACHER), language=language, **address
    )


# Browsing


def test_an_empty_curriculum_says_where_to_begin_and_fails_nowhere() -> None:
    at = opened(shelf=replace(library(made()), catalogue=Catalogue()))

    assert not at.exception
    assert rows(at, "curriculum-") == []


def test_many_subjects_are_one_list_with_counts_narrowed_by_level() -> None:
    at = opened()
    every = rows(at, "curriculum-subjects")

    at.button_group(key="curriculum_level").select("primary").run()
    primary = rows(at, "curriculum-subjects")

    assert dict(at.query_params) == {"level": "primary"}
    assert len(lists(at, "curriculum-subjects")) == 1
    assert len(every) == len(small().subjects()) > 40
    assert any("Mathematics" in one and "Grades 1–4 · 52 objectives" in one for one in primary)
    assert not any("Physics" in one for one in primary)


def test_a_subject_is_found_by_its_name_in_any_language() -> None:
    at = opened("en", q="химия")

    assert follow(at, "curriculum-subjects-found", "Chemistry").query_params["subject"] == "chemistry"


def test_two_tracks_of_one_grade_are_never_mixed() -> None:
    at = opened(subject="algebra-analysis", grade="10")
    assert rows(at, "curriculum-section-") == []
    assert len(rows(at, "curriculum-programmes")) == 2

    follow(at, "curriculum-programmes", EN("curriculum.track.social-humanitarian"))

    assert dict(at.query_params) == {"subject": "algebra-analysis", "grade": "10", "programme": "399-74"}
    shown = rows(at, "curriculum-section-")
    own = [one for one in small().objectives(subject="algebra-analysis", grade=10) if one.track[0] == "s"]
    assert len(shown) == len(own) == 13
    assert EN("curriculum.track.social-humanitarian") in texts(at)


def test_a_chosen_programme_leads_to_the_others_of_the_grade() -> None:
    at = opened(subject="algebra-analysis", grade="10", programme="399-74")

    at.selectbox(key="curriculum_programme").select("399-73").run()

    assert at.query_params["programme"] == "399-73"


def test_languages_of_instruction_tell_programmes_of_one_subject_apart() -> None:
    at = opened(subject="kazakh-language", grade="3")
    offered = rows(at, "curriculum-programmes")

    assert [
        EN("curriculum.instruction.kk") in offered[0],
        EN("curriculum.instruction.other") in offered[1],
    ] == [
        True,
        True,
    ]


def test_sections_and_subsections_bear_their_names_and_else_their_numbers() -> None:
    bare = made(section=Section(number=1), subsection=None)
    named_ = made(code="5.2.1.1", section=Section(number=2, names={"ru": "Числа"}))
    at = opened("ru", library(bare, named_), subject="mathematics", grade="5")

    assert [one.value for one in at.subheader] == ["Раздел 1", "Раздел 2. Числа"]


def test_a_long_list_names_its_sections_to_jump_to() -> None:
    many = [
        made(code=f"5.{section}.1.{number}", section=Section(number=section, names={"en": f"Part {section}"}))
        for section in (1, 2)
        for number in range(1, 25)
    ]
    at = opened(shelf=library(*many), subject="mathematics", grade="5")

    assert "[Section 2. Part 2](#section-2)" in texts(at)
    assert len(lists(at, "curriculum-section-")) == 2


def test_codes_stand_in_the_order_of_their_numbers() -> None:
    objectives = [made(code=f"5.1.1.{number}") for number in (10, 2, 1)]
    at = opened(shelf=library(*objectives), subject="mathematics", grade="5")

    assert [one.split("**")[1] for one in rows(at, "curriculum-section-")] == [
        "5.1.1.1",
        "5.1.1.2",
        "5.1.1.10",
    ]


def test_a_programme_without_the_language_of_the_page_says_which_one_it_is_in() -> None:
    at = opened(
        "en", library(made(texts={"ru": "Сравнивать числа"}, official=("ru",))), subject="mathematics"
    )

    assert EN("curriculum.wording.elsewhere", languages="Russian") in texts(at)
    assert "Сравнивать числа" in rows(at, "curriculum-section-")[0]


def test_a_row_says_that_its_words_are_ours_where_there_are_official_ones() -> None:
    one, mark = made(), EN("curriculum.wording.ours")

    (ours,) = rows(opened("en", library(one), subject="mathematics"), "curriculum-section-")
    (official,) = rows(opened("ru", library(one), subject="mathematics"), "curriculum-section-")

    assert mark in ours
    assert translator("ru")("curriculum.wording.ours") not in official


# Searching


def test_a_code_in_many_programmes_names_subject_grade_track_instruction_and_act_of_each() -> None:
    at = opened(q="10.1.1.1", subject="kazakh-language")
    shown = rows(at, "curriculum-exact")

    assert len(shown) == 2
    for row, track in zip(shown, ("natural-mathematical", "social-humanitarian"), strict=True):
        for words in (
            "Kazakh language",
            "Grade 10",
            EN(f"curriculum.track.{track}"),
            EN("curriculum.instruction.kk"),
            "399",
        ):
            assert words in row


def test_a_begun_code_of_the_whole_curriculum_shows_a_part_and_says_how_many_more() -> None:
    at = opened(q="5.1")

    assert len(rows(at, "curriculum-begun")) == 60
    assert any("more" in one.value for one in at.caption)


# Addresses


def test_every_objective_of_the_whole_curriculum_has_an_address_of_its_own() -> None:
    catalogue = small()
    for one in catalogue.all_objectives[::97]:
        for start in (
            Place(),
            Place(words="1.1.1.1"),
            Place(subject=one.subject, grade=one.grade, programme="399-1"),
        ):
            place = start.at(one, catalogue)
            assert named(catalogue, Place.read(place.query(), catalogue)) == (one,)


def test_an_address_of_an_earlier_release_still_names_the_objective() -> None:
    first, _ = tracks()
    old = f"{first.subject}:{first.track}:{first.wording_language}"

    assert named(small(), Place(code=first.code, programme=old)) == (first,)
    assert opened(code=first.code, programme=old).header[0].value == first.code


def test_a_programme_that_lost_the_code_leaves_all_that_have_it() -> None:
    found = named(small(), Place(code="10.1.1.1", programme="399-1", subject="algebra-analysis"))

    assert found == tracks()


def test_back_leads_to_the_programme_that_was_browsed() -> None:
    at = opened(subject="algebra-analysis", grade="10", programme="399-74")
    here = dict(at.query_params)

    follow(at, "curriculum-section-", "**10.1.1.1**")
    assert at.query_params["code"] == "10.1.1.1"
    button(at, "curriculum-back").click().run()

    assert dict(at.query_params) == here
    assert rows(at, "curriculum-section-")


# One objective


@pytest.mark.parametrize("language", LANGUAGES)
def test_official_wording_and_ours_are_marked_and_a_missing_one_says_so(language: str) -> None:
    t = translator(language)
    one = made(texts={"ru": "Сравнивать числа", "en": "Compare numbers"}, official=("ru",))
    at = opened(language, library(one), code=one.code)

    drawn = texts(at)
    assert not at.exception
    assert drawn.count(f":green-badge[{t('curriculum.wording.official')}]") == 1
    assert drawn.count(f":gray-badge[{t('curriculum.wording.ours')}]") == 1
    assert t("curriculum.wording.none") in drawn
    assert t("curriculum.paraphrase.beside") in drawn
    for words in (
        t("curriculum.act.order", number="399", date="16.09.2022"),
        t("curriculum.act.order", number="467", date="21.11.2022"),
        t("curriculum.appendix", number=one.programme.appendix),
        t("curriculum.edition.as_of", date="09.10.2026"),
        t("curriculum.valid.from", begin="01.09.2023")[1:],
        t("curriculum.hours.week", n="2"),
    ):
        assert words in drawn


def test_an_objective_that_is_official_throughout_speaks_of_no_paraphrase() -> None:
    one = made(texts={"kk": "Сандар", "ru": "Числа"})
    drawn = texts(opened(shelf=library(one), code=one.code))

    assert EN("curriculum.paraphrase.beside") not in drawn
    assert EN("curriculum.paraphrase") not in drawn


def test_a_mended_wording_shows_how_it_stood() -> None:
    one = made(as_read={"ru": "Сравни вать числа"})
    at = opened(shelf=library(one), code=one.code)

    assert "Сравни вать числа" in [box.value for box in at.code]
    assert EN("curriculum.as_read.why") in texts(at)


def test_code_and_wording_are_ready_to_be_copied_without_hidden_characters() -> None:
    one = made(texts={"ru": "Сравни\u00adвать\u200b числа"}, official=("ru",))
    at = opened("ru", library(one), code=one.code)

    assert [box.value for box in at.code] == [f"{one.code} Сравнивать числа"]


def test_a_lesson_plan_begins_in_the_form_with_the_objective_chosen() -> None:
    one = made()
    at = opened("kk", library(one), code=one.code)
    button(at, "curriculum-plan").click().run()

    assert at.session_state["compose"].codes == (one.code,)
    assert (at.session_state["compose_subject"], at.session_state["compose_grade"]) == ("mathematics", 5)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("subject", "code"),
    [("algebra-analysis", "10.1.1.1"), ("kazakh-language", "3.1.1.1"), ("russian-language", "3.1.1.1")],
)
def test_a_request_names_its_programme_so_that_the_search_understands_it(
    language: str, subject: str, code: str
) -> None:
    shared = small().find(code, subject=subject)
    assert len(shared) == 2
    for one in shared:
        at = opened(language, code=code, programme=one.programme.key)
        button(at, "curriculum-ask").click().run()

        assert narrowed(shared, Spoken(at.session_state["chat"].back), small()) == (one,)


def test_the_steps_lead_to_the_objective_before_and_the_one_after() -> None:
    objectives = [made(code=f"5.1.1.{number}") for number in (9, 10, 11)]
    at = opened(shelf=library(*objectives), code="5.1.1.10")

    button(at, "curriculum-after").click().run()
    assert at.header[0].value == "5.1.1.11"
    assert not keys(at, "curriculum-after")

    button(at, "curriculum-before").click().run()
    button(at, "curriculum-before").click().run()
    assert at.header[0].value == "5.1.1.9"
    assert not keys(at, "curriculum-before")


def test_nothing_around_an_objective_draws_no_heading_for_it() -> None:
    one = made()
    at = opened(shelf=library(one), code=one.code)

    assert around(library(one).catalogue, one).others == ()
    assert EN("curriculum.neighbours") not in texts(at)
    assert EN("curriculum.line") not in texts(at)


def test_the_line_goes_through_the_grades_of_the_programme() -> None:
    one = next(
        one for one in small().find("10.1.1.1", subject="physics") if one.track == "social-humanitarian"
    )
    line = through_grades(small(), one)

    assert list(line) == [9, 11]
    assert {other.code for other in line[11]} == {"11.1.1.1", "11.1.1.2"}
    assert {other.programme.key for other in line[11]} == {one.programme.key}
    assert rows(opened(code=one.code, programme=one.programme.key), "curriculum-line-11")


@pytest.mark.parametrize(
    ("names", "on_the_line"),
    [({"ru": "Числа"}, True), ({"ru": "Фигуры"}, False), ({}, False)],
)
def test_another_programme_is_on_the_line_only_where_the_names_are_the_same(
    names: dict[str, str], on_the_line: bool
) -> None:
    under = Subsection(number="1.1", names={"ru": "Счёт"})
    one = made(code="5.1.1.1", section=Section(number=1, names={"ru": "Числа"}), subsection=under)
    below = replace(
        one,
        code="4.1.1.1",
        grade=4,
        section=Section(number=1, names=names),
        programme=replace(one.programme, appendix="26"),
    )

    assert bool(through_grades(library(one, below).catalogue, one)) is on_the_line


def test_hostile_wordings_and_names_are_drawn_as_text() -> None:
    trap = (
        "![x](https://trap.example/a) <img src=https://trap.example/b> [go](https://trap.example/c) zeppelin"
    )
    one = made(
        texts={"ru": trap, "kk": trap},
        as_read={"ru": trap},
        section=Section(number=1, names={"en": trap}),
        subsection=Subsection(number="1.1", names={"en": trap}),
        track=trap,
        programme=replace(made().programme, track=trap, act=trap, amended_by=trap, edition=trap),
    )
    other = replace(one, code="5.1.2.1")
    shelf = library(one, other)
    for address in ({"code": one.code}, {"q": one.code}, {"subject": "mathematics", "grade": "5"}):
        at = opened("en", shelf, **address)
        assert "zeppelin" in texts(at)
        assert {one for one in fetching(at) if "'#" not in one} == set()


# Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_programme_of_a_subject_and_grade_has_words_of_its_own(language: str) -> None:
    t, catalogue = translator(language), small()
    for subject in catalogue.subjects():
        for grade in catalogue.grades(subject.slug):
            there = catalogue.objectives(subject=subject.slug, grade=grade)
            words = words_of.programmes((one.programme for one in there), t)
            assert len(set(words.values())) == len(words)
            assert all(words.values())


def test_a_programme_of_which_nothing_is_known_says_so() -> None:
    bare = replace(made().programme, appendix=UNKNOWN)

    assert words_of.programme(bare, EN) == EN("curriculum.programme.unknown")
    assert words_of.programme(replace(bare, track=UNKNOWN, appendix="7"), EN) == "appendix 7"


def test_hours_that_no_act_names_are_not_made_up() -> None:
    assert words_of.hours((), 5, EN) == ""
    assert words_of.hours((Hours(grade=5, per_week=None, per_year=None),), 5, EN) == ""
    assert (
        words_of.hours((Hours(grade=5, per_week=1.5, per_year=51),), 5, EN) == "1.5 lessons a week, 51 a year"
    )


def test_validity_is_worded_by_what_is_known_of_it() -> None:
    programme = made().programme

    assert words_of.validity(replace(programme, valid_from=UNKNOWN), EN) == "unknown"
    assert words_of.validity(programme, EN) == "in force since 01.09.2023"
    assert (
        words_of.validity(replace(programme, valid_to="2025-08-31"), EN)
        == "in force from 01.09.2023 to 31.08.2025"
    )
