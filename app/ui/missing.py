"""What stands at an address that does not exist, or not for this person: the two are not told apart."""

import streamlit as st

from app.ui.context import Context


def render(context: Context) -> None:
    """One sentence and the way back."""
    t = context.translator
    st.title(t("missing.title"), anchor=False)
    st.markdown(t("missing.text"))
    context.link(context.first, t("missing.home"))
