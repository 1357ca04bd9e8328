"""The list of a person's conversations: by date, searched, a page at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

import streamlit as st

from app.assistant import ConversationLine
from app.i18n.translator import ZONE
from app.ui.chat_address import write_address
from app.ui.chat_memory import PAGE, Memory
from app.ui.chat_person import present
from app.ui.context import Context
from app.ui.rendering import plain


def period(moment: datetime, now: datetime) -> str:
    """The heading under which a conversation stands, by days of Kazakhstan's calendar."""
    days = (now.astimezone(ZONE).date() - moment.astimezone(ZONE).date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return "week" if days <= 7 else "month" if days <= 30 else "older"


def grouped(
    lines: Iterable[ConversationLine], now: datetime
) -> Iterator[tuple[str, tuple[ConversationLine, ...]]]:
    """The lines under their headings; they come newest first and stay so."""
    for heading, group in groupby(lines, key=lambda line: period(line.updated_at, now)):
        yield heading, tuple(group)


@st.fragment
def history(context: Context, memory: Memory) -> None:
    """Draw the list. As a fragment, searching in it never ends a running answer; opening a conversation does."""
    t, person = context.translator, present(context)
    if st.button(t("chat.new"), key="chat-new", icon=":material/add:", width="stretch"):
        leave_for(context, memory, None)
    words = st.text_input(
        t("chat.history.search"),
        key="chat_history_search",
        type="search",
        placeholder=t.raw("chat.history.search"),
        label_visibility="collapsed",
        max_chars=200,
    )
    searched, conversations = (words or "").strip(), context.services.conversations
    lines = (
        conversations.search(person, searched)
        if searched
        else conversations.lines(person, limit=memory.listed + 1)
    )
    if not lines:
        st.caption(t("chat.history.nothing" if searched else "chat.history.empty"))
    with st.container(key="chat-history", gap="xxsmall"):
        for heading, group in grouped(lines[: memory.listed], context.services.runtime.now()):
            st.caption(t(f"chat.history.{heading}"))
            for line in group:
                if _line(context, line, memory):
                    leave_for(context, memory, line)
        if len(lines) > memory.listed and st.button(t("chat.history.more"), key="chat-more", type="tertiary"):
            memory.listed += 2 * PAGE
            st.rerun(scope="fragment")


def _line(context: Context, line: ConversationLine, memory: Memory) -> bool:
    """One conversation as a button; true when it was chosen."""
    current = line.id == memory.conversation
    return st.button(
        plain(line.title) or context.translator("chat.untitled"),
        key=f"chat-line-{line.id}",
        type="secondary" if current else "tertiary",
        width="stretch",
    )


def leave_for(context: Context, memory: Memory, line: ConversationLine | None) -> None:
    """Turn the page: open another conversation or an empty one, and draw the whole page anew."""
    if line is None:
        memory.start_new()
    else:
        memory.open(context.services.conversations, present(context), line.id, title=line.title)
    write_address(memory)
    st.rerun()
