"""U3: does the log add up: how it fares now, and the whole check at the press of a button."""

from datetime import datetime

import streamlit as st

from app.audit import Health, Report, Status
from app.ui import auditor_anchors
from app.ui.auditor_words import STYLE
from app.ui.context import Context
from app.ui.field_table import fields
from app.ui.words_of_entry import mono

REPORT = "integrity_report"


def render(context: Context) -> None:
    """The state, the button, and the last report of this session."""
    t = context.translator
    st.html(STYLE)
    st.title(t("auditor.integrity.title"), anchor=False)
    st.markdown(t("auditor.integrity.lead"))
    health = context.services.auditing.health(context.person)
    state(context, health)
    if st.button(t("auditor.integrity.verify"), type="primary", key="verify"):
        bar = st.progress(0.0, text=t.raw("auditor.integrity.reading"))

        def advance(done: int, total: int) -> None:
            """Show how far the reading is."""
            bar.progress(min(1.0, done / total) if total else 1.0, text=t.raw("auditor.integrity.reading"))

        st.session_state[REPORT] = context.services.auditing.verify(context.person, progress=advance)
        bar.empty()
    report = st.session_state.get(REPORT)
    if report is not None:
        show(context, report)
    auditor_anchors.render(context, health.anchors)


def state(context: Context, health: Health) -> None:
    """How the log fares at this moment."""
    t = context.translator
    rows = [
        ("signed", t.number(health.signed_size)),
        ("waiting", t.number(health.waiting)),
        ("open", t.number(health.open_exchanges)),
        ("leading", t("auditor.integrity.yes") if health.leading else t("auditor.integrity.no")),
    ]
    fields([(t(f"auditor.integrity.{name}"), text) for name, text in rows], name="health")
    if health.alarm is not None:
        st.warning(t.words(health.alarm))


def show(context: Context, report: Report) -> None:
    """The verdict as one sentence, then what was found."""
    t = context.translator
    sentence = t.words(report.sentence)
    match report.status:
        case Status.OK:
            st.success(sentence, icon=":material/verified:")
        case Status.TAMPERED:
            st.error(sentence, icon=":material/error:")
        case Status.CANNOT_TELL:
            st.info(sentence, icon=":material/help:")
    for problem in report.problems:
        st.markdown(f"- {t.words(problem)}")
    rows = [
        ("size", t.number(report.size)),
        ("root", mono(report.root)),
        ("signed_size", t.number(report.signed_size)),
        ("anchored", t("auditor.integrity.yes") if report.anchored else t("auditor.integrity.not_anchored")),
        ("file", t("auditor.integrity.yes") if report.checkpoint_file else t("auditor.integrity.no")),
        ("abandoned", t.number(report.abandoned)),
    ]
    fields([(t(f"auditor.integrity.{name}"), text) for name, text in rows], name="report")
    pruned(context, report)
    st.caption(t("auditor.integrity.offline"))


def pruned(context: Context, report: Report) -> None:
    """How many records time has taken, and whether the signed note of each pruning holds."""
    t, prunings = context.translator, report.document.get("prunings", ())
    if not prunings:
        return
    st.markdown(f"**{t('auditor.integrity.pruned')}**")
    st.markdown(t("auditor.integrity.pruned_lead", number=t.number(report.document["pruned"])))
    rows = []
    for one in prunings:
        at = t.time(datetime.fromisoformat(one["time"])) if one["time"] else "—"
        label = t("auditor.integrity.pruned_until", number=t.number(one["leaves"]))
        rows.append((label, f"{at} · {t('auditor.integrity.pruning.' + one['state'])}"))
    fields(rows, name="pruned")
