"""The Ask page: a conversation with its sources beside it; it asks the assistant and draws what comes back."""

import streamlit as st

from app.accounts import Permission
from app.ui import model_label
from app.ui.chat_actions import Row
from app.ui.chat_address import follow_address, write_address
from app.ui.chat_examples import examples, season
from app.ui.chat_filters import chips, chosen
from app.ui.chat_history import history
from app.ui.chat_memory import BOX, Memory, Wanted, memory_of
from app.ui.chat_sources import Panel
from app.ui.chat_standing import standing
from app.ui.chat_style import STYLE
from app.ui.chat_talk import Talk, kept
from app.ui.chat_text import Wording
from app.ui.chat_title import title
from app.ui.chat_topic import pointer
from app.ui.context import Context
from app.ui.frame import WIDTH
from app.ui.rendering import plain


def render(context: Context) -> None:
    """Draw the page, and ask if something is asked."""
    services, t, memory = context.services, context.translator, memory_of(context.person)
    st.html(STYLE)
    follow_address(services.conversations, context.person, memory)
    may = context.person.may(Permission.OWN_EXCHANGE_ASK)
    wanted = box(context, memory, disabled=not may)
    talk = Talk(
        context=context,
        memory=memory,
        wording=wording(context),
        row=row(context, memory),
        panel=panel(context),
    )
    question = talk.begin(wanted) if wanted is not None else None
    write_address(memory)
    with context.aside:
        history(context, memory)
    title(context, memory)
    model_label.draw(context)
    if memory.notice is not None:
        st.info(t.words(memory.notice))
    if not may:
        st.info(t("ask.refused.notice"))
    first, page = st.empty(), st.container(key="chat-page")
    if not memory.turns:
        with first.container(key="chat-examples"):
            empty(context, memory, disabled=not may)
        return
    first.empty()
    with page:
        talk.draw(question)
    if wanted is not None and (text := kept(memory.turns[-1])) is not None:
        memory.back = text
        st.rerun()


def box(context: Context, memory: Memory, *, disabled: bool) -> Wanted | None:
    """The chips and the question box; what is to be asked in this run, from the box or left by a button."""
    if memory.back is not None:
        st.session_state[BOX] = memory.back
        memory.back = None
    now = chosen(context.language)
    memory.examples_for = (now.grade, now.subject)
    with st.bottom, st.container(horizontal_alignment="center"), st.container(width=WIDTH, gap="xsmall"):
        chips(context.translator, context.services.library.catalogue, memory, context.language)
        # Stop is a button of ours, in the language of the page. `submit_mode="stop"` ends the run without a rerun, so
        # that the end is never drawn, and (1.67) leaves the box shut when a fragment runs right after the answer.
        # No `max_chars`: it cuts a long paste without a word; the assistant says how long is too long.
        typed = st.chat_input(context.translator.raw("chat.placeholder"), key=BOX, disabled=disabled)
    wanted, memory.wanted = memory.wanted, None
    return Wanted(text=typed) if typed else wanted


def empty(context: Context, memory: Memory, *, disabled: bool) -> None:
    """The page before the first question: what it is for, and four questions to begin with."""
    t, now = context.translator, season(context.services.runtime.now())
    st.markdown(t("chat.intro.detail"))
    st.caption(t(now.key, quarter=now.quarter))
    columns = st.columns(2, gap="small")
    questions = examples(context.services.library.catalogue, chosen(context.language), t.raw, now.quarter)
    for number, text in enumerate(questions):
        columns[number % 2].button(
            plain(text),
            key=f"chat-example-{number}",
            width="stretch",
            disabled=disabled,
            on_click=_want,
            args=(memory, Wanted(text=text)),
        )


def wording(context: Context) -> Wording:
    """How this person's turns are worded."""
    return Wording(
        t=context.translator,
        restore=context.services.assistant.restore,
        helplines=context.services.settings.helplines,
        about=lambda question: pointer(question, context.translator, context.services.library.catalogue),
        name=panel(context).name,
    )


def panel(context: Context) -> Panel:
    """The source panel of this page."""
    return Panel(t=context.translator, shelf=lambda: context.services.library)


def row(context: Context, memory: Memory) -> Row:
    """The row of actions under each answer."""
    services, t = context.services, context.translator
    names = {subject.slug: subject.names[t.language] for subject in services.library.catalogue.subjects()}
    return Row(
        context=context,
        memory=memory,
        standing=lambda entry_id: standing(services.registry.current(), entry_id, t, services.registry.now()),
        subject_name=lambda slug: names.get(slug, slug),
    )


def _want(memory: Memory, wanted: Wanted) -> None:
    memory.wanted = wanted
