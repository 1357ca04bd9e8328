"""U2: one record: what happened step by step, by which list, with which passages and verdicts, and its proof."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st

from app.assistant.auditing import Opened, policy_of_record
from app.audit import Record
from app.audit.evidence.findings import About, Target
from app.errors import NotFound
from app.ui import (
    auditor_content,
    auditor_filters,
    auditor_inventory,
    auditor_remarks,
    auditor_steps,
    auditor_walk,
)
from app.ui.auditor_checks import telling, verdicts
from app.ui.auditor_conversation import neighbours
from app.ui.auditor_decision import citing, decision, passages
from app.ui.auditor_looks import looked
from app.ui.auditor_proof import details, proof
from app.ui.auditor_words import OPENED, STYLE, badge, ends_exchange, event, moment, said
from app.ui.context import Context, ScreenWords
from app.ui.curriculum_words import subject_name
from app.ui.field_table import fields
from app.ui.rendering import plain
from app.ui.school_usage_charts import work_name
from app.ui.words_of_entry import coded, mono

PAGE = "record"
SECOND = 1000


def render(context: Context) -> None:
    """The record that the address names."""
    t = context.translator
    named = st.query_params.get("id", "")
    asked = st.session_state.pop(OPENED, None)
    if asked is not None and asked != named:
        context.go(PAGE, query={**st.query_params.to_dict(), "id": asked})
    st.html(STYLE)
    context.link("log", t.raw("auditor.record.back"), query=st.session_state.get(auditor_filters.KEPT))
    try:
        opened = looked(
            context,
            PAGE,
            "record",
            named,
            lambda: context.services.auditing.open(context.person, UUID(named)),
        )
    except (ValueError, NotFound):
        st.title(t("auditor.record.title"), anchor=False)
        st.info(t("auditor.record.none"))
        return
    show(context, opened)


def show(context: Context, opened: Opened) -> None:
    """The record, and of a question its end with everything that led there."""
    t = context.translator
    record = next((one for one in opened.exchange if ends_exchange(one)), opened.record)
    clear = record.clear
    auditor_walk.draw(t, opened.record.record_id)
    st.title(t("auditor.record.exchange" if ends_exchange(record) else "auditor.record.title"), anchor=False)
    st.markdown(" &nbsp; ".join(filter(None, (badge(record, t), event(record, t), moment(record, t)))))
    if clear.get("reason") and ends_exchange(record):
        st.markdown(said(clear["reason"], t))
    if ends_exchange(record):
        glance(t, clear)
    about(context, record, clear)
    if clear.get("sealed") is not None or record.exchange_id is not None:
        auditor_content.draw(context, PAGE, record, gone=opened.gone)
    auditor_remarks.about(context, PAGE, Target(about=About.RECORD, id=record.record_id))
    if ends_exchange(record):
        neighbours(t, opened.conversation, record)
        auditor_steps.draw(context, opened.exchange, clear)
        decision(context, clear)
        passages(context, clear)
        verdicts(t, clear)
        rules(context, opened)
        with st.expander(t("auditor.details.all")):
            details(t, clear)
    else:
        rules(context, opened)
        auditor_inventory.draw(t, clear)
        st.subheader(t("auditor.details"), anchor=False)
        details(t, clear)
    proof(context, record)


def rules(context: Context, opened: Opened) -> None:
    """The ways to the policy that judged and to its lists, where a record of the exchange names them."""
    if any(map(policy_of_record, (opened.record, *opened.exchange))):
        query = {"id": str(opened.record.record_id)}
        context.link("policy", context.translator.raw("auditor.policy.link"), query=query)
    auditor_inventory.way(context, (opened.record, *opened.exchange))


def glance(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """The figures of an exchange that are looked at first."""
    given = clear.get("verdicts") or ()
    facts = [
        ("total", _seconds(t, clear.get("total_ms"))),
        ("first", _seconds(t, clear.get("first_text_ms"))),
        ("passages", _of(t, len(citing(clear)), len(clear.get("passages") or ()))),
        ("checks", _of(t, len(telling(given)), len(given))),
        ("shown", t.number(clear.get("characters_shown") or 0)),
        ("withheld", t.number(clear.get("characters_withheld") or 0)),
    ]
    with st.grid(3, min_column_width=150, gap="small", key="auditor-glance"):
        for name, figure in facts:
            with st.container(gap=None):
                st.caption(t(f"auditor.glance.{name}"))
                st.markdown(f"**{figure}**")


def about(context: Context, record: Record, clear: Mapping[str, Any]) -> None:
    """Who, where, when; the person by pseudonym only."""
    t = context.translator
    task = str(clear.get("task") or "")
    rows = [
        ("receipt", mono(record.receipt.code)),
        ("record", mono(str(record.record_id))),
        ("school", school(context, record.school)),
        ("person", mono((record.pseudonym or "—")[:16])),
        ("role", coded("accounts.role", str(clear["role"]), t) if clear.get("role") else "—"),
        ("language", coded("auditor.language", record.language, t) if record.language else "—"),
        ("task", work_name(t, task) if task else ""),
        ("lesson", lesson(context, clear)),
        ("version", version(clear)),
    ]
    fields([(t(f"auditor.field.{name}"), text) for name, text in rows if text], name="about")
    if record.pseudonym:
        context.link("log", t("auditor.record.person"), query={"person": record.pseudonym})


def version(clear: Mapping[str, Any]) -> str:
    """The release that wrote a record, and its commit where one was known."""
    commit = str(clear.get("git_commit") or "")[:12]
    return " · ".join(filter(None, (plain(str(clear.get("app_version"))), mono(commit) if commit else "")))


def school(context: Context, code: str | None) -> str:
    """A school by name and code."""
    if code is None:
        return "—"
    name = auditor_filters.schools(context).get(code)
    return plain(code) if name is None else f"{plain(name)} · {mono(code)}"


def lesson(context: Context, clear: Mapping[str, Any]) -> str:
    """Subject and grade, where the question named them."""
    t = context.translator
    subject, grade = clear.get("subject"), clear.get("grade")
    catalogue = context.services.library.catalogue
    named = [plain(subject_name(catalogue, str(subject), t.raw))] if subject else []
    return " · ".join([*named, t("auditor.grade", n=grade)] if grade else named)


def _seconds(t: ScreenWords, ms: int | None) -> str:
    if ms is None:
        return "—"
    if ms < SECOND:
        return t("auditor.milliseconds", n=t.number(ms))
    return t("auditor.seconds", n=t.number(round(ms / SECOND, 1)))


def _of(t: ScreenWords, part: int, whole: int) -> str:
    return t("auditor.glance.of", part=t.number(part), whole=t.number(whole))
