"""What only its owner sees of a receipt: school, outcome, rails, passages, and whether the text can still be opened."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.assistant.receipts import OwnRecord
from app.i18n import LANGUAGES, NAMES
from app.ui import erasure_panel
from app.ui.auditor_checks import telling
from app.ui.auditor_words import said
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.rendering import plain
from app.ui.words_of_entry import coded, mono


def render(context: Context, code: str) -> None:
    """The rows, where the code names a record of the person who is signed in."""
    if context.principal is None:
        return
    found = context.services.receipts.own(context.principal, code)
    if found is None:
        return
    t = context.translator
    st.markdown(f"**{t('receipt.own.title')}**")
    fields(rows(context, found), name="receipt-own")
    st.caption(t("receipt.own.note"))
    if found.readable:
        erasure_panel.of_record(context, found.record.record_id)


def rows(context: Context, found: OwnRecord) -> list[tuple[str, str]]:
    """What was recorded about it, as (label, text)."""
    t, record, clear = context.translator, found.record, found.record.clear
    told = [("receipt.own.school", school(context, record.school))]
    if record.language in LANGUAGES:
        told.append(("receipt.own.language", NAMES[record.language]))
    if record.outcome:
        reason = clear.get("reason")
        why = f": {said(reason, t)}" if isinstance(reason, Mapping) else ""
        told.append(("receipt.own.outcome", t(f"audit.outcome.{record.outcome}") + why))
        told.append(("receipt.own.rails", rails(clear.get("verdicts") or (), t)))
        told.append(("receipt.own.passages", t.number(len(clear.get("passages") or ()))))
        told.append(("receipt.own.sentences", t.number(_count(clear.get("sentences")))))
    state = {True: "sealed", False: "erased", None: "none"}[found.readable]
    told.append(("receipt.own.text", t(f"receipt.own.text.{state}")))
    return [(t(label), text) for label, text in told]


def rails(given: Sequence[Mapping[str, Any]], t: ScreenWords) -> str:
    """The rails that did more than let pass, each once with what it did."""
    done = dict.fromkeys(
        f"{coded('auditor.rail', row['rail'], t)} ({coded('auditor.action', row['action'], t)})"
        for row in telling(given)
    )
    return ", ".join(done) or t("receipt.own.rails.none", number=len(given))


def school(context: Context, code: str | None) -> str:
    """The school by its name, where it is the person's own."""
    person = context.principal
    if code is None:
        return "—"
    if person is not None and person.school == code and context.language in person.school_names:
        return plain(person.school_names[context.language])
    return mono(code)


def _count(sentences: Any) -> int:
    return len(sentences) if isinstance(sentences, list | tuple) else 0
