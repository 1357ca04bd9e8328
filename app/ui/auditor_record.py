"""U2: one record: what happened step by step, by which list, with which passages and verdicts, and its proof."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from app.audit import Record
from app.errors import NotFound
from app.ui import auditor_filters
from app.ui.auditor_log import OPENED
from app.ui.auditor_words import STYLE, badge, ends_exchange, entry_name, moment, said
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields, table
from app.ui.rendering import plain
from app.ui.words_of_entry import coded, mono


def render(context: Context) -> None:
    """The record that the address names."""
    t = context.translator
    st.session_state.pop(OPENED, None)
    st.html(STYLE)
    context.link("log", t.raw("auditor.record.back"), query=st.session_state.get(auditor_filters.KEPT))
    st.title(t("auditor.record.title"), anchor=False)
    try:
        opened = context.services.auditing.open(context.person, UUID(st.query_params.get("id", "")))
    except (ValueError, NotFound):
        st.info(t("auditor.record.none"))
        return
    record = next((one for one in opened.exchange if ends_exchange(one)), opened.record)
    clear = record.clear
    st.markdown(f"{badge(record, t)} &nbsp; {moment(record, t)}")
    if clear.get("reason") and ends_exchange(record):
        st.markdown(said(clear["reason"], t))
    about(context, record, clear)
    if ends_exchange(record):
        decision(context, clear)
        timeline(context, opened.exchange, clear)
        passages(context, clear)
        verdicts(t, clear)
    else:
        details(t, clear)
    proof(context, record)


def about(context: Context, record: Record, clear: Mapping[str, Any]) -> None:
    """Who, where, when; the person by pseudonym only."""
    t = context.translator
    rows = [
        ("receipt", mono(record.receipt.code)),
        ("record", mono(str(record.record_id))),
        ("school", plain(record.school or "—")),
        ("person", mono((record.pseudonym or "—")[:16])),
        ("role", coded("accounts.role", str(clear["role"]), t) if clear.get("role") else "—"),
        ("language", coded("auditor.language", record.language, t) if record.language else "—"),
        (
            "version",
            f"{plain(str(clear.get('app_version')))} · {mono(str(clear.get('git_commit') or '—')[:12])}",
        ),
    ]
    fields([(t(f"auditor.field.{name}"), text) for name, text in rows], name="about")
    st.caption(t("auditor.record.sealed"))


def decision(context: Context, clear: Mapping[str, Any]) -> None:
    """Which entry answered, by which list, and why every other did not."""
    t = context.translator
    st.subheader(t("auditor.decision"), anchor=False)
    entry_id = clear.get("entry_id")
    rows = [
        ("entry", entry_name(context, str(entry_id)) if entry_id else t("auditor.decision.none")),
        ("why", said(clear.get("route_reason"), t)),
        (
            "list",
            f"№ {clear.get('registry_sequence') or '—'} · {mono(str(clear.get('registry_digest') or '—')[:16])}",
        ),
        ("personal_data", coded("registry.data", str(clear.get("personal_data") or "none"), t)),
        (
            "prompt",
            f"{plain(str(clear.get('prompt_id') or '—'))} · {mono(str(clear.get('prompt_digest') or '—')[:16])}",
        ),
        ("tokens", tokens(clear)),
    ]
    fields([(t(f"auditor.field.{name}"), text) for name, text in rows], name="decision")
    others = [row for row in clear.get("considered") or () if row["entry_id"] != entry_id]
    if others:
        with st.expander(t.plural("auditor.considered", len(others))):
            table(
                (t("auditor.head.model"), t("auditor.head.why")),
                [(entry_name(context, row["entry_id"]), said(row["reason"], t)) for row in others],
                name="considered",
            )


def tokens(clear: Mapping[str, Any]) -> str:
    """Tokens in and out, where the model counted them."""
    given, made = clear.get("gen_ai.usage.input_tokens"), clear.get("gen_ai.usage.output_tokens")
    return "—" if given is None and made is None else f"{given or 0} → {made or 0}"


def timeline(context: Context, exchange: Sequence[Record], clear: Mapping[str, Any]) -> None:
    """The steps in order, milliseconds after the question was recorded."""
    t = context.translator
    st.subheader(t("auditor.timeline"), anchor=False)
    rows = [("0", t("auditor.step.asked"))]
    rows += [
        (t.number(step["ms"]), coded("auditor.step", step["kind"], t)) for step in clear.get("steps") or ()
    ]
    total = clear.get("total_ms")
    rows.append(("—" if total is None else t.number(total), t(f"audit.outcome.{clear['outcome']}")))
    table((t("auditor.head.ms"), t("auditor.head.step")), rows, name="timeline")
    more = [one for one in exchange if one.kind not in ("asked", "closed", "abandoned")]
    for one in more:
        st.caption(f"{moment(one, t)} · {t(f'audit.kind.{one.kind}')}")


def passages(context: Context, clear: Mapping[str, Any]) -> None:
    """The passages that were found, with their ranks; public texts, so their titles may stand here."""
    t = context.translator
    found = clear.get("passages") or ()
    st.subheader(t("auditor.passages"), anchor=False)
    if not found:
        st.caption(t("auditor.passages.none"))
        return
    rows = []
    for row in found:
        passage = context.services.library.passage(row["id"])
        title = plain(passage.title) if passage is not None and passage.school is None else mono(row["id"])
        ranks = " · ".join(
            f"{coded('auditor.branch', name, t)}: {rank}" for name, rank in sorted(row["ranks"].items())
        )
        rows.append((str(row["rank"]), title, ", ".join(map(plain, row["codes"])) or "—", ranks or "—"))
    heads = tuple(t(f"auditor.head.{name}") for name in ("rank", "passage", "codes", "branches"))
    table(heads, rows, name="passages")


def verdicts(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """What every rail said; those that only allowed are counted."""
    st.subheader(t("auditor.verdicts"), anchor=False)
    given = clear.get("verdicts") or ()
    telling = [row for row in given if row["action"] != "allow" or row["status"] != "ok"]
    st.caption(t("auditor.verdicts.count", all=len(given), telling=len(telling)))
    if telling:
        heads = tuple(t(f"auditor.head.{name}") for name in ("rail", "stage", "action", "category"))
        rows = [
            (
                coded("auditor.rail", row["rail"], t),
                coded("auditor.stage", row["stage"], t),
                said_action(row, t),
                ", ".join(sorted({mono(one["category"]) for one in row["findings"]})) or "—",
            )
            for row in telling
        ]
        table(heads, rows, name="verdicts")


def said_action(row: Mapping[str, Any], t: ScreenWords) -> str:
    """What a rail did, and that it could not do its work."""
    action = coded("auditor.action", row["action"], t)
    return action if row["status"] == "ok" else f"{action} ({coded('auditor.status', row['status'], t)})"


def details(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """The fields of a record that is no exchange."""
    hidden = {
        "sealed",
        "details",
        "schema_version",
        "record_id",
        "kind",
        "pseudonym",
        "school",
        "role",
        "language",
        "app_version",
        "git_commit",
    }
    rows = [
        (mono(name), plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
        for name, value in sorted({**clear, **(clear.get("details") or {})}.items())
        if name not in hidden and value not in (None, [], {})
    ]
    st.subheader(t("auditor.details"), anchor=False)
    fields(rows, name="details")


def proof(context: Context, record: Record) -> None:
    """The place of the record in the tree, and its proof as a file."""
    t = context.translator
    st.subheader(t("auditor.proof"), anchor=False)
    place = t("auditor.proof.waiting") if record.index is None else str(record.index)
    fields(
        [(t("auditor.field.leaf"), mono(record.leaf_hash)), (t("auditor.field.index"), place)], name="proof"
    )
    key = f"proof-{record.record_id}"
    if key in st.session_state:
        st.download_button(
            t("auditor.proof.save"),
            st.session_state[key].encode(),
            file_name=f"{record.receipt.code}.tlog-proof",
            mime="text/plain",
            icon=":material/download:",
            on_click="ignore",
        )
    elif st.button(t("auditor.proof.make"), key="auditor-prove"):
        try:
            st.session_state[key] = context.services.auditing.prove(context.person, record.record_id)
        except NotFound as error:
            st.info(t.words(error.words))
            return
        st.rerun()
