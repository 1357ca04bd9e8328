"""On the page of integrity: which checkpoints are kept outside the database, what hinders, and a sheet to print."""

import streamlit as st

from app.audit import AnchorHealth, AnchorState
from app.ui.context import Context
from app.ui.field_table import fields
from app.ui.rendering import plain

SHEET = "anchors_sheet"


def render(context: Context, health: AnchorHealth) -> None:
    """The state in a sentence, the places, the button."""
    t = context.translator
    st.subheader(t("witness.title"), anchor=False)
    sentence = t.words(health.sentence)
    match health.state:
        case AnchorState.KEPT:
            st.markdown(f":material/anchor: {sentence}")
        case AnchorState.REFUSED:
            st.error(sentence, icon=":material/error:")
        case AnchorState.LATE:
            st.warning(sentence, icon=":material/schedule:")
        case AnchorState.NOTHING:
            st.info(sentence, icon=":material/info:")
    for trouble in health.troubles:
        st.markdown(f"- {t.words(trouble)}")
    rows = []
    for one in health.taken:
        kind, _, name = one.place.partition(":")
        label = t(f"witness.place.{kind}") + (f" {plain(name)}" if name else "")
        rows.append((label, t("witness.taken", size=t.number(one.size), at=t.time(one.accepted_at))))
    if rows:
        fields(rows, name="anchors")
    _sheet(context)


def _sheet(context: Context) -> None:
    t = context.translator
    if st.button(t("witness.print.prepare"), key="anchors-prepare", icon=":material/print:"):
        st.session_state[SHEET] = context.services.auditing.print_head(context.person)
    if SHEET in st.session_state:
        st.download_button(
            t("witness.print"),
            st.session_state[SHEET],
            file_name="ustaz-checkpoint.html",
            mime="text/html",
            key="anchors-print",
            icon=":material/download:",
            on_click="ignore",
        )
    st.caption(t("witness.print.note"))
