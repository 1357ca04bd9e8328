"""The chat beside a document: asked within its programme, answered with sources, and put into a field."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.documents.value import Task
from app.i18n import LANGUAGES, translator
from app.ui.chat_state import End
from app.ui.work_chat import KEY, Talk, question
from tests.ui import desk_scene
from tests.ui.chat_scene import Assistant, blocked, number, texts
from tests.ui.desk_scene import DeskScene, beside, beside_an_edit, plan


def opened(scene: DeskScene, script: Callable[[], None] = beside) -> AppTest:
    desk_scene.use(scene)
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    return at


def asked(
    scene: DeskScene, text: str = "Как проверить сложение?", script: Callable[[], None] = beside
) -> AppTest:
    at = opened(scene, script)
    at.text_area(key="work-chat-text").set_value(text)
    at.button[0].click().run()
    assert not at.exception
    return at


def talk(at: AppTest) -> Talk:
    kept = at.session_state[KEY]
    assert isinstance(kept, Talk)
    return kept


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_chat_says_what_it_rests_on(language: str) -> None:
    at = opened(DeskScene(language=language))

    assert translator(language)("work_chat.about") in texts(at.caption)


def test_a_question_carries_the_place_of_the_document() -> None:
    asked_of = question(plan(), "Как?", number(1))

    assert (asked_of.language, asked_of.subject, asked_of.grade) == ("ru", "mathematics", 5)
    assert (asked_of.programme, asked_of.codes) == (plan().brief.programme, ("5.1.2.17",))
    assert (asked_of.conversation, asked_of.task, asked_of.work) == (number(1), "answer", None)


def test_an_answer_stands_with_its_sources_in_one_conversation() -> None:
    scene = DeskScene()
    at = asked(scene)
    at.text_area(key="work-chat-text").set_value("объясни проще")
    at.button[-1].click().run()

    assert [turn.end for turn in talk(at).turns] == [End.ANSWERED, End.ANSWERED]
    assert len({one.conversation for one in scene.assistant.asked}) == 1
    assert scene.assistant.closed == 2
    assert translator("ru")("chat.sources") in [one.label for one in at.expander]


def test_a_refusal_is_drawn_in_words_and_offers_no_field() -> None:
    at = asked(DeskScene(assistant=Assistant(script=blocked)))

    assert translator("ru")("ask.refused.queue")[:30] in texts(at.markdown)
    assert translator("ru")("work_chat.put") not in [one.label for one in at.button]


def test_an_answer_goes_into_a_field_of_the_document() -> None:
    scene = DeskScene()
    at = asked(scene)
    at.button(key="work-chat-put-0").click().run()
    at.selectbox[0].select_index(1)
    at.button[0].click().run()
    assert not at.exception

    (edit,) = scene.desk.edits
    assert edit[0] == "middle.task.2"
    assert talk(at).put is None


def test_an_edit_beside_the_chat_is_no_conflict_with_oneself() -> None:
    scene = DeskScene()
    document = plan()
    scene.desk.edit(scene.context().person, document.id, "middle.task.2", Task(text="Моё."), seen=1)
    at = asked(scene, script=beside_an_edit)
    at.button(key="work-chat-put-0").click().run()
    at.selectbox[0].select_index(1)
    at.radio[0].set_value("append")
    at.button[0].click().run()
    assert not at.exception

    value = scene.desk.kept[document.id].field("middle.task.2").value
    assert isinstance(value, Task)
    assert value.text.startswith("Моё.\n")


def test_another_document_begins_another_chat() -> None:
    scene = DeskScene()
    at = asked(scene)
    at.session_state[KEY].document = number(5)
    at.run()

    assert talk(at).turns == []
