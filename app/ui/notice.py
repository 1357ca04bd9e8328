"""P2, the first-use notice: read before anything else, accepted or refused on record, readable again at any time."""

import streamlit as st

from app.accounts import Principal
from app.accounts.notice import NoticeState
from app.errors import UstazError
from app.ui import erasure_panel, model_label
from app.ui.context import Context

ANSWERED = "notice_just_answered"
"""Set in the session when the notice was answered just now: the shell then leads on to the person's first page."""
POINTS = ("limits", "model", "record", "personal_data", "decide", "rights")


def render(context: Context) -> None:
    """The notice, and the answer to it for a signed-in person."""
    t = context.translator
    state = None if context.principal is None else context.services.accounts.notice(context.principal)
    with st.container(width=760, gap="medium"):
        st.title(t("notice.title"), anchor=False)
        if state is not None and not state.answered:
            st.markdown(t("notice.changed") if state.earlier else t("notice.lead"))
        _points(context)
        with st.expander(t("notice.agreement.title")):
            st.markdown(t("notice.agreement.text"))
        if context.principal is not None and state is not None:
            _answer(context, context.principal, state)
            if state.answered:
                erasure_panel.own(context)


def _points(context: Context) -> None:
    t = context.translator
    for number, point in enumerate(POINTS, start=1):
        with st.container(horizontal=True, gap="small", vertical_alignment="top"):
            st.badge(str(number), color="blue")
            with st.container(gap=None):
                st.markdown(f"**{t(f'notice.{point}.title')}**")
                st.markdown(t(f"notice.{point}.text"))
                if point == "model":
                    label = model_label.sentence(context)
                    if label is not None:
                        st.caption(label)


def _answer(context: Context, principal: Principal, state: NoticeState) -> None:
    t = context.translator
    if state.answered and state.at is not None:
        key = "notice.accepted_on" if state.accepted else "notice.refused_on"
        st.info(t(key, date=t.raw.time(state.at), version=state.version))
    if not state.accepted:
        read = st.checkbox(t("notice.read"), key="notice_read")
        if not read:
            st.caption(t("notice.tick_first"))
    else:
        read = True
    with st.container(horizontal=True, gap="small"):
        if not state.accepted and st.button(
            t("notice.accept"), type="primary", disabled=not read, key="notice_accept"
        ):
            _keep(context, principal, state.version, accepted=True)
        if (state.accepted or not state.answered) and st.button(t("notice.refuse"), key="notice_refuse"):
            _keep(context, principal, state.version, accepted=False)
    if state.accepted or not state.answered:
        st.caption(t("notice.refuse_help"))


def _keep(context: Context, principal: Principal, version: str, *, accepted: bool) -> None:
    accounts = context.services.accounts
    try:
        answer = accounts.accept_notice if accepted else accounts.refuse_notice
        answer(principal, version, context.language)
    except UstazError as error:
        st.error(context.translator.words(error.words))
        return
    st.session_state[ANSWERED] = True
    st.rerun()
