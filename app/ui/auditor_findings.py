"""U4: what auditors noted: a list by how far each finding is and how grave, each with its history and its next step."""

import streamlit as st

from app.audit.evidence.findings import About, Finding, Progress, Severity
from app.ui.auditor_filters import schools
from app.ui.auditor_looks import looked
from app.ui.auditor_remarks import finding, marks
from app.ui.auditor_words import STYLE, moment_of
from app.ui.context import Context
from app.ui.rendering import plain

PAGE = "findings"
SHORT = 140
OPEN = "auditor_finding"
"""The finding that is unfolded."""
LONGEST_LIST = 50


def render(context: Context) -> None:
    """The two filters, the counts, the list."""
    t = context.translator
    st.html(STYLE)
    st.title(t("auditor.findings.title"), anchor=False)
    st.markdown(t("auditor.findings.lead"))
    with st.container(horizontal=True, key="auditor-findings-filter"):
        progress = st.pills(
            t("auditor.findings.progress"),
            list(Progress),
            format_func=lambda one: t.raw(f"auditor.progress.{one}"),
            key="auditor_progress",
        )
        severity = st.pills(
            t("auditor.findings.severity"),
            list(Severity),
            format_func=lambda one: t.raw(f"auditor.severity.{one}"),
            key="auditor_severity",
        )
    examination = context.services.examination
    found = looked(
        context,
        PAGE,
        "findings",
        (progress, severity),
        lambda: examination.findings(context.person, progress=progress, severity=severity),
    )
    st.caption(t.plural("auditor.findings.count", len(found)))
    if not found:
        st.info(
            t("auditor.findings.none" if progress is None and severity is None else "auditor.log.nothing")
        )
        return
    for one in found[:LONGEST_LIST]:
        with st.container(border=True, gap="small", key=f"auditor-finding-{one.finding_id}"):
            row(context, one)
    if len(found) > LONGEST_LIST:
        st.caption(t("auditor.findings.more", n=LONGEST_LIST))


def row(context: Context, one: Finding) -> None:
    """One finding, folded to its first words or open."""
    t = context.translator
    opened = st.session_state.get(OPEN) == one.finding_id

    def turn() -> None:
        st.session_state[OPEN] = None if opened else one.finding_id

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap=None, width="stretch"):
            if not opened:
                st.markdown(marks(t, one))
                st.markdown(plain(first_words(one)) or t("auditor.findings.erased"))
            st.caption(_facts(context, one))
        label = t("auditor.findings.fold") if opened else t("auditor.findings.unfold")
        st.button(label, key=f"auditor-unfold-{one.finding_id}", on_click=turn)
    if opened:
        finding(context, one)
    if one.target.about is About.RECORD:
        context.link("record", t("auditor.findings.to_record"), query={"id": str(one.target.id)})
    elif one.target.about is About.SAMPLE:
        context.link("record", t("auditor.findings.to_sample"), query={"id": str(one.target.id)})


def first_words(one: Finding) -> str:
    """The newest note that says something, shortened."""
    text = next((step.text for step in reversed(one.history) if step.text), "")
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _facts(context: Context, one: Finding) -> str:
    t, code = context.translator, one.school or ""
    parts = [
        t(f"auditor.about.{one.target.about}"),
        plain(schools(context).get(code, code)),
        moment_of(one.history[-1].at, t),
        t.plural("auditor.findings.steps", len(one.history)),
    ]
    return " · ".join(filter(None, parts))
