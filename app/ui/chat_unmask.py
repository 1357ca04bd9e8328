"""What was hidden in a question, with its kind, and the undoing of a wrong mask with a reason on record."""

import streamlit as st

from app.assistant import WHY, Unmask
from app.ui.chat_memory import Memory, Wanted
from app.ui.chat_state import Turn
from app.ui.context import Context
from app.ui.field_table import table
from app.ui.rendering import plain

LONGEST = 200
KEY = "chat-unmask"


def unmask_form(context: Context, memory: Memory, turn: Turn, name: str) -> None:
    """The list of what was hidden, and the form that lets one of it through.

    Args:
        name: tells the forms of several answers apart.
    """
    t = context.translator
    st.markdown(t("chat.unmask.lead"))
    rows = [(plain(mark), plain(value), t(_rule(turn, mark))) for mark, value in turn.hidden.items()]
    heads = (t("chat.unmask.head.mark"), t("chat.unmask.head.value"), t("chat.unmask.head.rule"))
    table(heads, rows, name=f"unmask-{name}")
    if not turn.undoable:
        st.caption(t("chat.unmask.none.policy" if turn.barred else "chat.unmask.none"))
        return
    with st.form(f"{KEY}-{name}", border=False):
        mark = st.selectbox(
            t("chat.unmask.which"),
            turn.undoable,
            format_func=lambda one: f"{turn.hidden[one]} {one}",
            key=f"{KEY}-which-{name}",
        )
        why = st.radio(
            t("chat.unmask.why"), WHY, index=None, format_func=lambda word: t(f"chat.unmask.reason.{word}")
        )
        note = st.text_input(t("chat.unmask.note"), max_chars=LONGEST)
        st.caption(t("chat.unmask.recorded"))
        sent = st.form_submit_button(t("chat.unmask.send"), type="primary")
    if not sent:
        return
    if why is None or (why == "other" and not note.strip()):
        st.warning(t("chat.unmask.missing"))
        return
    value = Unmask(value=turn.hidden[mark], why=why, note=note.strip())
    memory.wanted = Wanted(text=turn.question, parent=turn.exchange, unmasked=(value,))
    st.rerun()


def _rule(turn: Turn, mark: str) -> str:
    """The catalogue key of what holds for one mask."""
    if mark in turn.undoable:
        return "chat.unmask.may"
    return "chat.unmask.policy" if mark in turn.barred else "chat.unmask.fixed"
