"""The model label: one calm line that says which model would answer, until when it is approved and where it runs."""

from datetime import timedelta

import streamlit as st

from app.registry import RegistryEntry
from app.ui.context import Context

HOME_COUNTRY = "KZ"
SOON = timedelta(days=30)


def draw(context: Context) -> None:
    """The line under a page's title."""
    label = sentence(context)
    if label is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(label)
        context.link("registry", context.translator("model_label.details"))


def sentence(context: Context) -> str | None:
    """The label in words; None for somebody without a school, to whom no model belongs."""
    t, services = context.translator, context.services
    registry = services.registry.current()
    if registry is None:
        return t("model_label.no_list")
    if context.principal is None or context.principal.school is None:
        return None
    policy = services.policies.of(context.principal.school)
    considered = services.router.eligibility(policy, context.language)
    first = next((line.entry_id for line in considered if line.eligible), None)
    entry = None if first is None else registry.find(first)
    words = t("model_label.none") if entry is None else _approved(context, entry)
    return f"{words} · {t('model_label.demonstration')}" if registry.demonstration else words


def _approved(context: Context, entry: RegistryEntry) -> str:
    t = context.translator
    here = entry.processing_country == HOME_COUNTRY
    place = t("model_label.in_country") if here else t("model_label.abroad", country=entry.processing_country)
    left = entry.expires_at - context.services.registry.now()
    name = entry.names[context.language]
    if left <= SOON:
        return t(
            "model_label.expires_soon",
            name=name,
            days=max(0, left.days),
            place=t.raw("model_label.in_country"),
        )
    return t("model_label.line", name=name, until=t.date(entry.expires_at), place=place)
