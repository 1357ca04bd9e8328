"""Asking for an erasure: what would go is counted first; another person decides."""

from collections.abc import Callable
from datetime import date, datetime, time
from uuid import UUID

import streamlit as st

from app.accounts import Permission
from app.assistant.erasing import Wish
from app.audit import Basis, RequestKind, Scope
from app.errors import BadArgument, UstazError
from app.i18n.translator import ZONE
from app.ui.approvals_words import carry_out, losses_rows, said_before
from app.ui.context import Context
from app.ui.field_table import fields

GROUNDS = (Basis.PERSON_ASKED, Basis.LEFT_SCHOOL, Basis.MISTAKE, Basis.AUTHORITY)


def of_person(context: Context, person_id: UUID) -> None:
    """For a school's admin: the texts of somebody of the school."""
    t = context.translator
    if not context.person.may(Permission.SCHOOL_ERASURE_REQUEST):
        return
    with st.expander(t("erasure.panel.person")):
        st.markdown(t("erasure.panel.person_lead"))
        _form(context, lambda: Wish(person_id=person_id), f"person_{person_id}", choose=True)
        _asked(context, lambda scope: scope.person_id == person_id)


def of_school(context: Context) -> None:
    """For a school's admin: one answer by its receipt, or what is old."""
    t, approvals = context.translator, context.services.approvals
    if not context.person.may(Permission.SCHOOL_ERASURE_REQUEST):
        return
    with st.expander(t("erasure.panel.school")):
        st.markdown(t("erasure.panel.school_lead"))
        by = st.radio(
            t("erasure.by"),
            ("receipt", "age"),
            format_func=lambda name: t.raw(f"erasure.by.{name}"),
            key="erasure_by",
            horizontal=True,
            label_visibility="collapsed",
        )
        if by == "age":
            _form(context, lambda: Wish(before=_start(st.session_state.erasure_before)), "age", choose=True)
        else:

            def wish() -> Wish:
                return approvals.wish_for_record(context.person, st.session_state.erasure_receipt)

            _form(context, wish, "receipt", choose=True)
        _asked(context, lambda scope: scope.person_id is None)


def of_record(context: Context, record_id: UUID) -> None:
    """For whoever left it: one question with its answer."""
    t, person = context.translator, context.principal
    if person is None or not person.may(Permission.OWN_ERASURE_REQUEST):
        return
    said_before()
    with st.expander(t("erasure.panel.record")):
        st.markdown(t("erasure.panel.record_lead"))
        _form(context, lambda: Wish(record_id=record_id), "record", choose=False)
        _asked(context, lambda scope: scope.record_id == record_id)


def own(context: Context) -> None:
    """For whoever has texts: the own ones."""
    t, person = context.translator, context.principal
    if person is None or not person.may(Permission.OWN_ERASURE_REQUEST):
        return
    said_before()
    with st.expander(t("erasure.panel.own")):
        st.markdown(t("erasure.panel.own_lead"))
        _form(context, lambda: Wish(person_id=person.person_id), "own", choose=False)
        _asked(context, lambda scope: scope.person_id == person.person_id)


def _form(context: Context, wish: Callable[[], Wish], key: str, *, choose: bool) -> None:
    """What is named, the dry run and the request; `wish` is read once a button was pressed."""
    t, approvals = context.translator, context.services.approvals
    with st.form(f"erasure_{key}", border=False, enter_to_submit=False):
        if key == "receipt":
            st.text_input(t("holds.receipt"), key="erasure_receipt", max_chars=20, autocomplete="off")
        if key == "age":
            st.date_input(t("erasure.before"), value=None, key="erasure_before", format="DD.MM.YYYY")
        basis = Basis.PERSON_ASKED
        if choose:
            basis = st.selectbox(
                t("erasure.basis"),
                GROUNDS,
                format_func=lambda one: t.raw(f"erasure.basis.{one}"),
                key=f"erasure_basis_{key}",
            )
        reason = st.text_area(t("erasure.reason"), key=f"erasure_reason_{key}", max_chars=500, height=80)
        with st.container(horizontal=True, gap="small"):
            show = st.form_submit_button(t("erasure.show"))
            ask = st.form_submit_button(t("erasure.ask"), type="primary")
    if show:
        try:
            losses = approvals.losses(context.person, wish())
        except UstazError as error:
            st.warning(t.words(error.words))
            return
        fields(losses_rows(losses, t), name=f"losses-{key}")
        if losses.held:
            st.warning(t("erasure.held", n=losses.held))
        st.caption(t("erasure.kept"))
    if ask:
        carry_out(
            t,
            "erasure.asked",
            lambda: approvals.ask_to_erase(context.person, wish(), basis=basis, reason=reason),
        )


def _asked(context: Context, about: Callable[[Scope], bool]) -> None:
    """What was asked about the same before, and what came of it."""
    t, approvals = context.translator, context.services.approvals
    for one in approvals.mine(context.person):
        if one.kind is RequestKind.ERASE and about(one.scope):
            state = t.raw(f"approvals.state.{one.kind}.{approvals.state(one)}")
            st.caption(t("erasure.asked_on", date=t.time(one.made_at), state=state))


def _start(day: date | None) -> datetime:
    if day is None:
        raise BadArgument("no day was chosen", key="erasure.cannot.nothing")
    return datetime.combine(day, time(), tzinfo=ZONE)
