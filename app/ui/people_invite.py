"""How people come into a school: an invitation with a code, shown once, or adding by the identifier of the sign-in."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from app.accounts import Grant, Principal, Role
from app.accounts.invitations import Invitation, Invited
from app.accounts.role import GIVEN_BY_SCHOOL
from app.errors import UstazError
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain

ROLES = tuple(role for role in Role if role in GIVEN_BY_SCHOOL)
SAID, CODE = "people_said", "people_code"
LONGEST_NAME, LONGEST_REASON = 200, 500
Act = Callable[[], object]


def draw(context: Context, principal: Principal) -> None:
    """A new code where one was just made, the two ways in, and the invitations that wait."""
    _made(context)
    left, right = st.columns(2, gap="small")
    with left, st.expander(context.translator("people.invite"), icon=":material/mail:"):
        _invite(context, principal)
    with right, st.expander(context.translator("people.add"), icon=":material/badge:"):
        _add(context, principal)
    _waiting(context, principal)


def _made(context: Context) -> None:
    """The code, until the next step on this page: it is kept nowhere."""
    invited = st.session_state.pop(CODE, None)
    if not isinstance(invited, Invited):
        return
    t = context.translator
    with st.container(border=True, gap="small", key="people-code"):
        st.markdown(f"**{t('people.invite.made', name=invited.invitation.name)}**")
        st.code(invited.code, language=None)
        address = context.services.settings.public_url
        st.markdown(t("people.invite.how", address=address))
        st.caption(t("people.invite.once", until=t.date(invited.invitation.until)))


def _invite(context: Context, principal: Principal) -> None:
    t, accounts = context.translator, context.services.accounts
    with st.form("people_invite", border=False, enter_to_submit=False, clear_on_submit=False):
        st.markdown(t("people.invite.help"))
        name = st.text_input(t("people.name"), key="people_invite_name", max_chars=LONGEST_NAME)
        roles = chosen_roles(t, "people_invite")
        reason = st.text_input(t("people.reason"), key="people_invite_reason", max_chars=LONGEST_REASON)
        pressed = st.form_submit_button(t("people.invite.button"), type="primary")
    if not pressed:
        return
    try:
        made = accounts.invite(principal, name=name, roles=roles, reason=reason)
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    st.session_state[CODE] = made
    _empty("people_invite_name", "people_invite_reason")
    st.rerun()


def _add(context: Context, principal: Principal) -> None:
    t, accounts = context.translator, context.services.accounts
    issuer, school = principal.subject.partition("|")[0], principal.school
    with st.form("people_add", border=False, enter_to_submit=False, clear_on_submit=False):
        st.markdown(t("people.add_help"))
        name = st.text_input(t("people.name"), key="people_add_name", max_chars=LONGEST_NAME)
        identifier = st.text_input(
            t("people.identifier"),
            key="people_add_identifier",
            max_chars=LONGEST_NAME,
            help=t("people.identifier_help"),
        )
        roles = chosen_roles(t, "people_add")
        reason = st.text_input(t("people.reason"), key="people_add_reason", max_chars=LONGEST_REASON)
        pressed = st.form_submit_button(t("people.add_button"), type="primary")
    if pressed:
        grants = [Grant(role=role, scope=str(school)) for role in roles]
        carry_out(
            t,
            "people.added",
            lambda: accounts.add_person(
                principal,
                issuer=issuer,
                identifier=identifier,
                name=name,
                school=school,
                grants=grants,
                reason=reason,
            ),
            "people_add_name",
            "people_add_identifier",
            "people_add_reason",
        )


def _waiting(context: Context, principal: Principal) -> None:
    t, accounts = context.translator, context.services.accounts
    waiting = accounts.invitations(principal)
    if not waiting:
        return
    st.markdown(f"**{t('people.invite.waiting')}**")
    for one in waiting:
        with st.container(key=f"people-row-invite-{one.id}", horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.markdown(plain(one.name))
                st.caption(_facts(t, one))
            if st.button(t("people.invite.withdraw"), key=f"people_withdraw_{one.id}", type="tertiary"):
                carry_out(t, "people.invite.withdrawn", partial(accounts.withdraw, principal, one.id))


def _facts(t: ScreenWords, one: Invitation) -> str:
    roles = [t(f"accounts.role.{role}") for role in one.roles]
    return " · ".join((*roles, t("people.invite.until", until=t.date(one.until))))


def chosen_roles(t: ScreenWords, name: str) -> list[Role]:
    """A box for each role that a school gives; a teacher at first."""
    return [
        role
        for role in ROLES
        if st.checkbox(t(f"accounts.role.{role}"), value=role is Role.TEACHER, key=f"{name}_{role}")
    ]


def carry_out(t: ScreenWords, done: str, act: Act, *empty: str) -> None:
    """Carry out a change; say what happened, either way, and show the list anew when it did."""
    try:
        act()
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    _empty(*empty)
    st.session_state.people_open = None
    st.session_state[SAID] = t(done)
    st.rerun()


def _empty(*keys: str) -> None:
    """The boxes of a form that was carried out."""
    for key in keys:
        st.session_state.pop(key, None)
