"""The dialog of a lost connection in the language of the page; it stands in the browser before it is needed."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.connection_style import STYLE


def worded_place(language: str) -> DeltaGenerator:
    """A container that tells the sheet which language the page speaks; once on a page, drawn before a long run."""
    st.html(STYLE)
    return st.container(gap=None, key=f"words-{language}")
