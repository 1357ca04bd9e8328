"""What stands at a screen's address for whoever is not signed in, or is not any more: the way in, and that nothing is lost."""

import streamlit as st

from app.ui import sign_in
from app.ui.context import Context


def render(context: Context) -> None:
    """The way in under one sentence; a refusal speaks for itself."""
    if context.refused is None:
        st.info(context.translator("sign_in.first"), icon=":material/login:")
    sign_in.render(context)
