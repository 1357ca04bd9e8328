"""The place of a record in the tree, its proof as a file, and all fields that it has in clear."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.audit import Record
from app.errors import NotFound
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.rendering import plain
from app.ui.words_of_entry import mono

ABOVE = frozenset(
    {"sealed", "details", "schema_version", "record_id", "kind", "pseudonym", "school", "role", "language"}
    | {"app_version", "git_commit", "inventory"}
)
"""Fields that stand above in words."""
LONGEST = 2_000


def details(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """The fields of a record by their own names; long ones are cut, the proof holds them whole."""
    rows = [
        (mono(name), plain(shortened(value)))
        for name, value in sorted({**clear, **(clear.get("details") or {})}.items())
        if name not in ABOVE and value not in (None, [], {})
    ]
    fields(rows, name="details")


def shortened(value: object) -> str:
    """A field as text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def proof(context: Context, record: Record) -> None:
    """The place of the record in the tree, and its proof as a file."""
    t = context.translator
    st.subheader(t("auditor.proof"), anchor=False)
    place = t("auditor.proof.waiting") if record.index is None else str(record.index)
    fields(
        [(t("auditor.field.leaf"), mono(record.leaf_hash)), (t("receipt.field.index"), place)], name="proof"
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
        st.caption(t("auditor.proof.how"))
    elif st.button(t("auditor.proof.make"), key="auditor-prove"):
        try:
            st.session_state[key] = context.services.auditing.prove(context.person, record.record_id)
        except NotFound as error:
            st.info(t.words(error.words))
            return
        st.rerun()
