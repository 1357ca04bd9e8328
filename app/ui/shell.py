"""The script that Streamlit runs: who asks, in which language, which pages exist for them, the frame, the page."""

from collections.abc import Callable

import streamlit as st

from app import bootstrap
from app.accounts import Principal, Refused
from app.i18n import translator
from app.ui import frame, notice, pages, sign_in
from app.ui.context import Context, ScreenWords
from app.ui.pages import Page


def run() -> None:
    """One run of the shell."""
    services = bootstrap.services()
    visitor = sign_in.visitor(services)
    principal = visitor if isinstance(visitor, Principal) else None
    words = ScreenWords(translator(frame.chosen_language(principal)))
    st.set_page_config(page_title=words.raw("shell.product"), page_icon=str(frame.ICON), layout="wide")
    context = Context(
        services=services,
        principal=principal,
        refused=visitor if isinstance(visitor, Refused) else None,
        translator=words,
    )
    answered = principal is not None and services.accounts.notice(principal).answered
    shown = pages.for_visitor(principal, notice_answered=answered)
    for place, page in enumerate(shown):
        context.addresses[page.url_path] = st.Page(
            _drawing(context, page),
            title=words.raw(page.title),
            url_path=page.url_path,
            default=place == 0,
            visibility="hidden" if page.hidden else "visible",
        )
    current = st.navigation(list(context.addresses.values()), position="hidden")
    if st.session_state.pop(notice.ANSWERED, False):
        context.go(shown[0].url_path)
    frame.sidebar(context, shown)
    current.run()


def _drawing(context: Context, page: Page) -> Callable[[], None]:
    def draw() -> None:
        with st.container(horizontal_alignment="center"), st.container(width=frame.WIDTH):
            frame.above(context, page)
            page.render()(context)
            frame.below(context)

    return draw


if __name__ == "__main__":
    run()
