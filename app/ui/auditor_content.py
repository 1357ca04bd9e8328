"""The sealed text of a record: asked for with a purpose, allowed by a second person, shown until a time and never unrecorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import streamlit as st

from app.accounts import Permission
from app.audit import Kind, OpenedText, Record, Request, State
from app.errors import Forbidden, NotFound, UstazError
from app.ui.auditor_looks import again, looked
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain, show

SHORTEST, LONGEST = 10, 500
OPEN = "auditor_content_open"
"""The record whose text this session has opened."""
LOOKS_EVERY = 20.0
"""Seconds after which a screen that nobody touches looks whether what it shows may still be read."""


def draw(context: Context, page: str, record: Record, *, gone: bool = False) -> None:
    """How it stands with the text of a record, and what can be done next; nothing where its key is gone."""
    t = context.translator
    st.subheader(t("auditor.content"), anchor=False)
    if record.clear.get("sealed") is None and record.exchange_id is None:
        st.caption(t("auditor.content.none"))
        return
    if gone:
        st.info(t("auditor.content.gone"))
        context.link("log", t.raw("auditor.content.erasures"), query={"what": str(Kind.ERASURE)})
        return
    if not context.person.may(Permission.ALL_CONTENT_OPEN):
        st.caption(t("auditor.record.sealed"))
        return
    try:
        request = context.services.approvals.standing(context.person, record.record_id)
    except (Forbidden, NotFound) as error:
        st.caption(t.words(error.words))
        return
    state = None if request is None else context.services.approvals.state(request)
    match state:
        case State.WAITING:
            _waiting(t, request)
        case State.APPROVED:
            _approved(context, page, record, request)
        case _:
            if request is not None:
                _ended(t, request, state)
            ask(context, [record.record_id], name="record")


def ask(context: Context, records: Sequence[UUID], *, name: str) -> None:
    """The form of a request: the purpose first; nothing is opened by it."""
    t = context.translator
    with (
        st.expander(t("auditor.content.ask"), icon=":material/lock:"),
        st.form(f"auditor-ask-{name}", border=False, enter_to_submit=False),
    ):
        st.markdown(t.plural("auditor.content.how", len(records)))
        purpose = st.text_area(
            t("auditor.content.purpose"),
            max_chars=LONGEST,
            height=100,
            placeholder=t.raw("auditor.content.purpose.example"),
        )
        sent = st.form_submit_button(t("auditor.content.send"), type="primary")
    if not sent:
        return
    if len(purpose.strip()) < SHORTEST:
        st.info(t("auditor.content.purpose.short", least=SHORTEST))
        return
    try:
        context.services.approvals.ask_to_open(context.person, records, purpose=purpose.strip())
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    again("requests")
    st.rerun()


def _waiting(t: ScreenWords, request: Request | None) -> None:
    if request is None:
        return
    st.info(t("auditor.content.waiting", at=t.time(request.made_at)), icon=":material/hourglass_empty:")
    st.caption(t("auditor.content.why", purpose=request.words or "—"))
    st.button(t("auditor.content.look"), key="auditor-look-again")


def _ended(t: ScreenWords, request: Request, state: State | None) -> None:
    """Why an earlier request opens nothing now."""
    decision = request.decision
    if decision is None:
        return
    if state is State.REFUSED:
        reason = decision.words or "—"
        st.info(t("auditor.content.refused", at=t.time(decision.decided_at), reason=reason))
    elif decision.until is not None:
        st.info(t("auditor.content.over", until=t.time(decision.until)))


def _approved(context: Context, page: str, record: Record, request: Request | None) -> None:
    t = context.translator
    if request is None or request.decision is None:
        return
    until = request.decision.until
    banner(t, request, until)
    if st.session_state.get(OPEN) != record.record_id:

        def opened() -> None:
            st.session_state[OPEN] = record.record_id

        st.button(t("auditor.content.open"), key="auditor-content", type="primary", on_click=opened)
        st.caption(t("auditor.content.each"))
        return
    read = context.services.approvals.content
    try:
        texts = looked(
            context,
            page,
            "content",
            (record.record_id, request.request_id),
            lambda: read(context.person, [record.record_id]),
        )
    except (Forbidden, NotFound) as error:
        st.session_state.pop(OPEN, None)
        st.warning(t.words(error.words))
        return

    def close() -> None:
        st.session_state.pop(OPEN, None)
        again("content")

    with st.container(border=True, key="auditor-opened"):
        contents(t, texts)
        st.button(t("auditor.content.close"), key="auditor-content-close", on_click=close)
    leave_in_time(context, [request])


def leave_in_time(context: Context, requests: Sequence[Request]) -> None:
    """Draw the page anew once one of these requests opens nothing more, also where nobody touches the screen."""
    approvals = context.services.approvals

    def look() -> None:
        if any(approvals.state(one) is not State.APPROVED for one in requests):
            st.rerun()

    if requests:
        st.fragment(look, run_every=LOOKS_EVERY)()


def banner(t: ScreenWords, request: Request, until: datetime | None) -> None:
    """Who may read until when, why, and who allowed it."""
    decision = request.decision
    if decision is None:
        return
    with st.container(key="auditor-banner", gap="xxsmall"):
        sentence = t("auditor.content.banner", until="—" if until is None else t.time(until))
        st.warning(sentence, icon=":material/visibility:")
        st.caption(t("auditor.content.why", purpose=request.words or "—"))
        st.caption(
            t(
                "auditor.content.allowed",
                who=decision.decided_by[:12],
                at=t.time(decision.decided_at),
                reason=decision.words or "—",
            )
        )


def contents(t: ScreenWords, texts: Sequence[OpenedText]) -> None:
    """The texts of an exchange in the order of their making; exact characters, so that nothing hides in them."""
    told: dict[str, Any] = {}
    for one in texts:
        if one.text is None:
            st.info(t("audit.refusal.erased"))
        else:
            told.update({name: value for name, value in one.text.items() if value})
    if not told:
        st.caption(t("auditor.content.empty"))
        return
    _exact(t, "raw", told.get("raw"))
    if told.get("masked") and told.get("masked") != told.get("raw"):
        _exact(t, "masked", told["masked"])
    _exact(t, "understood", told.get("understood"))
    shown = "".join(map(str, told.get("shown") or ()))
    if shown:
        st.markdown(f"**{t('auditor.part.shown')}**")
        show(shown)
    _hidden(t, "withheld", "\n".join(map(str, told.get("withheld") or ())))
    _hidden(t, "raw_output", told.get("raw_output"))
    _hidden(t, "prompt", prompt(told.get("prompt")))
    _exact(t, "comment", told.get("comment"))
    known = {"raw", "masked", "understood", "shown", "withheld", "raw_output", "prompt", "comment"}
    for name in sorted(set(told) - known):
        _hidden(t, name, str(told[name]))


def prompt(messages: object) -> str:
    """The exact prompt as text: each message under the word of its role."""
    if not isinstance(messages, list):
        return ""
    return "\n\n".join(f"[{role}]\n{text}" for role, text in messages)


def part_name(t: ScreenWords, name: str) -> str:
    """A part of a sealed text in words; by its own name where this version has no words for it."""
    return t(f"auditor.part.{name}") if t.raw.has(f"auditor.part.{name}") else plain(name)


def _exact(t: ScreenWords, name: str, text: object) -> None:
    if text:
        st.markdown(f"**{part_name(t, name)}**")
        st.code(str(text), language=None, wrap_lines=True)


def _hidden(t: ScreenWords, name: str, text: object) -> None:
    if text:
        with st.expander(part_name(t, name)):
            st.code(str(text), language=None, wrap_lines=True)
