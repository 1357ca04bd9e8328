"""Useful or not: two buttons with words of ours, and what was wrong where it was not."""

from typing import Protocol
from uuid import UUID

import streamlit as st

from app.accounts import Principal
from app.assistant import REASONS
from app.errors import UstazError
from app.ui.chat_person import present
from app.ui.chat_state import Turn
from app.ui.context import Context


class Thumbs(Protocol):
    """Records what a person thinks of an answer."""

    def thumbs(self, principal: Principal, exchange: UUID, *, up: bool, why: str = "") -> object:
        """Make it a record."""


def buttons(context: Context, turn: Turn, name: str) -> None:
    """Two buttons; those of the ready-made widget have no words."""
    for up, word in ((True, "up"), (False, "down")):
        st.button(
            context.translator(f"chat.thumbs.{word}"),
            key=f"chat-thumb-{word}-{name}",
            type="tertiary",
            icon=f":material/thumb_{word}:",
            disabled=turn.thumbs is up,
            on_click=give,
            args=(context, turn, up),
        )


def answer(context: Context, turn: Turn, name: str) -> None:
    """What follows a thumb: thanks, and after a thumb down the question what was wrong."""
    t = context.translator
    if turn.thumbs is None:
        return
    if turn.thumbs or turn.why:
        st.caption(t("chat.thumbs.thanks"))
        return
    key = f"chat-why-{name}"
    st.pills(
        t("chat.thumbs.why"),
        REASONS,
        format_func=lambda word: t(f"chat.report.reason.{word}"),
        key=key,
        on_change=_why,
        args=(context, turn, key),
    )


def give(context: Context, turn: Turn, up: bool, why: str = "") -> None:
    """Record it; said once per click."""
    if turn.exchange is None:
        return
    feedback: Thumbs = context.services.feedback
    try:
        feedback.thumbs(present(context), turn.exchange, up=up, why=why)
    except UstazError:
        return
    turn.thumbs, turn.why = up, why


def _why(context: Context, turn: Turn, key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen in REASONS:
        give(context, turn, False, str(chosen))
