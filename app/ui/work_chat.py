"""A small chat beside a document: asked within its subject, grade and objectives; an answer goes into a field by one form."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

import streamlit as st

from app.accounts import Permission
from app.assistant import Question
from app.assistant.events import Event
from app.documents import Document
from app.errors import UstazError, Words
from app.ui.chat_copy import plain_of
from app.ui.chat_person import present
from app.ui.chat_sources import Panel
from app.ui.chat_state import End, Turn
from app.ui.chat_task import fillable, put_form
from app.ui.chat_text import Wording, answer_text, question_text
from app.ui.chat_topic import pointer
from app.ui.context import Context
from app.ui.work_memory import kept

EXISTS = True
"""Whether the panel offers the tab."""
KEY = "work-chat"
Events = Generator[Event, None, None]


@dataclass(slots=True, kw_only=True)
class Talk:
    """The chat beside one document in one browser session; its turns stand in the person's conversations as well."""

    person: UUID
    document: UUID
    conversation: UUID | None = None
    turns: list[Turn] = field(default_factory=list, repr=False)
    put: int | None = None


def talk_of(context: Context, document: Document) -> Talk:
    """The chat of this session beside this document; a fresh one for another document or person."""
    found = st.session_state.get(KEY)
    whose = (context.person.person_id, document.id)
    if isinstance(found, Talk) and (found.person, found.document) == whose:
        return found
    talk = Talk(person=context.person.person_id, document=document.id)
    st.session_state[KEY] = talk
    return talk


@st.fragment
def draw(context: Context, document: Document) -> None:
    """The chat about a document."""
    t, talk = context.translator, talk_of(context, document)
    st.caption(t("work_chat.about"))
    for place, turn in enumerate(talk.turns):
        _turn(context, document, talk, turn, place)
    running = st.empty()
    with st.form("work-chat-form", clear_on_submit=True, border=False):
        typed = st.text_area(
            t("chat.placeholder"),
            key="work-chat-text",
            placeholder=t.raw("chat.placeholder"),
            label_visibility="collapsed",
            height=80,
        )
        may = context.person.may(Permission.OWN_EXCHANGE_ASK)
        sent = st.form_submit_button(t("work_chat.ask"), type="primary", disabled=not may)
    if sent and typed.strip():
        with running.container():
            _ask(context, document, talk, typed.strip())
        with running.container():
            _turn(context, document, talk, talk.turns[-1], len(talk.turns) - 1)


def question(document: Document, text: str, conversation: UUID | None) -> Question:
    """What is asked beside a document: in its language, within its programme, about its objectives."""
    brief = document.brief
    return Question(
        text=text,
        language=brief.language,
        grade=brief.grade,
        subject=brief.subject,
        programme=brief.programme,
        codes=brief.codes,
        conversation=conversation,
    )


def _ask(context: Context, document: Document, talk: Talk, text: str) -> None:
    """Ask, and draw each event as it comes; whatever ends this run closes the line and its record."""
    services, wording = context.services, _wording(context)
    turn = Turn(question=text, language=document.language, asked_at=services.runtime.now())
    st.markdown(f"**{question_text(turn)}**")
    slot, events = st.empty(), None
    talk.put = None
    try:
        asked = question(document, text, None).checked()
        person = present(context)
        if talk.conversation is None:
            talk.conversation = services.conversations.start(person, document.title)
        asked = question(document, asked.text, talk.conversation)
        talk.turns.append(turn)
        events = cast(Events, services.assistant.ask(person, asked))
        for event in events:
            turn.take(event)
            slot.markdown(answer_text(turn, wording, anchor=KEY))
    except UstazError as error:
        _kept(talk, turn)
        turn.finish(End.REFUSED if not turn.sentences else End.FAILED, error.words)
    except Exception:
        turn.finish(End.FAILED, Words(key="error.internal"))
        raise
    finally:
        if events is not None:
            events.close()
        turn.finish(End.STOPPED)


def _kept(talk: Talk, turn: Turn) -> None:
    """A question that could not be asked stands with the reason."""
    if turn not in talk.turns:
        talk.turns.append(turn)


def _turn(context: Context, document: Document, talk: Talk, turn: Turn, place: int) -> None:
    """Question, answer, its sources behind a toggle, and the way into a field."""
    t = context.translator
    st.markdown(f"**{question_text(turn)}**")
    st.markdown(answer_text(turn, _wording(context), anchor=f"{KEY}-{place}"))
    if turn.numbers() or turn.offered:
        with st.expander(t("chat.sources"), expanded=False, type="compact"):
            _panel(context).draw(turn, anchor=f"{KEY}-{place}", current=True)
    if not turn.sentences:
        return
    if talk.put != place:
        st.button(
            t("work_chat.put"),
            key=f"work-chat-put-{place}",
            type="tertiary",
            icon=":material/assignment_add:",
            on_click=_open,
            args=(talk, place),
        )
        return

    def done() -> None:
        talk.put = None
        # The document at the left shows the new words: the whole page is drawn again.
        st.rerun()

    text, document = plain_of(context).bare(turn), standing(context, document)
    put_form(context, document, fillable(document), text, f"beside-{place}", done=done)


def standing(context: Context, document: Document) -> Document:
    """The document as the page holds it: an edit at the left redraws its field alone and never passes by here."""
    space = kept(context.person)
    return space.document if space is not None and space.document.id == document.id else document


def _open(talk: Talk, place: int) -> None:
    talk.put = place


def _wording(context: Context) -> Wording:
    return Wording(
        t=context.translator,
        restore=context.services.assistant.restore,
        helplines=context.services.settings.helplines,
        about=lambda question: pointer(question, context.translator, context.services.library.catalogue),
        name=_panel(context).name,
    )


def _panel(context: Context) -> Panel:
    return Panel(t=context.translator, shelf=lambda: context.services.library)
