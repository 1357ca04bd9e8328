"""The other exchanges of a conversation: where this one stands among them, one click from each."""

from collections.abc import Sequence

import streamlit as st

from app.audit import Record
from app.ui.auditor_words import OPENED, badge, moment
from app.ui.context import ScreenWords
from app.ui.rendering import plain

NEAR = 5
"""So many before and after are shown at once."""
COLUMNS = (2.6, 4.0, 2.0)


def neighbours(t: ScreenWords, conversation: Sequence[Record], current: Record) -> None:
    """The conversation around a record; nothing where it stands alone."""
    places = [place for place, one in enumerate(conversation) if one.record_id == current.record_id]
    if len(conversation) < 2 or not places:
        return
    place = places[0]
    st.subheader(t("auditor.conversation"), anchor=False)
    st.caption(t("auditor.conversation.place", place=place + 1, all=len(conversation)))
    first = max(0, place - NEAR)
    with st.container(key="auditor-conversation", gap=None):
        for number, one in enumerate(conversation[first : place + NEAR + 1], first + 1):
            with st.container(key=f"auditor-row-talk-{number}"):
                _row(t, one, number, here=one.record_id == current.record_id)


def _row(t: ScreenWords, one: Record, number: int, *, here: bool) -> None:
    when, what, receipt = st.columns(COLUMNS, vertical_alignment="center")
    when.markdown(f":small[**{number}** &ensp; {moment(one, t)}]")
    what.markdown(badge(one, t))
    code = plain(one.receipt.code)
    if here:
        receipt.markdown(f":small[**{t('auditor.conversation.here')}**]")
    else:
        receipt.button(
            code,
            key=f"auditor-talk-{number}",
            type="tertiary",
            on_click=remember,
            args=(str(one.record_id),),
        )


def remember(record_id: str) -> None:
    """Keep which record was asked for until the page can turn."""
    st.session_state[OPENED] = record_id
