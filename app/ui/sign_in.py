"""P1, the way in: one button, who we are in three languages, and the public pages; the only reader of `st.user`."""

from typing import Any

import streamlit as st

from app.accounts import Principal, Reason, Refused
from app.bootstrap import Services
from app.errors import UstazError
from app.i18n import LANGUAGES, translator
from app.ui.context import Context

LONGEST_CODE = 60


def visitor(services: Services) -> Principal | Refused | None:
    """Who this run belongs to: read from the database anew at every run; None for nobody.

    Raises:
        NotRecorded: a sign-in or refusal could not be recorded; nobody is let in.
    """
    if not st.user.get("is_logged_in", False):
        return None
    return services.accounts.current(_claims())


def _claims() -> dict[str, Any]:
    return {name: value for name, value in st.user.to_dict().items() if name not in ("tokens", "provider")}


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
            context.link("in-use", t("sign_in.in_use"))
            context.link("notice", t("sign_in.how"))
            context.link("receipt", t("sign_in.receipt"))


def _refusal(context: Context, refused: Refused) -> None:
    t = context.translator
    with st.container(border=True):
        st.markdown(t.words(refused.words))
        if refused.again:
            st.button(t("sign_in.again"), type="primary", on_click=st.login, key="sign_in_again")
            return
        if refused.reason is Reason.UNKNOWN:
            _invitation(context)
        if refused.issuer:
            st.caption(t("sign_in.hand_over"))
            st.code(f"{refused.issuer}\n{refused.identifier}", language=None, wrap_lines=True)
        st.button(t("shell.sign_out"), on_click=st.logout, key="sign_out_refused")


def _invitation(context: Context) -> None:
    """The box for the code of whoever was invited; entered, they are let in at once."""
    t = context.translator
    with st.form("invitation", border=False):
        code = st.text_input(t("sign_in.code"), key="invitation_code", max_chars=LONGEST_CODE)
        pressed = st.form_submit_button(t("sign_in.code.enter"), type="primary")
    if not pressed:
        return
    try:
        context.services.accounts.join(_claims(), code)
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    st.rerun()
