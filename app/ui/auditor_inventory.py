"""Which lists and trained files the checks worked with: the way from a question to their record, and each file by its digest there."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from app.accounts import Permission
from app.audit import Record
from app.protection.inventory import EVENT, inventory_id
from app.ui.auditor_conversation import remember
from app.ui.context import Context, ScreenWords
from app.ui.field_table import fields
from app.ui.words_of_entry import mono


def way(context: Context, records: Iterable[Record]) -> None:
    """The way to the record of the lists, for whoever may read it: it is of no school.

    No link: of a link to the page that is open Streamlit says that one is there already.
    """
    named = (dict(one.clear.get("details") or {}).get("inventory_digest") for one in records)
    digest = next(filter(None, named), None)
    if digest is None or not context.person.reach(Permission.ALL_RECORD_READ).covers(None):
        return
    st.button(
        context.translator("auditor.inventory.link"),
        key="auditor-inventory",
        type="tertiary",
        on_click=remember,
        args=(str(inventory_id(str(digest))),),
    )


def draw(t: ScreenWords, clear: Mapping[str, Any]) -> None:
    """Each file of an inventory, where the record is of one."""
    found = dict(clear.get("details") or {}).get("inventory")
    if clear.get("event") != EVENT or not found:
        return
    st.subheader(t("auditor.inventory.title"), anchor=False)
    st.caption(t("auditor.inventory.note"))
    names, files = found["names"], {**found["lexicons"], **found["trained"]}
    libraries = " · ".join(f"{mono(name)} {mono(one)}" for name, one in found["libraries"].items())
    rows = [
        (t("auditor.inventory.names"), f"{t.number(names['count'])} · {mono(names['sha256'])}"),
        (t("auditor.inventory.libraries"), libraries),
        (t("auditor.inventory.embedder"), mono(found["embedder"] or "—")),
        *((mono(name), mono(digest)) for name, digest in files.items()),
    ]
    fields(rows, name="inventory")
