"""The curriculum page: browse, search, open, ask; in three languages, and inert to hostile notes."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.errors import Forbidden
from app.i18n import LANGUAGES, translator
from tests.ui.pages_scene import (
    button,
    context,
    corpus,
    fetching,
    follow,
    keys,
    lists,
    note,
    open_page,
    person,
    rows,
    shelf,
    texts,
)

MODULE = "app.ui.curriculum_page"
TEACHER = person(Role.TEACHER)


def opened(language: str = "en", library: Any = None, who: Any = TEACHER, **address: Any) -> AppTest:
    return open_page(MODULE, {"library": library or shelf()}, who, language=language, **address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_begins_with_every_subject_in_the_language_of_the_page(language: str) -> None:
    at = opened(language)

    assert not at.exception
    drawn = rows(at, "curriculum-subjects")
    assert len(drawn) == len(corpus().catalogue.subjects())
    for subject in corpus().catalogue.subjects():
        assert subject.names[language] in "\n".join(drawn).replace("\\", "")


def test_a_step_through_the_lists_takes_nothing_away_that_is_being_typed() -> None:
    at = follow(opened(), "curriculum-subjects", "Geometry")
    follow(at, "curriculum-pairs", "Grade 7")

    assert not at.text_input[0].proto.set_value
    at.query_params["q"] = "7.1.1.1"
    at.run()
    assert at.text_input[0].value == "7.1.1.1"


def broken_off(at: AppTest, monkeypatch: pytest.MonkeyPatch, begin: str, words: str) -> Any:
    """Click a row while the page that it leads to is not drawn to its end; what the browser goes on to send of it."""
    (group,) = lists(at, begin)
    (choice,) = (one for one, label in group.format_func.__self__.items() if words in label)
    group.select(choice)
    sent = [one for one in at._tree.get_widget_states().widgets if begin in one.id]
    with monkeypatch.context() as patch:
        patch.setattr("app.ui.curriculum_browse.browse", lambda lists: st.stop())
        at.run()
    return sent


def test_words_typed_while_a_list_still_loads_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened()
    clicked = broken_off(at, monkeypatch, "curriculum-subjects", "Geometry")
    assert at.query_params["subject"] == "geometry"

    at.text_input[0].set_value("7.1.1.1")
    sent = at._tree.get_widget_states()
    sent.widgets.extend(clicked)
    at._run(sent)

    assert (at.query_params["q"], at.text_input[0].value) == ("7.1.1.1", "7.1.1.1")


def test_a_row_is_followed_again_after_a_way_back() -> None:
    at = opened()
    for _ in range(2):
        follow(at, "curriculum-subjects", "Geometry")
        assert at.query_params["subject"] == "geometry"
        at.query_params.clear()
        at.run()


def test_another_row_of_a_list_that_still_stands_there_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened()
    clicked = broken_off(at, monkeypatch, "curriculum-subjects", "Geometry")
    (other,) = broken_off(opened(), monkeypatch, "curriculum-subjects", "Mathematics")
    assert [one.id for one in clicked] == [other.id]

    sent = at._tree.get_widget_states()
    sent.widgets.append(other)
    at._run(sent)

    assert at.query_params["subject"] == "mathematics"


def test_boxes_handed_back_after_a_step_forward_do_not_leave_the_objective() -> None:
    at = opened(q="7.1.1.1")
    ahead = {"q": "7.1.1.1", "code": "7.1.1.1", "subject": "geometry"}
    at.query_params.update(ahead)
    for box in (at.text_input[0], *at.selectbox):
        box.set_value(box.value)
        # As after a run that was broken off: what the box says is news again.
        at.session_state[str(box.key)] = None
    at.run()

    assert dict(at.query_params) == ahead
    assert not at.exception


def test_what_is_typed_at_the_moment_of_a_step_forward_is_followed() -> None:
    at = opened(q="7.1.1.1")
    at.query_params.update({"code": "7.1.1.1", "subject": "geometry"})
    at.text_input[0].set_value("7.1.1.2").run()

    assert dict(at.query_params) == {"q": "7.1.1.2"}


def test_a_subject_opens_its_grades_and_a_grade_its_objectives() -> None:
    at = follow(opened(), "curriculum-subjects", "Geometry")
    assert dict(at.query_params) == {"subject": "geometry"}
    assert len(rows(at, "curriculum-pairs")) == 2

    follow(at, "curriculum-pairs", "Grade 7")
    assert dict(at.query_params) == {"subject": "geometry", "grade": "7"}
    shown = rows(at, "curriculum-section-")
    assert len(shown) == len(corpus().catalogue.objectives(subject="geometry", grade=7))


def test_a_subject_of_one_grade_opens_its_objectives_at_once() -> None:
    at = opened(subject="kazakh-literature")

    assert not rows(at, "curriculum-pairs")
    assert len(rows(at, "curriculum-section-")) == len(
        corpus().catalogue.objectives(subject="kazakh-literature")
    )


def test_a_grade_alone_offers_its_subjects() -> None:
    catalogue = corpus().catalogue
    at = opened(grade="4")

    assert not at.exception
    names = [one.names["en"] for one in catalogue.subjects() if 4 in catalogue.grades(one.slug)]
    offered = rows(at, "curriculum-pairs")
    assert len(offered) == len(names)
    assert all(any(name in row.replace("\\", "") for row in offered) for name in names)


def test_a_grade_that_the_chosen_subject_lacks_falls_away() -> None:
    at = opened(subject="mathematics", grade="1")

    at.selectbox(key="curriculum_subject").select("geometry").run()

    assert dict(at.query_params) == {"subject": "geometry"}


def test_typing_a_code_lists_all_programmes_before_anything_else() -> None:
    at = opened()

    at.text_input(key="curriculum_words").input("1.2.1.1").run()

    assert at.subheader[0].value == translator("en")("curriculum.found.code")
    assert len(rows(at, "curriculum-exact")) == 3


def test_a_row_opens_the_objective_and_back_leads_to_the_search() -> None:
    at = opened(q="1.2.1.1")

    follow(at, "curriculum-exact", "Mathematics")
    assert at.header[0].value == "1.2.1.1"
    assert texts(at).count("Mathematics") > 0

    button(at, "curriculum-back").click().run()
    assert dict(at.query_params) == {"q": "1.2.1.1"}
    assert len(rows(at, "curriculum-exact")) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_objective_shows_three_wordings_its_origin_and_that_it_is_a_paraphrase(language: str) -> None:
    t, one = translator(language), corpus().catalogue.find("1.1.3.4")[0]
    at = opened(language, code="1.1.3.4")

    drawn = texts(at)
    assert not at.exception
    for text in one.texts.values():
        assert text in drawn.replace("\\", "")
    assert t("curriculum.paraphrase") in drawn
    assert t("curriculum.act.order", number="399", date="16.09.2022") in drawn
    assert t("curriculum.edition.as_of", date="09.10.2026") in drawn
    assert rows(at, "curriculum-neighbours")


def test_a_deep_link_to_an_ambiguous_code_lists_the_programmes_and_picks_none() -> None:
    at = opened(code="1.2.1.1")

    assert len(rows(at, "curriculum-named")) == 3
    assert not keys(at, "curriculum-ask")


def test_a_deep_link_with_a_subject_opens_the_objective() -> None:
    at = opened(code="1.2.1.1", subject="mathematics")

    assert at.header[0].value == "1.2.1.1"
    assert keys(at, "curriculum-ask")


@pytest.mark.parametrize("address", [{"code": "9.9.9.9"}, {"q": "9.9.9.9"}])
def test_a_code_that_nobody_wrote_is_never_shown_as_real(address: dict[str, Any]) -> None:
    at = opened(**address)

    assert translator("en")("curriculum.code.unknown", code="9.9.9.9") in texts(at)
    assert not keys(at, "curriculum-ask")


def test_nothing_found_says_what_to_do_next() -> None:
    assert translator("en")("curriculum.nothing") in texts(opened(q="xylophonists"))


def test_asking_puts_a_question_about_the_objective_into_the_box_and_sends_nothing() -> None:
    at = opened(code="1.1.3.4")
    button(at, "curriculum-ask").click().run()

    kept = at.session_state["chat"]
    assert kept.back == translator("en")("curriculum.ask.question", code="1.1.3.4")
    assert kept.conversation is None
    assert kept.wanted is None
    assert (at.session_state["chat_subject"], at.session_state["chat_grade"]) == ("mathematics", 1)


@pytest.mark.parametrize(
    "who", [person(Role.SCHOOL_ADMIN), person(Role.AUDITOR), person(Role.TEACHER, notice=False)]
)
def test_who_may_not_ask_reads_the_curriculum_without_the_button(who: Any) -> None:
    at = opened(who=who, code="1.1.3.4")

    assert at.header[0].value == "1.1.3.4"
    assert not keys(at, "curriculum-ask")


def test_who_has_no_role_is_refused() -> None:
    import importlib

    with pytest.raises(Forbidden):
        importlib.import_module(MODULE).render(context({"library": shelf()}, person()))


def test_hostile_notes_and_titles_are_drawn_as_text() -> None:
    hostile = note(
        "zeppelin ![x](https://trap.example/a) <img src=https://trap.example/b> [go](https://trap.example/c)",
        title="![t](https://trap.example/d) zeppelin",
    )

    at = opened(library=shelf(hostile), q="zeppelin")

    assert "zeppelin" in texts(at)
    assert fetching(at) == set()
