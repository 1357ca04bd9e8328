"""A page of hostile texts for the browser test; run by Streamlit as `streamlit run rendering_page.py`.

Environment: TRAP, the address that must never be asked; MODE, `renderer` (drawn by it, no policy) or `policy`
(drawn raw, with the security headers around it).
"""

import os

import streamlit as st
from starlette.middleware import Middleware

from app.ui.headers import SecurityHeaders

MODE = os.environ["MODE"]  # noqa: TID251 - set by the test that starts this page
PUBLIC = os.environ["PUBLIC"]  # noqa: TID251 - set by the test that starts this page
around = [Middleware(SecurityHeaders, public_url=PUBLIC)] if MODE == "policy" else []
app = st.App("rendering_script.py", middleware=around)
