"""The list of conversations: by date, a page at a time, searched, renamed, left."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.i18n import translator
from app.ui.chat_address import read_id
from app.ui.chat_history import grouped, period
from app.ui.chat_memory import PAGE
from tests.ui import chat_scene
from tests.ui.chat_scene import NOON, Scene, texts
from tests.ui.test_chat_page import drawn, opened

T = translator("ru")


def filled(many: int) -> Scene:
    """A scene with so many conversations, each a day older than the one before."""
    scene = Scene()
    for place in range(many):
        turns = (chat_scene.stored(place),)
        at = NOON - timedelta(days=place)
        scene.conversations.kept[chat_scene.number(100 + place)] = (f"Беседа {place}.", at, turns)
    return scene


def listed(at: AppTest, place: str = "chat-history-") -> list[str]:
    return [one.label for one in at.sidebar.button if (one.key or "").startswith(place)]


def headings(at: AppTest) -> list[str]:
    return texts(at.sidebar.markdown).splitlines()


@pytest.mark.parametrize(
    ("moment", "heading"),
    [
        (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "today"),
        (datetime(2026, 11, 22, 19, 1, tzinfo=UTC), "today"),  # after midnight in Kazakhstan
        (datetime(2026, 11, 22, 18, 59, tzinfo=UTC), "yesterday"),
        (datetime(2026, 11, 20, 7, 0, tzinfo=UTC), "week"),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), "month"),
        (datetime(2026, 9, 1, 7, 0, tzinfo=UTC), "older"),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "today"),  # a clock that was ahead
    ],
)
def test_a_conversation_stands_under_its_day_in_kazakhstan(moment: datetime, heading: str) -> None:
    assert period(moment, NOON) == heading


def test_no_lines_have_no_headings() -> None:
    assert list(grouped((), NOON)) == []


def test_an_empty_list_says_so() -> None:
    at = opened(Scene())

    assert T("chat.history.empty") in texts(at.sidebar.caption)
    assert listed(at) == []


def test_the_newest_page_is_listed_under_headings() -> None:
    at = opened(filled(PAGE + 5))

    assert listed(at)[0] == "Беседа 0."
    assert len(listed(at)) == PAGE
    names = ("today", "yesterday", "week", "month")
    assert headings(at) == [f":small[:gray[{T(f'chat.history.{name}')}]]" for name in names]


def test_more_of_the_list_comes_on_request_without_a_heading_twice() -> None:
    at = opened(filled(PAGE + 5))
    at.button(key="chat-more").click().run()

    assert len(listed(at)) == PAGE + 5
    assert len(headings(at)) == len(set(headings(at)))


def test_a_conversation_opens_by_its_line_and_the_address_follows() -> None:
    at = opened(filled(3))
    next(one for one in at.sidebar.button if one.label == "Беседа 2.").click().run()

    assert at.title[0].value == "Беседа 2."
    assert "Вопрос номер 2?" in drawn(at)
    assert at.query_params["c"] in (str(chat_scene.number(102)), [str(chat_scene.number(102))])


def test_a_search_lists_what_it_found_and_opens_it() -> None:
    at = opened(filled(PAGE + 30))
    at.text_input(key="chat_history_search").set_value("Беседа 44").run()

    assert listed(at, "chat-found-") == ["Беседа 44."]
    next(one for one in at.sidebar.button if (one.key or "").startswith("chat-found-")).click().run()
    assert at.title[0].value == "Беседа 44."


def test_a_search_without_a_hit_says_so() -> None:
    at = opened(filled(2))
    at.text_input(key="chat_history_search").set_value("нет такого").run()

    assert T("chat.history.nothing") in texts(at.sidebar.caption)


def test_a_new_conversation_is_an_empty_page() -> None:
    at = opened(filled(2), c=str(chat_scene.number(100)))
    at.button(key="chat-new").click().run()

    assert at.title[0].value == T("chat.intro")
    assert "c" not in at.query_params


def rename() -> None:
    """The form of another name, as a script."""
    from app.ui.chat_memory import memory_of
    from app.ui.chat_title import rename_form
    from tests.ui import chat_scene

    context = chat_scene.current().context()
    memory = memory_of(context.person)
    memory.conversation = chat_scene.number(100)
    rename_form(context, memory)


def archive() -> None:
    """The question before a conversation leaves the list, as a script."""
    from app.ui.chat_memory import memory_of
    from app.ui.chat_title import archive_form
    from tests.ui import chat_scene

    context = chat_scene.current().context()
    memory = memory_of(context.person)
    memory.conversation = chat_scene.number(100)
    archive_form(context, memory)


def test_a_conversation_is_renamed_but_never_to_nothing() -> None:
    scene = chat_scene.use(filled(2))
    at = AppTest.from_function(rename, default_timeout=30).run()
    at.text_input[0].set_value("   ")
    at.button[0].click().run()
    assert scene.conversations.kept[chat_scene.number(100)][0] == "Беседа 0."

    at.text_input[0].set_value("  *Дроби*, 5 класс ")
    at.button[0].click().run()
    assert scene.conversations.kept[chat_scene.number(100)][0] == "*Дроби*, 5 класс"


def test_a_title_is_drawn_as_text() -> None:
    scene = filled(1)
    scene.conversations.rename(scene.context().person, chat_scene.number(100), "*a* [b](http://e.kz)")
    at = opened(scene, c=str(chat_scene.number(100)))

    assert at.title[0].value.startswith("\\*a\\*")
    assert "](http" not in at.title[0].value


def test_a_conversation_leaves_the_list_and_the_page_says_what_stays() -> None:
    scene = chat_scene.use(filled(2))
    at = AppTest.from_function(archive, default_timeout=30).run()
    assert T("chat.archive.detail") in texts(at.markdown)
    at.button(key="chat-archive").click().run()

    assert chat_scene.number(100) not in scene.conversations.kept


def test_the_title_offers_both_actions() -> None:
    at = opened(filled(1), c=str(chat_scene.number(100)))
    menu: Any = next(one for one in at.get("menu_button") if one.key == "chat-title-menu")

    assert list(menu.options) == [T("chat.rename"), T("chat.archive")]


@pytest.mark.parametrize("text", [None, "", "x", "' or 1=1", "0" * 400])
def test_an_address_that_names_nothing_is_none(text: str | None) -> None:
    assert read_id(text) is None
