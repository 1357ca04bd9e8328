"""P1, the way in: one button, who we are in three languages, and the public pages; the only reader of `st.user`."""

import streamlit as st

from app.accounts import Principal, Refused
from app.bootstrap import Services
from app.i18n import LANGUAGES, translator
from app.ui.context import Context


def visitor(services: Services) -> Principal | Refused | None:
    """Who this run belongs to: read from the database anew at every run; None for nobody.

    Raises:
        NotRecorded: a sign-in or refusal could not be recorded; nobody is let in.
    """
    if not st.user.get("is_logged_in", False):
        return None
    claims = {name: value for name, value in st.user.to_dict().items() if name not in ("tokens", "provider")}
    return services.accounts.current(claims)


def sign_out(context: Context) -> None:
    """End the session on the server, then in the browser."""
    if context.principal is not None:
        context.services.accounts.sign_out(context.principal)
    st.logout()


def render(context: Context) -> None:
    """The page of whoever is not let in."""
    t = context.translator
    with st.container(width=640, gap="medium"):
        st.title(t("shell.product"), anchor=False)
        with st.container(gap="xsmall"):
            st.markdown(t("sign_in.sentence"))
            for language in LANGUAGES:
                if language != context.language:
                    st.caption(translator(language)("sign_in.sentence"))
        if context.refused is None:
            st.button(t("sign_in.button"), type="primary", on_click=st.login, key="sign_in", width=200)
        else:
            _refusal(context, context.refused)
        with st.container(horizontal=True, gap="medium"):
            context.link("registry", t("sign_in.registry"))
            context.link("notice", t("sign_in.how"))
            context.link("receipt", t("sign_in.receipt"))


def _refusal(context: Context, refused: Refused) -> None:
    t = context.translator
    with st.container(border=True):
        st.markdown(t.words(refused.words))
        if refused.again:
            st.button(t("sign_in.again"), type="primary", on_click=st.login, key="sign_in_again")
            return
        if refused.issuer:
            st.caption(t("sign_in.hand_over"))
            st.code(f"{refused.issuer}\n{refused.identifier}", language=None, wrap_lines=True)
        st.button(t("shell.sign_out"), on_click=st.logout, key="sign_out_refused")
