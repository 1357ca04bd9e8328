"""Draws every hostile text, with or without the renderer."""

import os

import streamlit as st

from app.ui.rendering import plain, safe
from tests.ui.rendering_payloads import payloads

TRAP, MODE = os.environ["TRAP"], os.environ["MODE"]  # noqa: TID251 - set by the test that starts this page
SOURCE = "https://adilet.zan.kz/kaz/docs/V2200029031"

for number, text in enumerate(payloads(TRAP)):
    if MODE == "renderer":
        st.markdown(safe(text, sources=(SOURCE,)))
        st.caption(plain(text))
        st.checkbox(plain(text) or "-", key=f"box-{number}")
        st.expander(plain(text) or "-")
    else:
        st.markdown(text, unsafe_allow_html=number % 2 == 0)
        if number % 2:
            st.html(text or "-")
        st.caption(text)
st.markdown(safe(f"[дереккөз]({SOURCE})", sources=(SOURCE,)))
st.text("the end")
