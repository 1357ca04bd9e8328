"""Searches that auditors keep under a name, for themselves or for all auditors who reach as far."""

from functools import partial

import streamlit as st

from app.audit import Filter
from app.audit.evidence.queries import LONGEST_NAME
from app.errors import UstazError
from app.ui import auditor_filters
from app.ui.auditor_looks import again, looked
from app.ui.context import Context
from app.ui.rendering import plain

SHOWN = "auditor_kept_shown"


def draw(context: Context, page: str, wanted: Filter) -> None:
    """The button, and once it is pressed the list and the form; the list is not read before."""
    t = context.translator
    shown = bool(st.session_state.get(SHOWN))

    def turn() -> None:
        st.session_state[SHOWN] = not shown

    label = t("auditor.kept.hide") if shown else t("auditor.kept.show")
    st.button(label, key="auditor-kept", type="tertiary", icon=":material/bookmark:", on_click=turn)
    if shown:
        with st.container(border=True, key="auditor-kept-box"):
            _list(context, page)
            _form(context, wanted)


def _list(context: Context, page: str) -> None:
    t, examination = context.translator, context.services.examination
    kept = looked(context, page, "kept", "", lambda: examination.saved(context.person))
    if not kept:
        st.caption(t("auditor.kept.none"))
    for place, one in enumerate(kept):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(gap=None, width="stretch"):
                st.button(
                    plain(one.name),
                    key=f"auditor-kept-{place}",
                    type="tertiary",
                    on_click=partial(auditor_filters.put, auditor_filters.said(one.wanted)),
                )
                whose = "own" if one.own and not one.shared else "shared" if one.own else "others"
                st.caption(f"{t(f'auditor.kept.{whose}')} · {t.date(one.saved_at)}")
            if one.own and st.button(t("auditor.kept.drop"), key=f"auditor-drop-{place}", type="tertiary"):
                examination.drop(context.person, one.query_id)
                again("kept")
                st.rerun()


def _form(context: Context, wanted: Filter) -> None:
    t = context.translator
    with st.form("auditor-keep", border=False, enter_to_submit=False):
        name = st.text_input(t("auditor.kept.name"), max_chars=LONGEST_NAME)
        shared = st.checkbox(t("auditor.kept.share"))
        pressed = st.form_submit_button(t("auditor.kept.keep"))
    if not pressed:
        return
    try:
        context.services.examination.save(context.person, name.strip(), wanted, shared=shared)
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    again("kept")
    st.rerun()
