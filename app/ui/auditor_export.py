"""An evidence bundle: chosen by filters, made with progress, downloaded, and checked on another machine without us."""

from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from app.accounts import Permission
from app.audit.evidence.table import Table
from app.errors import UstazError
from app.ui import auditor_filters
from app.ui.auditor_words import STYLE
from app.ui.context import Context

MADE = "auditor_bundle"
LARGEST = 100_000_000
"""Bytes that a browser is handed; a larger bundle is made by the command."""
LONGEST_PURPOSE = 500
LONGEST_HEAD = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The bundle that this session made last; `data` is None where it is too large for a browser."""

    name: str
    count: int
    size: int
    data: bytes | None = field(repr=False)


def render(context: Context) -> None:
    """What goes into the bundle, how, the file, and how it is verified."""
    t = context.translator
    st.html(STYLE)
    st.title(t("auditor.export.title"), anchor=False)
    st.markdown(t("auditor.export.lead"))
    st.subheader(t("auditor.export.which"), anchor=False)
    chosen = auditor_filters.draw(context)
    context.link(
        "log", t("auditor.export.to_log"), query={name: value for name, value in chosen.items() if value}
    )
    form(context, chosen)
    made = st.session_state.get(MADE)
    if isinstance(made, Made):
        offer(context, made)
    verifying(context, made.name if isinstance(made, Made) else "ustaz-evidence.zip")


def form(context: Context, chosen: auditor_filters.Chosen) -> None:
    """The readable table, the findings, the purpose; nothing leaves before the purpose is on record."""
    t = context.translator
    with st.form("auditor-export", border=True, enter_to_submit=False):
        kind = st.segmented_control(
            t("auditor.export.table"),
            list(Table),
            default=Table.CSV,
            required=True,
            format_func=lambda one: t.raw(f"auditor.export.table.{one}"),
        )
        st.caption(t("auditor.export.table.help"))
        findings = context.person.may(Permission.ALL_FINDING_READ) and st.checkbox(
            t("auditor.export.findings")
        )
        since = st.text_area(
            t("auditor.export.since"),
            help=t("auditor.export.since.help"),
            max_chars=LONGEST_HEAD,
            height=80,
            key="auditor-export-since",
        )
        purpose = st.text_area(t("auditor.export.purpose"), max_chars=LONGEST_PURPOSE, height=80)
        pressed = st.form_submit_button(t("auditor.export.make"), type="primary")
    if not pressed:
        return
    st.session_state.pop(MADE, None)
    if not purpose.strip():
        st.info(t("auditor.export.no_purpose"))
        return
    wanted = auditor_filters.wanted(context, chosen)
    bar = st.progress(0.0, text=t.raw("auditor.export.making"))
    try:
        with context.services.evidence.export(
            context.person,
            wanted,
            purpose=purpose.strip(),
            table=Table(kind or Table.CSV),
            findings=bool(findings),
            since=since.strip() + "\n" if since.strip() else None,
        ) as export:
            for step in export:
                part = step.done / step.total if step.total else 1.0
                told = t.raw("auditor.export.advance", done=t.number(step.done), all=t.number(step.total))
                bar.progress(min(1.0, part), text=told)
            st.session_state[MADE] = _read(export.name, export.count, export.path)
    except UstazError as error:
        st.warning(t.words(error.words))
    bar.empty()


def _read(name: str, count: int, path: Path) -> Made:
    size = path.stat().st_size
    return Made(name=name, count=count, size=size, data=path.read_bytes() if size <= LARGEST else None)


def offer(context: Context, made: Made) -> None:
    """The file to download, or the command where it is too large for a browser."""
    t = context.translator
    if made.data is None:
        st.info(t("auditor.export.too_large", size=t.number(megabytes(made.size))))
        return
    st.success(t.plural("auditor.export.made", made.count, size=t.number(megabytes(made.size))))
    st.download_button(
        t("auditor.export.download", name=made.name),
        made.data,
        file_name=made.name,
        mime="application/zip",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )


def verifying(context: Context, name: str) -> None:
    """How the bundle is verified elsewhere, in commands to copy."""
    t = context.translator
    st.subheader(t("auditor.export.verify"), anchor=False)
    st.markdown(t("auditor.export.verify.how"))
    st.code(f"python verify.py --bundle {name} --key verifier.pub", language=None, wrap_lines=True)
    st.markdown(t("auditor.export.verify.beside"))
    st.code(f"ustaz audit verify --bundle {name}", language=None, wrap_lines=True)
    st.caption(t("auditor.export.verify.status"))


def megabytes(size: int) -> float:
    """A size in megabytes, to one digit."""
    return round(size / 1_000_000, 1)
