"""What this auditor asked to read: each request with its decision, and a search for words in what was opened."""

from collections.abc import Sequence

import streamlit as st

from app.audit import Request, RequestKind, State
from app.audit.evidence.words import LONGEST_WORDS, TextHit
from app.errors import UstazError
from app.ui.auditor_content import leave_in_time, part_name
from app.ui.auditor_looks import again, looked
from app.ui.auditor_words import STYLE
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain

PAGE = "opened"
WORDS = "auditor_words"
COLOURS = {State.WAITING: "yellow", State.APPROVED: "green", State.OVER: "gray", State.REFUSED: "gray"}
SHOWN = 10
"""Records of a request that are listed."""


def render(context: Context) -> None:
    """The search, then the requests."""
    t = context.translator
    st.html(STYLE)
    st.title(t("auditor.opened.title"), anchor=False)
    st.markdown(t("auditor.opened.lead"))
    approvals = context.services.approvals
    requests = [
        one
        for one in looked(context, PAGE, "requests", "", lambda: approvals.mine(context.person))
        if one.kind is RequestKind.OPEN
    ]
    search(context, [one for one in requests if approvals.state(one) is State.APPROVED])
    st.subheader(t("auditor.opened.requests"), anchor=False)
    st.button(t("auditor.content.look"), key="auditor-refresh", type="tertiary", on_click=again)
    if not requests:
        st.info(t("auditor.opened.none"))
    for one in requests:
        with st.container(border=True, gap="small", key=f"auditor-request-{one.request_id}"):
            request(context, one)


def request(context: Context, one: Request) -> None:
    """One request: how it stands, why, and the records it names."""
    t = context.translator
    state = context.services.approvals.state(one)
    st.markdown(f":{COLOURS[state]}-badge[{t(f'auditor.request.{state}')}] {standing(t, one, state)}")
    st.markdown(plain(one.words or "—"))
    if one.decision is not None and one.decision.words:
        st.caption(t("auditor.opened.reason", reason=one.decision.words))
    st.caption(t.plural("auditor.opened.records", len(one.targets)))
    with st.container(horizontal=True):
        for place, target in enumerate(one.targets[:SHOWN], 1):
            context.link("record", t("auditor.opened.record", n=place), query={"id": str(target)})


def standing(t: ScreenWords, one: Request, state: State) -> str:
    """When it was asked, and until when it holds."""
    asked = t("auditor.opened.asked", at=t.time(one.made_at))
    if state is State.APPROVED and one.decision is not None and one.decision.until is not None:
        return f"{asked} · {t('auditor.opened.until', until=t.time(one.decision.until))}"
    return asked


def search(context: Context, in_force: Sequence[Request]) -> None:
    """Words looked for in the texts that are open to this person now, and in no other; what was found leaves with them."""
    t, examination = context.translator, context.services.examination
    with (
        st.form("auditor-words", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        words = st.text_input(t("auditor.opened.words"), max_chars=LONGEST_WORDS, autocomplete="off")
        if st.form_submit_button(t("auditor.opened.find")):
            st.session_state[WORDS] = words.strip()
            again("hits")
    wanted = str(st.session_state.get(WORDS) or "")
    if not wanted:
        return
    try:
        hits = looked(
            context,
            PAGE,
            "hits",
            (wanted, *(one.request_id for one in in_force)),
            lambda: examination.find_text(context.person, wanted),
        )
    except UstazError as error:
        st.session_state.pop(WORDS, None)
        st.info(t.words(error.words))
        return
    st.caption(t.plural("auditor.opened.hits", len(hits)))
    for place, hit in enumerate(hits):
        with st.container(gap=None, key=f"auditor-hit-{place}"):
            found(context, hit)
    leave_in_time(context, in_force)


def found(context: Context, hit: TextHit) -> None:
    """One place in a text, and the way to its record."""
    t = context.translator
    st.markdown(f"…{plain(hit.before)} **{plain(hit.found)}** {plain(hit.after)}…")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(part_name(t, hit.part), width="content")
        context.link("record", t("auditor.findings.to_record"), query={"id": str(hit.record_id)})
