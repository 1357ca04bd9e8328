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
from app.ui.chat_style import FOUND, LIST
from app.ui.context import Context
from app.ui.rendering import plain

MOST_FOUND, LONGEST_SEARCH = 50, 200


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


def history(context: Context, memory: Memory) -> None:
    """Draw the list.

    Its first page is part of the whole page, so that a click takes hold at once, even while an answer is written.
    Searching and paging are fragments: they wait for a running answer and never end it.
    """
    t, memory.left = context.translator, False
    lines = context.services.conversations.lines(context.person, limit=PAGE + 1)
    st.button(
        t("chat.new"),
        key="chat-new",
        icon=":material/add:",
        width="stretch",
        on_click=leave_for,
        args=(context, memory, None),
    )
    if not lines:
        st.caption(t("chat.history.empty"))
        return
    _search(context, memory)
    with st.container(key=LIST, gap="xxsmall"):
        last = _headed(context, memory, lines[:PAGE])
        if len(lines) > PAGE:
            _more(context, memory, last)


@st.fragment
def _search(context: Context, memory: Memory) -> None:
    _follow(memory)
    t = context.translator
    typed = st.text_input(
        t("chat.history.search"),
        key="chat_history_search",
        type="search",
        placeholder=t.raw("chat.history.search"),
        label_visibility="collapsed",
    )
    words = (typed or "").strip()[:LONGEST_SEARCH]
    if not words:
        return
    with st.container(key=FOUND, gap="xxsmall"):
        found = context.services.conversations.search(present(context), words)
        if not found:
            st.caption(t("chat.history.nothing"))
        _headed(context, memory, found[:MOST_FOUND], place=FOUND)


@st.fragment
def _more(context: Context, memory: Memory, below: str) -> None:
    """What follows the first page, `below` being the heading that it ends under."""
    _follow(memory)
    with st.container(gap="xxsmall"):
        lines: tuple[ConversationLine, ...] = ()
        if memory.listed > PAGE:
            lines = context.services.conversations.lines(present(context), limit=memory.listed + 1)
            _headed(context, memory, lines[PAGE : memory.listed], below=below)
        if not lines or len(lines) > memory.listed:
            st.button(
                context.translator("chat.history.more"),
                key="chat-more",
                type="tertiary",
                on_click=_list_more,
                args=(memory,),
            )


def _list_more(memory: Memory) -> None:
    memory.listed += 2 * PAGE


def _headed(
    context: Context,
    memory: Memory,
    lines: tuple[ConversationLine, ...],
    *,
    below: str | None = None,
    place: str = LIST,
) -> str:
    """Draw lines under their headings, of which `below` stands already; returns the one that they end under."""
    heading = below or ""
    for heading, group in grouped(lines, context.services.runtime.now()):
        if heading != below:
            st.markdown(f":small[:gray[{context.translator(f'chat.history.{heading}')}]]")
        for line in group:
            _line(context, line, memory, place)
    return heading


def _line(context: Context, line: ConversationLine, memory: Memory, place: str) -> None:
    """One conversation as a button."""
    st.button(
        plain(line.title) or context.translator("chat.untitled"),
        key=f"{place}-{line.id}",
        type="secondary" if line.id == memory.conversation else "tertiary",
        width="stretch",
        on_click=leave_for,
        args=(context, memory, line),
    )


def leave_for(context: Context, memory: Memory, line: ConversationLine | None) -> None:
    """Turn the page: open another conversation, or an empty one."""
    if line is None:
        memory.start_new()
    else:
        memory.open(context.services.conversations, present(context), line.id, title=line.title)
    memory.left = True
    write_address(memory)


def _follow(memory: Memory) -> None:
    """A page was turned from a part that reruns alone: have the whole page drawn."""
    if memory.left:
        st.rerun()
