"""The script that Streamlit runs: who asks, in which language, which pages exist for them, the frame, the page."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import Page as Address

from app import bootstrap
from app.accounts import Principal, Refused
from app.i18n import translator
from app.ui import frame, notice, pages, sign_in, way_back
from app.ui.context import Context, ScreenWords
from app.ui.pages import Page
from app.ui.way_back import Place


def run() -> None:
    """One run of the shell."""
    services = bootstrap.services()
    visitor = sign_in.visitor(services)
    principal = visitor if isinstance(visitor, Principal) else None
    words = ScreenWords(translator(frame.chosen_language(principal)))
    st.set_page_config(page_title=words.raw("shell.product"), page_icon=str(frame.ICON), layout="wide")
    laid = frame.places()
    context = Context(
        services=services,
        principal=principal,
        refused=visitor if isinstance(visitor, Refused) else None,
        translator=words,
        aside=laid.aside,
    )
    answered = principal is not None and services.accounts.notice(principal).answered
    shown = pages.for_visitor(principal, notice_answered=answered)
    current = st.navigation(_navigation(context, shown), position="hidden")
    _way_back(context, current.url_path, answered=answered)
    if st.session_state.pop(notice.ANSWERED, False):
        context.go(context.first)
    frame.sidebar(context, shown, laid)
    current.run()


def _way_back(context: Context, address: str, *, answered: bool) -> None:
    """Remember which screen somebody is asked to sign in for, and lead them there once they are in."""
    browser, now = way_back.browser(), context.services.runtime.now()
    if context.principal is None:
        if address in pages.addresses() - context.addresses.keys() - {pages.MISSING.url_path}:
            way_back.WAYS.keep(browser, Place(page=address, query=st.query_params.to_dict()), now)
        else:
            way_back.WAYS.take(browser, now)
    elif answered and not address and (place := way_back.WAYS.take(browser, now)) is not None:
        st.session_state.pop(notice.ANSWERED, None)
        context.go(place.page, query=place.query)


def _navigation(context: Context, shown: tuple[Page, ...]) -> list[Address]:
    """The pages that exist for this person; every other address of ours says that there is nothing here.

    Whoever signed in and is not let in reads why at every address: a tab may be anywhere when access ends.
    """
    first = shown[0]
    for page in shown:
        context.addresses[page.url_path] = st.Page(
            _drawing(context, page),
            title=context.translator.raw(page.title),
            url_path=pages.HOME if page is first else page.url_path,
            default=page is first,
            visibility="hidden",
        )

    def to_first() -> None:
        context.go(context.first, query=st.query_params.to_dict())

    title = context.translator.raw(pages.MISSING.title)
    aliases = [st.Page(to_first, title=title, url_path=first.url_path, visibility="hidden")]
    absent = pages.addresses() - {page.url_path for page in shown}
    others = [
        st.Page(
            _drawing(context, page),
            title=context.translator.raw(page.title),
            url_path=address,
            visibility="hidden",
        )
        for address in sorted(absent)
        for page in (_instead(context, address),)
    ]
    return [*context.addresses.values(), *aliases, *others]


def _instead(context: Context, address: str) -> Page:
    """What stands at an address that this visitor has no page at."""
    anonymous = context.principal is None and address != pages.MISSING.url_path
    return pages.SIGN_IN_FIRST if anonymous else pages.MISSING


def _drawing(context: Context, page: Page) -> Callable[[], None]:
    def draw() -> None:
        with st.container(horizontal_alignment="center"), st.container(width=frame.WIDTH):
            frame.above(context)
            page.render()(context)
            frame.below(context)

    return draw


if __name__ == "__main__":
    run()
