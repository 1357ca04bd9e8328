"""The title of the open conversation, with its two actions: rename, and take off the list."""

from collections.abc import Callable

import streamlit as st

from app.errors import UstazError
from app.ui.chat_address import write_address
from app.ui.chat_memory import Memory
from app.ui.chat_person import present
from app.ui.context import Context
from app.ui.rendering import plain

LONGEST = 80


@st.fragment
def title(context: Context, memory: Memory) -> None:
    """Draw the title line of an open conversation; what the page is for on an empty one."""
    t = context.translator
    if memory.conversation is None:
        st.title(t("chat.intro"), anchor=False)
        return
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", gap="small", key="chat-title"
    ):
        st.title(plain(memory.title) or t("chat.untitled"), anchor=False, width="stretch")
        actions = (t("chat.rename"), t("chat.archive"))
        chosen = st.menu_button(t("chat.more"), actions, key="chat-title-menu", type="tertiary")
    if chosen == actions[0]:
        st.dialog(actions[0])(lambda: rename_form(context, memory))()
    elif chosen == actions[1]:
        st.dialog(t("chat.archive.title"))(lambda: archive_form(context, memory))()


def rename_form(context: Context, memory: Memory) -> None:
    """Give the open conversation another name, as the form stands in its dialog."""
    t, conversation = context.translator, memory.conversation
    with st.form("chat-rename", border=False):
        typed = st.text_input(t("chat.rename.label"), value=memory.title, max_chars=LONGEST)
        saved = st.form_submit_button(t("chat.rename.save"), type="primary")
    name = (typed or "").strip()
    if not saved or not name or conversation is None:
        return
    if _done(context, lambda: context.services.conversations.rename(present(context), conversation, name)):
        memory.title = name
        st.rerun()


def archive_form(context: Context, memory: Memory) -> None:
    """Take the open conversation off the list, as the question stands in its dialog."""
    t, conversation = context.translator, memory.conversation
    st.markdown(t("chat.archive.detail"))
    if not st.button(t("chat.archive"), key="chat-archive", type="primary") or conversation is None:
        return
    if _done(context, lambda: context.services.conversations.archive(present(context), conversation)):
        memory.start_new()
        write_address(memory)
        st.rerun()


def _done(context: Context, act: Callable[[], None]) -> bool:
    """Do it; where it cannot be done, say why and leave the dialog open."""
    try:
        act()
    except UstazError as error:
        st.error(context.translator.words(error.words))
        return False
    return True
