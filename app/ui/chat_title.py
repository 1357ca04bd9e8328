"""The title of the open conversation, with its two actions: rename, and take off the list."""

import streamlit as st

from app.accounts import Principal
from app.assistant import Conversations
from app.errors import UstazError
from app.ui.chat_address import write_address
from app.ui.chat_memory import Memory
from app.ui.context import ScreenWords
from app.ui.rendering import plain

LONGEST = 80


@st.fragment
def title(t: ScreenWords, conversations: Conversations, principal: Principal, memory: Memory) -> None:
    """Draw the title line of an open conversation; what the page is for on an empty one."""
    if memory.conversation is None:
        st.title(t("chat.intro"), anchor=False)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="chat-title"):
        st.title(plain(memory.title) or t("chat.untitled"), anchor=False, width="stretch")
        actions = (t("chat.rename"), t("chat.archive"))
        chosen = st.menu_button(t("chat.more"), actions, key="chat-title-menu", type="tertiary")
    if chosen == actions[0]:
        st.dialog(actions[0])(lambda: _rename(t, conversations, principal, memory))()
    elif chosen == actions[1]:
        st.dialog(t("chat.archive.title"))(lambda: _archive(t, conversations, principal, memory))()


def _rename(t: ScreenWords, conversations: Conversations, principal: Principal, memory: Memory) -> None:
    if memory.conversation is None:
        return
    with st.form("chat-rename", border=False):
        name = st.text_input(t("chat.rename.label"), value=memory.title, max_chars=LONGEST)
        saved = st.form_submit_button(t("chat.rename.save"), type="primary")
    if saved and (name or "").strip():
        try:
            conversations.rename(principal, memory.conversation, name.strip())
        except UstazError as error:
            st.error(t.words(error.words))
            return
        memory.title = name.strip()
        st.rerun()


def _archive(t: ScreenWords, conversations: Conversations, principal: Principal, memory: Memory) -> None:
    st.markdown(t("chat.archive.detail"))
    if memory.conversation is not None and st.button(t("chat.archive"), key="chat-archive", type="primary"):
        try:
            conversations.archive(principal, memory.conversation)
        except UstazError as error:
            st.error(t.words(error.words))
            return
        memory.start_new()
        write_address(memory)
        st.rerun()
