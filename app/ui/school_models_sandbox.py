"""The sandbox: one question to one chosen model, with all checks, recorded as a trial; it enters no conversation."""

from collections.abc import Generator
from typing import cast

import streamlit as st

from app.accounts import Permission
from app.assistant import BadQuestion
from app.assistant.events import Event
from app.errors import Forbidden, UstazError
from app.i18n import LANGUAGES, NAMES
from app.routing import Choice
from app.ui.chat_sources import Panel
from app.ui.chat_state import End, Turn
from app.ui.chat_text import Wording, answer_text, question_text
from app.ui.context import Context
from app.ui.words_of_entry import bare_name, name_of

ENTRY, TEXT, LANGUAGE, TURN = "sandbox_entry", "sandbox_text", "sandbox_language", "sandbox_turn"
ANCHOR = "sandbox"
Events = Generator[Event, None, None]


def sandbox(context: Context, choices: tuple[Choice, ...]) -> None:
    """The form, and what came of the question asked last."""
    t, person = context.translator, context.person
    st.subheader(t("school_models.sandbox"), anchor=False)
    st.caption(t("school_models.sandbox.note"))
    ready = {one.entry.entry_id: one for one in choices if one.selectable and one.set_up is None}
    if not ready:
        st.info(t("school_models.sandbox.none"), icon=":material/info:")
        return
    if not person.may(Permission.SCHOOL_MODELS_TRY, person.school):
        st.info(t("ask.refused.notice"), icon=":material/info:")
        return
    with st.form("models_sandbox", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        entry_id = left.selectbox(
            t.raw("school_models.defaults.model"),
            tuple(ready),
            format_func=lambda one: bare_name(ready[one].entry, t.language),
            key=ENTRY,
            filter_mode=None,
        )
        language = right.selectbox(
            t.raw("school_models.trial.language"),
            LANGUAGES,
            index=LANGUAGES.index(context.language),
            format_func=NAMES.__getitem__,
            key=LANGUAGE,
            filter_mode=None,
        )
        text = st.text_area(
            t.raw("school_models.trial.question"),
            key=TEXT,
            height=80,
            placeholder=t.raw("school_models.trial.hint"),
        )
        pressed = st.form_submit_button(t("school_models.sandbox.ask"), type="primary")
    place = st.container(key="models-sandbox")
    if pressed and entry_id is not None:
        _ask(context, place, str(entry_id), text or "", str(language))
    turn = st.session_state.get(TURN)
    if isinstance(turn, Turn):
        with place:
            _ended(context, turn, ready)


def _ask(
    context: Context, place: st.delta_generator.DeltaGenerator, entry_id: str, text: str, language: str
) -> None:
    """Ask, and draw what comes; whatever ends this run closes the line here and now."""
    t = context.translator
    turn = Turn(question=text, language=language)
    st.session_state[TURN] = None
    with place, st.empty().container():
        st.button(t("chat.stop"), key="sandbox-stop", icon=":material/stop_circle:")
        slot = st.empty()
        events: Events | None = None
        try:
            asked = context.services.trials.ask(
                context.person, entry_id=entry_id, text=text, language=language
            )
            events = cast(Events, asked)
            for event in events:
                turn.take(event)
                slot.markdown(answer_text(turn, _wording(context), anchor=ANCHOR))
        except (BadQuestion, Forbidden) as error:
            turn.finish(End.REFUSED, error.words)
        except UstazError as error:
            turn.finish(End.FAILED, error.words)
        finally:
            if events is not None:
                events.close()
            turn.finish(End.STOPPED)
            st.session_state[TURN] = turn
    st.rerun()


def _ended(context: Context, turn: Turn, ready: dict[str, Choice]) -> None:
    """The question, its whole answer, who gave it, its receipt and its sources."""
    t = context.translator
    with st.container(border=True, gap="small"):
        st.markdown(f"**{question_text(turn)}**" if turn.question.strip() else "")
        st.markdown(answer_text(turn, _wording(context), anchor=ANCHOR))
        facts = [name_of(ready[turn.entry_id].entry, t)] if turn.entry_id in ready else []
        if turn.receipt is not None:
            facts += [t("school_models.sandbox.logged"), f"{t('chat.receipt')} {turn.receipt.code}"]
        if facts:
            st.caption(" · ".join(facts))
    if turn.numbers():
        with st.expander(t("chat.sources")):
            shelf = context.services.library
            Panel(t=t, shelf=lambda: shelf).draw(turn, anchor=ANCHOR, current=False)


def _wording(context: Context) -> Wording:
    return Wording(t=context.translator, restore=context.services.assistant.restore)
