"""An answer becomes a task of a document: the teacher's own text, in the field that they choose."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from app.documents import Kind
from app.documents.field import Origin, State
from app.documents.value import Lines, Number, Task, Text
from app.i18n import LANGUAGES, translator
from app.ui.chat_task import fillable, tasks, with_words, words_in
from tests.ui import desk_scene
from tests.ui.chat_scene import number, texts
from tests.ui.desk_scene import Desk, DeskScene, into_task, plan


def opened(scene: DeskScene) -> AppTest:
    desk_scene.use(scene)
    at = AppTest.from_function(into_task, default_timeout=30).run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_documents_the_form_says_so(language: str) -> None:
    at = opened(DeskScene(language=language, desk=Desk(kept={})))

    assert translator(language)("chat.task.none") in texts(at.info)


def test_only_what_holds_words_can_be_filled() -> None:
    assert [one.id for one in tasks(plan())] == ["middle.task.1", "middle.task.2"]
    assert [one.id for one in fillable(plan())] == ["middle.task.1", "middle.task.2", "more.homework"]
    with pytest.raises(ValueError, match="number"):
        with_words(Number(), "слова", append=False)


def test_words_replace_or_go_below_and_the_rest_of_a_task_stays() -> None:
    task = Task(text="Раз.", code="5.1.2.17", answer="два")

    assert with_words(task, " Два. ", append=False) == Task(text="Два.", code="5.1.2.17", answer="два")
    assert words_in(with_words(task, "Два.", append=True)) == "Раз.\nДва."
    assert with_words(Text(), "Два.", append=True) == Text(text="Два.")
    assert with_words(Lines(lines=("а",)), "б\n\nв", append=True) == Lines(lines=("а", "б", "в"))


def test_the_words_stand_in_the_chosen_task_as_the_teachers_own() -> None:
    scene = DeskScene()
    at = opened(scene)
    at.selectbox[1].select_index(1)
    at.button[0].click().run()
    assert not at.exception

    (document,) = scene.desk.kept.values()
    field = document.field("middle.task.2")
    assert words_in(field.value) == "Сложите 2/5 и 1/5."
    assert (field.origin, field.state) == (Origin.TEACHER, State.DONE)
    assert translator("ru")("chat.task.done", field="Задание 2", title="КСП: дроби") in texts(at.success)


def test_words_can_be_changed_first_and_none_are_asked_for() -> None:
    scene = DeskScene()
    at = opened(scene)
    at.text_area[0].set_value("   ")
    at.button[0].click().run()
    assert translator("ru")("chat.task.empty") in texts(at.caption)
    assert scene.desk.edits == []

    at.text_area[0].set_value("Другое.")
    at.radio[0].set_value("append")
    at.button[0].click().run()

    assert [words_in(value) for _, value in scene.desk.edits] == ["Сложите 1/2 и 1/3.\nДругое."]


def test_documents_in_the_language_of_the_answer_stand_first_and_those_without_tasks_are_left_out() -> None:
    own = plan()
    english = replace(own, id=number(78), title="Plan", brief=replace(own.brief, language="en"))
    glossary = replace(own, id=number(79), title="Глоссарий", brief=replace(own.brief, kind=Kind.GLOSSARY))
    at = opened(DeskScene(desk=Desk(kept={one.id: one for one in (glossary, english, own)})))

    assert at.selectbox[0].options == ["КСП: дроби · 5 «Б»", "Plan · 5 «Б»"]
