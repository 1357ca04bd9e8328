"""The place of a file chooser whose words are those of the page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.file_chooser_style import STYLE


def chooser_place(language: str, *, many: bool) -> DeltaGenerator:
    """A container in which the chooser's button and its refusals are worded in `language`; once on a page.

    Args:
        many: whether several files may be chosen at once.
    """
    st.html(STYLE)
    return st.container(key=f"file-chooser-{'many' if many else 'one'}-{language}")
