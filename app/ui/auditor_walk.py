"""Working through drawn records one by one: which stands open, and the way to the one before and the one after."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from app.audit import Record
from app.ui.auditor_words import OPENED
from app.ui.context import ScreenWords

WALK = "auditor_walk"


def keep(records: Sequence[Record]) -> None:
    """Remember the records in their order for the record page of this session."""
    st.session_state[WALK] = [str(record.record_id) for record in records]


def draw(t: ScreenWords, named: UUID) -> None:
    """The place in the sample, one step back and one on; nothing for a record that was not drawn."""
    ids: list[str] = st.session_state.get(WALK) or []
    here = str(named)
    if here not in ids:
        return
    place = ids.index(here)
    with st.container(horizontal=True, vertical_alignment="center", key="auditor-walk"):
        _step(t("auditor.walk.back"), "auditor-walk-back", ids[place - 1] if place else None)
        st.caption(t("auditor.walk.place", place=place + 1, all=len(ids)), width="content")
        _step(t("auditor.walk.on"), "auditor-walk-on", ids[place + 1] if place + 1 < len(ids) else None)


def _step(label: str, key: str, record_id: str | None) -> None:
    def remember() -> None:
        st.session_state[OPENED] = record_id

    st.button(label, key=key, disabled=record_id is None, on_click=remember)
