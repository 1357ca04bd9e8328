"""Reporting an answer: a reason, a comment, and a receipt for the report."""

from uuid import UUID

import streamlit as st

from app.assistant import REASONS
from app.errors import UstazError
from app.ui.chat_person import present
from app.ui.context import Context

LONGEST = 1000


def report_form(context: Context, exchange: UUID, name: str) -> None:
    """The form, as it stands in its dialog.

    Args:
        name: tells the forms of several answers apart.
    """
    t = context.translator
    with st.form(f"chat-report-{name}", border=False):
        reason = st.radio(
            t("chat.report.reason"),
            REASONS,
            index=None,
            format_func=lambda word: t(f"chat.report.reason.{word}"),
        )
        comment = st.text_area(
            t("chat.report.comment"),
            max_chars=LONGEST,
            placeholder=t.raw("chat.report.comment.hint"),
            height=96,
        )
        sent = st.form_submit_button(t("chat.report.send"), type="primary")
    if not sent:
        return
    if reason is None:
        st.caption(t("chat.report.missing"))
        return
    try:
        receipt = context.services.feedback.report(
            present(context), exchange, reason=reason, comment=comment.strip()
        )
    except UstazError as error:
        st.error(t.words(error.words))
        return
    st.success(t("chat.report.thanks", code=receipt.code))
