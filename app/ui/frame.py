"""What stands around every page: the sidebar, the demonstration banner, the model label and the footer."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.accounts import Principal, Role
from app.i18n import LANGUAGES, NAMES
from app.ui import sign_in
from app.ui.connection import worded_place
from app.ui.context import Context
from app.ui.pages import Group, Page
from app.ui.rendering import plain

ICON = Path(__file__).parent / "assets" / "ustaz.svg"
WIDTH = 1040
LANGUAGE = "language"
STYLE = """
<style>
/* Quiet text stays readable on every ground: AA asks for 4.5. */
[data-testid="stCaptionContainer"] { opacity: .7 !important; }
/* What is chosen stands out on a dark ground too: its accent alone has a contrast below 4.5 there. */
[data-testid="stButtonGroup"] button[data-selected="true"] p { font-weight: 600; }
[data-testid="stButtonGroup"] button[data-selected="true"], [data-testid="stButtonGroup"] button[data-selected="true"] p { color: inherit !important; }
/* So does the tab that is open, and a choice that is longer than its box ends in dots. */
[data-testid="stTab"][aria-selected="true"] p { color: inherit; font-weight: 600; }
[data-testid="stTab"][aria-selected="true"] { color: inherit !important; }
[data-testid="stSelectbox"] input { text-overflow: ellipsis; }
/* A long link to a page goes on in the next line. */
[data-testid="stMain"] [data-testid="stPageLink"] :is(a, a *) { white-space: normal; overflow: visible; text-overflow: clip;
  height: auto; max-width: 100%; }
/* A link to a page begins where the text above it begins. */
[data-testid="stMain"] [data-testid="stPageLink"] a { transform: translateX(-.5rem); }
/* Where the keyboard stands: the grey of the page that is open says something else. */
[data-testid="stPageLink"] a:focus-visible { outline: 2px solid light-dark(#0f6e68, #5cc4ba); outline-offset: -2px; }
/* The model's label and the way to the registry share a line; on a phone both are small. */
@media (min-width: 641px) {
  .st-key-model-label { flex-wrap: nowrap; align-items: baseline; }
  .st-key-model-label > :first-child { flex: 0 1 auto; min-width: 0; }
  .st-key-model-label > :last-child { flex: none; }
}
@media (max-width: 640px) {
  .st-key-model-label { gap: .25rem; }
  .st-key-model-label p { font-size: .75rem; line-height: 1.4; }
}
</style>
"""


def chosen_language(principal: Principal | None) -> str:
    """The language of this run: chosen in this session, else the person's, else the browser's, else Kazakh."""
    chosen = st.session_state.get(LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    if principal is not None and principal.language in LANGUAGES:
        return principal.language
    browser = (st.context.locale or "").lower().split("-")[0]
    return browser if browser in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidebar:
    """The three places of the sidebar, top to bottom; `aside` belongs to the page."""

    top: DeltaGenerator
    aside: DeltaGenerator
    bottom: DeltaGenerator


def places() -> Sidebar:
    """Lay the sidebar out; drawn before anything that fills it."""
    st.logo(str(ICON), size="large")
    with st.sidebar:
        return Sidebar(top=st.container(), aside=st.container(), bottom=st.container())


def sidebar(context: Context, pages: tuple[Page, ...], laid: Sidebar) -> None:
    """Product, school, language, the pages of this person, and who is signed in."""
    t = context.translator
    with laid.top:
        with worded_place(context.language):
            st.markdown(f"### {t('shell.product')}")
            st.caption(_place(context))
        st.selectbox(
            t("shell.language"),
            LANGUAGES,
            index=LANGUAGES.index(context.language),
            format_func=NAMES.__getitem__,
            key=LANGUAGE,
            on_change=_keep_language,
            args=(context,),
            filter_mode=None,
        )
        _menu(context, pages)
    if context.principal is not None:
        with laid.bottom:
            _who(context, context.principal)


def _place(context: Context) -> str:
    principal = context.principal
    if principal is None:
        return context.translator("shell.tagline")
    name = principal.school_names.get(context.language)
    return plain(name) if name else context.translator("shell.outside")


def _menu(context: Context, pages: tuple[Page, ...]) -> None:
    t = context.translator
    shown = [page for page in pages if not page.hidden and page.url_path != "notice"]
    groups = [group for group in Group if any(page.group is group for page in shown)]
    for group in groups:
        with st.container(gap="xxsmall"):
            if len(groups) > 1:
                st.caption(t(f"pages.group.{group}"))
            for page in shown:
                if page.group is group:
                    context.link(page.url_path, t(page.title))


def _who(context: Context, principal: Principal) -> None:
    t = context.translator
    st.divider()
    with st.container(gap=None):
        st.markdown(f"**{plain(principal.name)}**")
        st.caption(" · ".join(t(f"accounts.role.{role}") for role in Role if role in principal.roles))
    if st.button(t("shell.sign_out"), key="sign_out"):
        sign_in.sign_out(context)


def _keep_language(context: Context) -> None:
    chosen = st.session_state.get(LANGUAGE)
    if context.principal is not None and chosen in LANGUAGES:
        context.services.accounts.set_language(context.principal, str(chosen))


def above(context: Context) -> None:
    """What every page looks like, and the banner of the demonstration sign-in."""
    st.html(STYLE)
    if context.services.settings.development_sign_in:
        st.markdown(f":small[:yellow-background[{context.translator('shell.demo')}]]")


def below(context: Context) -> None:
    """The footer: AI can be wrong, and where that is explained."""
    t = context.translator
    st.divider()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(t("shell.footer"), width="content")
        context.link("notice", t("shell.footer_notice"))
