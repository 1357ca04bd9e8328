"""The New page: one primary button, nothing typed is lost, objectives are picked from the catalogue alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.documents import Kind
from app.documents.brief import Brief
from app.documents.material import BadBrief
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui import compose, curriculum_words
from app.ui.compose_form import value_of_month
from app.ui.rendering import plain
from tests.ui.curriculum_scene import small, tracks
from tests.ui.pages_scene import lists, texts
from tests.ui.work_scene import Books, Library, Scene, at_desk, page

CODE = "5.1.2.17"
NEW = "app.ui.compose"


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    with at_desk(tmp_path, runtime) as made:
        yield made


def boxes(at: AppTest, kind: str) -> dict[str, Any]:
    return {str(one.key): one for one in at.get(kind)}


def place(at: AppTest, subject: str = "mathematics", grade: int = 5) -> AppTest:
    boxes(at, "selectbox")["compose_subject"].select(subject).run()
    return cast(AppTest, boxes(at, "selectbox")["compose_grade"].select(grade).run())


def pick(at: AppTest, code: str = CODE) -> AppTest:
    group = next(one for one in at.button_group if one.key == "compose_found")
    return group.select(code).run()


def submit(at: AppTest) -> Any:
    return next(one for one in at.button if one.key == "compose_submit")


def documents(scene: Scene) -> list[Brief]:
    lines = scene.desk.library(scene.person).lines
    return [scene.desk.open(scene.person, one.id).brief for one in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_has_one_primary_button_that_says_what_is_missing(scene: Scene, language: str) -> None:
    scene.language = language
    at = page(NEW).run()

    assert not at.exception
    assert submit(at).disabled
    assert translator(language)("compose.missing.place") in texts(at)
    assert [one.key for one in at.button if one.key == "compose_submit"] == ["compose_submit"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_draft_that_was_changed_last_is_one_click_away_until_it_is_finished(
    scene: Scene, language: str
) -> None:
    scene.language = language
    keys = [one.key for one in page(NEW).run().button]
    assert "compose_unfinished" not in keys

    document = scene.start()
    at = page(NEW).run()
    (way,) = [one for one in at.button if one.key == "compose_unfinished"]
    assert way.label == translator(language)("compose.unfinished", title=plain(document.title))

    scene.desk.finish(scene.person, document.id)
    assert "compose_unfinished" not in [one.key for one in page(NEW).run().button]


def test_an_objective_whose_click_is_sent_again_while_the_page_loads_is_taken_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = place(page(NEW).run())
    next(one for one in at.button_group if one.key == "compose_found").select(CODE)
    sent = at._tree.get_widget_states()
    with monkeypatch.context() as patch:
        patch.setattr("app.ui.compose_objectives._found", lambda *given: st.stop())
        at.run()
    at._run(sent)

    assert at.session_state["compose"].codes == (CODE,)


def test_the_kinds_stand_in_a_row_with_the_plan_first_and_the_rare_ones_behind_one_more(scene: Scene) -> None:
    at = page(NEW).run()
    row = next(one for one in at.button_group if one.key == "compose_kind")
    assert row.value == Kind.PLAN
    assert len(row.options) == 6

    row.select("more").run()
    row = next(one for one in at.button_group if one.key == "compose_kind")
    assert len(row.options) == len(Kind)
    assert row.value == Kind.PLAN


def test_with_subject_and_grade_only_an_objective_is_missing(scene: Scene) -> None:
    at = place(page(NEW).run())

    assert submit(at).disabled
    assert translator("ru")("compose.missing.objective") in texts(at)


def test_one_submit_makes_a_document_of_what_is_typed(scene: Scene) -> None:
    at = pick(place(page(NEW).run()))
    boxes(at, "text_input")["compose_topic"].set_value("Дроби").run()
    boxes(at, "text_input")["compose_class"].set_value("5 «Б»").run()
    assert not submit(at).disabled
    submit(at).click().run()

    (made,) = documents(scene)
    assert (made.kind, made.language, made.subject, made.grade) == (Kind.PLAN, "ru", "mathematics", 5)
    assert (made.codes, made.programme, made.minutes) == ((CODE,), "399-52", 40)
    assert (made.topic, made.class_name) == ("Дроби", "5 «Б»")
    assert (made.teacher, made.organisation) == ("Айгүл Сапарова", "Школа №1")


def test_an_objective_is_found_by_code_and_by_words_and_taken_out_again(scene: Scene) -> None:
    at = place(page(NEW).run())
    boxes(at, "text_input")["compose_search"].set_value("5.1.2.1").run()
    rows = next(one for one in at.button_group if one.key == "compose_found").options
    assert rows
    assert all("5.1.2.1" in row for row in rows)

    boxes(at, "text_input")["compose_search"].set_value("такого нет нигде").run()
    assert translator("ru")("compose.objectives.none") in texts(at)

    boxes(at, "text_input")["compose_search"].set_value("").run()
    at = pick(at)
    assert at.session_state["compose"].codes == (CODE,)
    next(one for one in at.button if one.key == f"compose-remove-{CODE}").click().run()
    assert at.session_state["compose"].codes == ()


def test_another_subject_takes_its_objectives_away(scene: Scene) -> None:
    at = pick(place(page(NEW).run()))
    place(at, "algebra", 7)

    assert at.session_state["compose"].codes == ()


def test_a_brief_that_cannot_be_taken_is_answered_in_place_and_nothing_typed_is_lost(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(principal: object, brief: object) -> None:
        raise BadBrief("no such code", key="documents.bad.code", code=CODE)

    at = pick(place(page(NEW).run()))
    boxes(at, "text_input")["compose_topic"].set_value("Дроби").run()
    monkeypatch.setattr(scene.desk, "start", refuse)
    submit(at).click().run()

    assert translator("ru")("documents.bad.code", code=CODE) in "\n".join(one.value for one in at.warning)
    assert boxes(at, "text_input")["compose_topic"].value == "Дроби"
    assert at.session_state["compose"].codes == (CODE,)


def test_the_next_document_begins_in_the_last_one_s_place_without_its_topic(scene: Scene) -> None:
    at = pick(place(page(NEW).run()))
    boxes(at, "text_input")["compose_topic"].set_value("Дроби").run()
    submit(at).click().run()
    at.run()

    assert boxes(at, "selectbox")["compose_subject"].value == "mathematics"
    assert boxes(at, "text_input")["compose_topic"].value == ""
    assert at.session_state["compose"].codes == ()


def test_nobody_reads_what_somebody_else_typed_in_the_same_browser(scene: Scene) -> None:
    at = pick(place(page(NEW).run()))
    boxes(at, "text_input")["compose_topic"].set_value("Дроби").run()
    boxes(at, "text_area")["compose_notes"].set_value("Двое плохо видят").run()
    scene.number = 2
    at.run()

    assert not at.exception
    assert boxes(at, "text_area")["compose_notes"].value in ("", None)
    assert boxes(at, "text_input")["compose_topic"].value in ("", None)
    assert at.session_state["compose"].codes == ()
    assert boxes(at, "selectbox")["compose_subject"].value == ""


def test_a_new_session_begins_where_the_last_document_was(scene: Scene) -> None:
    scene.start()
    scene.language = "kk"
    at = page(NEW).run()
    chosen = boxes(at, "selectbox")

    assert (chosen["compose_subject"].value, chosen["compose_grade"].value) == ("mathematics", 5)
    assert chosen["compose_language"].value == "ru"


def test_topics_are_offered_for_the_chosen_objective(scene: Scene) -> None:
    at = pick(place(page(NEW).run()))
    (offered,) = lists(at, "compose-topic")
    first = offered.options[0]
    offered.select(first).run()

    assert boxes(at, "text_input")["compose_topic"].value == first


def test_a_topic_that_was_typed_is_kept_where_an_earlier_click_is_sent_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = pick(place(page(NEW).run()))
    (offered,) = lists(at, "compose-topic")
    offered.select(offered.options[0])
    clicked = [one for one in at._tree.get_widget_states().widgets if one.id == offered.id]
    with monkeypatch.context() as patch:
        patch.setattr("app.ui.compose_topics.suggested", lambda *given: st.stop())
        at.run()
    assert boxes(at, "text_input")["compose_topic"].value == offered.options[0]

    boxes(at, "text_input")["compose_topic"].set_value("Үлес")
    sent = at._tree.get_widget_states()
    sent.widgets.extend(clicked)
    at._run(sent)

    assert boxes(at, "text_input")["compose_topic"].value == "Үлес"


def test_the_programme_is_asked_only_where_a_code_stands_in_several(scene: Scene) -> None:
    at = pick(place(page(NEW).run()))
    assert "compose_programme" not in boxes(at, "selectbox")

    first, second = tracks()
    scene.library = Books(Library(small(), ()))
    at = place(page(NEW).run(), first.subject, first.grade)
    assert "compose_programme" not in boxes(at, "selectbox")
    at = pick(at, first.code)
    asked = boxes(at, "selectbox")["compose_programme"]
    names = curriculum_words.programmes((first.programme, second.programme), translator("ru"))
    assert set(names.values()) <= set(asked.options)
    assert submit(at).disabled
    asked.select(second.programme.key).run()
    assert not submit(at).disabled


def test_the_curriculum_page_hands_its_objective_over(scene: Scene) -> None:
    def script() -> None:
        from app.ui import compose
        from tests.ui import work_scene

        context = work_scene.current().context()
        found = context.services.library.catalogue.find("5.1.2.17", subject="mathematics", grade=5)
        compose.prefill(context, found[0])

    at = AppTest.from_function(script, default_timeout=60).run()

    assert at.session_state["compose"].codes == (CODE,)
    assert (at.session_state["compose_subject"], at.session_state["compose_grade"]) == ("mathematics", 5)
    assert compose.WORK_PAGE == "work"


@pytest.mark.parametrize("kind", [one for one in Kind if one is not Kind.PLAN])
def test_every_kind_has_its_form(scene: Scene, kind: Kind) -> None:
    at = page(NEW)
    at.session_state["compose_kind"] = str(kind)
    at = place(at.run())
    if kind is not Kind.CALENDAR:
        at = pick(at)
    submit(at).click().run()

    assert not at.exception
    assert [one.kind for one in documents(scene)] == [kind]


def test_the_value_of_a_month_is_that_of_the_form() -> None:
    from datetime import date

    assert value_of_month(date(2026, 11, 23), "ru")
    assert value_of_month(date(2026, 7, 1), "ru") == ""
