"""Findings where they are made: noted about what is on the screen, carried on step by step, their history never rewritten."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from app.accounts import Permission
from app.audit.evidence.findings import LONGEST_TEXT, Finding, Note, Progress, Severity, Target
from app.errors import UstazError
from app.ui.auditor_looks import again, looked
from app.ui.auditor_words import moment_of
from app.ui.context import Context, ScreenWords
from app.ui.rendering import safe
from app.ui.words_of_entry import mono

COLOURS = {Severity.LOW: "gray", Severity.MEDIUM: "yellow", Severity.HIGH: "orange", Severity.CRITICAL: "red"}
STATES = {Progress.OPEN: "blue", Progress.IN_WORK: "yellow", Progress.CLOSED: "green"}
DIGITS = 12
T = TypeVar("T")


def about(context: Context, page: str, target: Target) -> None:
    """The findings about one thing, and the form for a new one."""
    if not context.person.may(Permission.ALL_FINDING_READ):
        return
    t, examination = context.translator, context.services.examination
    st.subheader(t("auditor.findings"), anchor=False)
    found = looked(
        context, page, "findings", target.id, lambda: examination.findings(context.person, target=target)
    )
    for one in found:
        with st.container(border=True, key=f"auditor-finding-{one.finding_id}"):
            finding(context, one)
    if not found:
        st.caption(t("auditor.findings.none.here"))
    if context.person.may(Permission.ALL_FINDING_NOTE):
        note(context, target)


def note(context: Context, target: Target) -> None:
    """The form for a new finding."""
    t = context.translator
    with (
        st.expander(t("auditor.findings.note"), icon=":material/edit_note:"),
        st.form(f"auditor-note-{target.id}", border=False, enter_to_submit=False, clear_on_submit=True),
    ):
        severity = st.segmented_control(
            t("auditor.findings.severity"),
            list(Severity),
            default=Severity.MEDIUM,
            required=True,
            format_func=lambda one: t.raw(f"auditor.severity.{one}"),
        )
        text = st.text_area(t("auditor.findings.text"), max_chars=LONGEST_TEXT, height=110)
        st.caption(t("auditor.findings.sealed"))
        pressed = st.form_submit_button(t("auditor.findings.save"), type="primary")
    if pressed:
        wanted = Severity(severity or Severity.MEDIUM)
        examination = context.services.examination
        carry_out(
            t,
            lambda: examination.note(context.person, target, severity=wanted, text=text.strip()),
            "findings",
        )


def finding(context: Context, one: Finding) -> None:
    """One finding: how it stands, its history, and the next step."""
    t = context.translator
    st.markdown(marks(t, one))
    for step in one.history:
        _step(t, step)
    if context.person.may(Permission.ALL_FINDING_NOTE):
        _carry_on(context, one)


def marks(t: ScreenWords, one: Finding) -> str:
    """Progress and severity as small marks."""
    return (
        f":{STATES[one.progress]}-badge[{t(f'auditor.progress.{one.progress}')}] "
        f":{COLOURS[one.severity]}-badge[{t(f'auditor.severity.{one.severity}')}]"
    )


def _step(t: ScreenWords, step: Note) -> None:
    """One step of the history: who, when, what it became, and the note."""
    became = f"{t(f'auditor.progress.{step.progress}')}, {t(f'auditor.severity.{step.severity}')}"
    with st.container(gap=None):
        st.caption(f"{moment_of(step.at, t)} · {mono(step.author[:DIGITS])} · {became}")
        if step.text is None:
            st.caption(t("auditor.findings.erased"))
        elif step.text:
            st.markdown(safe(step.text))


def _carry_on(context: Context, one: Finding) -> None:
    t, examination = context.translator, context.services.examination
    key = str(one.finding_id)
    with (
        st.expander(t("auditor.findings.carry_on")),
        st.form(f"auditor-carry-{key}", border=False, enter_to_submit=False),
    ):
        progress = st.segmented_control(
            t("auditor.findings.progress"),
            list(Progress),
            default=one.progress,
            required=True,
            format_func=lambda word: t.raw(f"auditor.progress.{word}"),
            key=f"auditor-progress-{key}-{len(one.history)}",
        )
        severity = st.segmented_control(
            t("auditor.findings.severity"),
            list(Severity),
            default=one.severity,
            required=True,
            format_func=lambda word: t.raw(f"auditor.severity.{word}"),
            key=f"auditor-severity-{key}-{len(one.history)}",
        )
        text = st.text_area(
            t("auditor.findings.text"),
            max_chars=LONGEST_TEXT,
            height=90,
            key=f"auditor-text-{key}-{len(one.history)}",
        )
        pressed = st.form_submit_button(t("auditor.findings.save"))
    if not pressed:
        return
    carry_out(
        t,
        lambda: examination.carry_on(
            context.person,
            one.finding_id,
            after=one.history[-1].number,
            text=text.strip(),
            progress=_changed(progress, one.progress),
            severity=_changed(severity, one.severity),
        ),
        "findings",
    )


def _changed(chosen: T | None, before: T) -> T | None:
    return None if chosen == before else chosen


def carry_out(t: ScreenWords, act: Callable[[], object], *looks: str) -> None:
    """Do it and look anew, or say in words why not."""
    try:
        act()
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    again(*looks)
    st.rerun()
