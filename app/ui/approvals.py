"""U7: what waits for a second person: content to be read, texts to be erased; holds; and what was decided."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st

from app.assistant.approvals import PAGE
from app.audit import Request, RequestKind, State
from app.ui import approvals_holds
from app.ui.approvals_words import STYLE, carry_out, losses_rows, said_before, who
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.rendering import plain
from app.ui.words_of_entry import mono

SECTION = "approvals_section"
COLOURS: Mapping[State, Literal["green", "gray", "blue"]] = {
    State.APPROVED: "green",
    State.OVER: "gray",
    State.REFUSED: "gray",
    State.WAITING: "blue",
}
SHOWN_TARGETS = 5


def render(context: Context) -> None:
    """One section at a time, because each look at the requests is a record."""
    t = context.translator
    st.html(STYLE)
    st.title(t("approvals.title"), anchor=False)
    st.markdown(t("approvals.lead"))
    said_before()
    chosen = st.segmented_control(
        t("approvals.section"),
        ("waiting", "holds", "decided"),
        format_func=lambda name: t.raw(f"approvals.section.{name}"),
        default="waiting",
        key=SECTION,
        label_visibility="collapsed",
        required=True,
    )
    match chosen:
        case "holds":
            approvals_holds.draw(context)
        case "decided":
            _decided(context)
        case _:
            _waiting(context)


def _waiting(context: Context) -> None:
    for request in _read(context, "waiting", context.services.approvals.waiting):
        with st.container(border=True, gap="small"):
            _about(context, request)
            if request.kind is RequestKind.ERASE:
                _losses(context, request)
            _decide(context, request)


def _decided(context: Context) -> None:
    for request in _read(context, "decided", context.services.approvals.decided):
        with st.container(border=True, gap="small"):
            _about(context, request)


def _read(context: Context, section: str, read: Callable[..., Sequence[Request]]) -> Sequence[Request]:
    """The requests of the page that is turned to; one that was emptied by decisions gives way to the one before."""
    t, name = context.translator, f"approvals_{section}_from"
    start = st.session_state.setdefault(name, 0)
    found = read(context.person, start=start)
    if not found and start:
        _go(name, start - PAGE)
        st.rerun()
    if not found:
        st.info(t(f"approvals.none_{section}"))
    shown = found[:PAGE]
    if start or len(found) > PAGE:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            first, last = t.number(start + 1), t.number(start + len(shown))
            st.markdown(t("approvals.shown", first=first, last=last), width="content")
            for word, to, off in (
                ("earlier", start - PAGE, not start),
                ("next", start + PAGE, len(found) <= PAGE),
            ):
                st.button(
                    t(f"approvals.{word}"),
                    key=f"{section}_{word}",
                    disabled=off,
                    on_click=_go,
                    args=(name, to),
                )
    return shown


def _go(name: str, start: int) -> None:
    st.session_state[name] = max(0, start)


def _school(context: Context, code: str | None) -> str:
    """A school by name and code."""
    if code is None:
        return "—"
    named = (one.names[context.language] for one in context.services.accounts.schools() if one.code == code)
    return " · ".join((*map(plain, named), mono(code)))


def _about(context: Context, request: Request) -> None:
    """What is asked, by whom, for what, and what was said to it."""
    t, state = context.translator, context.services.approvals.state(request)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{t(f'approvals.kind.{request.kind}')}** · {t.time(request.made_at)}")
        st.badge(t.raw(f"approvals.state.{request.kind}.{state}"), color=COLOURS[state])
    rows = [
        (t("approvals.field.who"), who(request.asked_by, request.role, t)),
        (t("approvals.field.school"), _school(context, request.school)),
        (t("approvals.field.what"), what(request, t)),
        (t("approvals.field.why"), plain(request.words) if request.words else t("approvals.words_gone")),
    ]
    if request.basis is not None:
        rows.append((t("approvals.field.basis"), t(f"erasure.basis.{request.basis}")))
    if request.kind is RequestKind.OPEN and request.decision is None:
        rows.append((t("approvals.field.days"), t.plural("approvals.days", request.days)))
    decision = request.decision
    if decision is not None:
        said = plain(decision.words) if decision.words else t("approvals.words_gone")
        rows.append(
            (
                t("approvals.field.decided"),
                f"{mono(decision.decided_by[:16])} · {t.time(decision.decided_at)}",
            )
        )
        rows.append((t("approvals.field.said"), said))
        if decision.until is not None:
            rows.append((t("approvals.field.until"), t.time(decision.until)))
    fields(rows, name=f"request-{request.request_id}")


def what(request: Request, t: ScreenWords) -> str:
    """The records or texts that a request is about."""
    scope = request.scope
    if request.kind is RequestKind.OPEN:
        shown = ", ".join(mono(str(one)[:13]) for one in request.targets[:SHOWN_TARGETS])
        more = len(request.targets) - SHOWN_TARGETS
        return (
            t.plural("approvals.records", len(request.targets))
            + f": {shown}"
            + (f" + {more}" if more > 0 else "")
        )
    if scope.record_id is not None:
        return f"{t('erasure.what.record')} {mono(str(scope.record_id)[:13])}"
    if scope.pseudonym is not None:
        return f"{t('erasure.what.person')} {mono(scope.pseudonym[:16])}"
    return t("erasure.what.age", date=t.date(scope.before) if scope.before else "—")


def _losses(context: Context, request: Request) -> None:
    """What would go, counted when somebody wants to see it."""
    t = context.translator
    if st.button(t("erasure.show"), key=f"losses_{request.request_id}"):
        losses = context.services.approvals.losses_of(context.person, request.request_id)
        fields(losses_rows(losses, t), name=f"losses-{request.request_id}")
        if losses.held:
            st.warning(t("erasure.held", n=losses.held))


def _decide(context: Context, request: Request) -> None:
    t, approvals = context.translator, context.services.approvals
    key = str(request.request_id)
    erases = request.kind is RequestKind.ERASE
    with st.form(f"decide_{key}", border=False, enter_to_submit=False):
        reason = st.text_area(t("approvals.reason"), key=f"reason_{key}", max_chars=500, height=80)
        if erases:
            st.caption(t("erasure.for_ever"))
        with st.container(horizontal=True, gap="small"):
            yes = st.form_submit_button(t("approvals.approve"), type="primary")
            no = st.form_submit_button(t("approvals.refuse"))
    if yes:
        done = "approvals.done.erased" if erases else "approvals.done.opened"
        carry_out(t, done, lambda: approvals.approve(context.person, request.request_id, reason=reason))
    if no:
        carry_out(
            t,
            "approvals.done.refused",
            lambda: approvals.refuse(context.person, request.request_id, reason=reason),
        )
