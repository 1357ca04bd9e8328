"""A3, the people of a school: who they are, what they may do, adding, roles, suspending; effective at their next action."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app.accounts import Permission, Principal, Role
from app.accounts.repository import Person, Status
from app.ui import erasure_panel, people_invite
from app.ui.approvals_words import said_before
from app.ui.context import Context, ScreenWords
from app.ui.people_invite import ROLES, SAID, carry_out
from app.ui.people_style import STYLE
from app.ui.rendering import plain

ON_ONE_PAGE = 20


def render(context: Context) -> None:
    """The list with its changes, for whoever may read it."""
    t, principal = context.translator, context.person
    st.html(STYLE)
    st.title(t("people.title"), anchor=False)
    st.markdown(t("people.lead"))
    _said(t)
    said_before()
    people = context.services.accounts.people(principal)
    may_change = principal.may(Permission.SCHOOL_PEOPLE_CHANGE)
    if may_change:
        people_invite.draw(context, principal)
    erasure_panel.of_school(context)
    shown = _search(t, people)
    if not shown:
        st.info(t("people.none_found") if people else t("people.none"))
        return
    page = _page(t, len(shown))
    for person in shown[page * ON_ONE_PAGE : (page + 1) * ON_ONE_PAGE]:
        _row(context, principal, person, may_change=may_change)


def _search(t: ScreenWords, people: Sequence[Person]) -> list[Person]:
    with (
        st.form("people_search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        words = st.text_input(t("people.search"), key="people_words")
        st.form_submit_button(t("people.find"))
    wanted = words.casefold().split()
    found = [p for p in people if all(word in f"{p.name} {p.identifier}".casefold() for word in wanted)]
    st.caption(t.plural("people.count", len(found)))
    return found


def _page(t: ScreenWords, number: int) -> int:
    pages = max(1, -(-number // ON_ONE_PAGE))
    if pages == 1:
        return 0
    chosen = st.selectbox(
        t("people.page"),
        range(pages),
        format_func=lambda n: t.raw("people.page_of", n=n + 1, pages=pages),
        key="people_page",
    )
    return int(chosen or 0)


def _row(context: Context, principal: Principal, person: Person, *, may_change: bool) -> None:
    t = context.translator
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{plain(person.name)}**")
                st.caption(_facts(t, person, principal))
            if person.status is Status.SUSPENDED:
                st.badge(t("accounts.status.suspended"), color="yellow")
            if may_change and person.person_id != principal.person_id:
                open_now = st.session_state.get("people_open") == person.person_id
                label = t("people.close") if open_now else t("people.change")
                if st.button(label, key=f"people_change_{person.person_id}"):
                    st.session_state.people_open = None if open_now else person.person_id
                    st.rerun()
        if may_change and st.session_state.get("people_open") == person.person_id:
            _change(context, principal, person)


def _facts(t: ScreenWords, person: Person, principal: Principal) -> str:
    held = {grant.role for grant in person.grants}
    roles = [t(f"accounts.role.{role}") for role in Role if role in held] or [t("people.no_role")]
    you = [t("people.you")] if person.person_id == principal.person_id else []
    return " · ".join([*roles, plain(person.identifier), *you])


def _change(context: Context, principal: Principal, person: Person) -> None:
    """One form for roles and access; a reason goes into the log with it."""
    t, accounts = context.translator, context.services.accounts
    held = {grant.role for grant in person.grants}
    with st.form(f"people_form_{person.person_id}", border=False, enter_to_submit=False):
        st.markdown(t("people.roles"))
        chosen = {
            role
            for role in ROLES
            if st.checkbox(
                t(f"accounts.role.{role}"), value=role in held, key=f"role_{role}_{person.person_id}"
            )
        }
        reason = st.text_input(t("people.reason"), max_chars=500, key=f"reason_{person.person_id}")
        with st.container(horizontal=True, gap="small"):
            save = st.form_submit_button(t("people.save"), type="primary")
            suspended = person.status is Status.SUSPENDED
            turn = st.form_submit_button(t("people.reinstate") if suspended else t("people.suspend"))
        st.caption(t("people.effective"))
    erasure_panel.of_person(context, person.person_id)
    if save:
        change = partial(accounts.change_roles, principal, person.person_id, chosen)
        carry_out(t, "people.saved", partial(change, reason=reason, version=person.version))
    if turn:
        act = accounts.reinstate if suspended else accounts.suspend
        done = "people.reinstated" if suspended else "people.suspended"
        carry_out(t, done, partial(act, principal, person.person_id, reason=reason, version=person.version))


def _said(t: ScreenWords) -> None:
    said = st.session_state.pop(SAID, None)
    if said:
        st.success(said)
