"""What Streamlit says of its own, in the language of the page: a lost connection and the link past the menu; it stands there before it is needed."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.connection_style import STYLE


def worded_place(language: str) -> DeltaGenerator:
    """A container that tells the sheet which language the page speaks; once on a page, drawn before a long run."""
    st.html(STYLE)
    return st.container(gap=None, key=f"words-{language}")
