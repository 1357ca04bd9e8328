"""The card of one registry entry: every field in words, why it is not in force, its scores, audit and history."""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from app.registry.registry import Registry
from app.ui.context import ScreenWords
from app.ui.field_table import fields, table
from app.ui.fields_of_entry import audit_fields, groups, history, measured, results
from app.ui.registry_list import View
from app.ui.rendering import plain
from app.ui.words_of_entry import badge, coded, name_of, now_of, residency, scores, why_not

Go = Callable[[View], None]


def draw(
    registry: Registry, view: View, at: datetime, t: ScreenWords, *, back: Callable[[], None], go: Go
) -> None:
    """Draw the card of the entry that the view names."""
    st.button(
        t("registry_page.back"),
        key="registry-back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=back,
    )
    entry = registry.find(view.entry)
    if entry is None:
        st.info(t("registry.refused.unknown"))
        return
    st.title(name_of(entry, t), anchor=False)
    line = (
        badge(now_of(entry, registry, at), t),
        t("registry_page.until", date=t.date(entry.expires_at)),
        coded("registry.data", entry.personal_data, t),
        residency(entry, registry.country, t),
    )
    st.markdown(" · ".join(line))
    if registry.demonstration:
        st.caption(t("registry.demonstration"))
    if reason := why_not(entry, registry, at, t):
        st.info(reason, icon=":material/info:")
    if entry.successor is not None and registry.find(entry.successor) is not None:
        st.button(
            t("registry_page.to_successor"),
            key="registry-successor",
            on_click=go,
            args=(view.opened(entry.successor),),
        )
    use = plain(entry.intended_use.get(t.language, ""))
    if use:
        st.markdown(use)
    st.subheader(t("registry_page.group.scores"), anchor=False)
    if any(entry.languages.values()):
        table(_heads(("language", "score", "n", "protocol", "source"), t), measured(entry, t), name="scores")
        st.caption(t("registry_page.scores.note"))
    else:
        st.markdown(" · ".join(scores(entry, t)) or t("registry_page.not_stated"))
    for group in groups(entry, registry, at, t):
        st.subheader(group.title, anchor=False)
        fields(group.fields, name=f"registry-{group.name}")
    st.subheader(t("registry_page.group.audit"), anchor=False)
    if entry.audit is None:
        st.caption(t("registry_page.not_audited"))
    else:
        fields(audit_fields(entry.audit, t), name="registry-audit")
        if entry.audit.results:
            heads = _heads(("dimension", "share", "interval", "n"), t)
            table(heads, results(entry.audit, t), name="results")
    st.subheader(t("registry_page.group.history"), anchor=False)
    if entry.history:
        table(_heads(("day", "status", "reason"), t), history(entry.history, t), name="history")
    else:
        st.caption(t("registry_page.history.none"))


def _heads(names: Sequence[str], t: ScreenWords) -> tuple[str, ...]:
    return tuple(t(f"registry_page.column.{name}") for name in names)
