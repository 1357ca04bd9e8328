"""The dialog that shows what was hidden: every value with its rule, a reason before anything is let through."""

import pytest
from streamlit.testing.v1 import AppTest

from app.assistant.unmask import Unmask
from app.i18n import LANGUAGES, translator
from app.ui.chat_memory import Wanted
from tests.ui import chat_scene
from tests.ui.chat_scene import Scene


def form(undoable: tuple[str, ...], barred: tuple[str, ...] = ()) -> None:
    """The dialog's contents, as a script."""
    import streamlit as st

    from app.ui.chat_memory import Memory
    from app.ui.chat_state import Turn
    from app.ui.chat_unmask import unmask_form
    from tests.ui import chat_scene

    context = chat_scene.current().context()
    hidden = {"[ОҚУШЫ_1]": "Айгерім", "[ЖСН_1]": "130523500121"}
    turn = Turn(
        question="Айгерім, 130523500121", language="kk", hidden=hidden, undoable=undoable, barred=barred
    )
    turn.receipt = chat_scene.receipt(1)
    memory = Memory(person=chat_scene.number(1))
    try:
        unmask_form(context, memory, turn, "x")
    finally:
        # The form ends with a rerun of the whole page.
        if memory.wanted is not None:
            st.session_state["wanted"] = memory.wanted


def run(language: str, *undoable: str) -> AppTest:
    chat_scene.use(Scene(language=language))
    return AppTest.from_function(form, args=(undoable,), default_timeout=30).run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_may_be_undone_it_says_so_and_offers_nothing(language: str) -> None:
    at = run(language)
    assert translator(language)("chat.unmask.none") in [one.value for one in at.caption]
    assert not at.button
    assert not at.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_schools_rules_hide_is_not_called_always_hidden(language: str) -> None:
    chat_scene.use(Scene(language=language))
    at = AppTest.from_function(form, args=((), ("[ОҚУШЫ_1]",)), default_timeout=30).run()

    t = translator(language)
    (drawn,) = [one.value for one in at.markdown if "| --- |" in one.value]
    assert drawn.count(t("chat.unmask.policy")) == drawn.count(t("chat.unmask.fixed")) == 1
    assert t("chat.unmask.none.policy") in [one.value for one in at.caption]
    assert not at.button


def test_a_mask_is_undone_with_a_reason_only() -> None:
    at = run("kk", "[ОҚУШЫ_1]")
    assert list(at.selectbox[0].options) == ["Айгерім [ОҚУШЫ_1]"]
    at.button[0].click().run()
    assert translator("kk")("chat.unmask.missing") in [one.value for one in at.warning]
    assert "wanted" not in at.session_state

    at.radio[0].set_value("other")
    at.button[0].click().run()
    assert "wanted" not in at.session_state

    at.text_input[0].set_value("ертегі кейіпкері")
    at.button[0].click().run()
    wanted: Wanted = at.session_state["wanted"]
    assert wanted.parent == chat_scene.receipt(1).exchange_id
    assert wanted.unmasked == (Unmask(value="Айгерім", why="other", note="ертегі кейіпкері"),)
