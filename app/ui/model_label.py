"""The model label: one calm line that says which model would answer, until when it is approved and where it runs."""

from datetime import timedelta

import streamlit as st

from app.registry import Registry, RegistryEntry
from app.routing import Labels, Route
from app.ui.context import Context
from app.ui.rendering import plain

SOON = timedelta(days=30)
OLD = timedelta(days=2)


def draw(context: Context) -> None:
    """The line, with the way to the registry."""
    label = sentence(context)
    if label is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="model-label"):
        st.caption(label, width="content")
        context.link("registry", context.translator("model_label.details"))


def sentence(context: Context) -> str | None:
    """The label in words, as the router would decide an ordinary question now; None for somebody without a school."""
    t, services, principal = context.translator, context.services, context.principal
    registry = services.registry.current()
    if registry is None:
        trouble = services.registry.trouble()
        return t("model_label.no_list") if trouble is None else t.words(trouble)
    if principal is None or principal.school is None:
        return None
    labels = Labels(personal_data="none", language=context.language, task="", tokens=0)
    found = services.router.route(labels, services.policies.of(principal.school))
    parts = [
        _approved(context, registry, found.entry) if isinstance(found, Route) else t.words(found.reason),
        *([t("model_label.demonstration")] if registry.demonstration else []),
    ]
    age = services.registry.now() - registry.issued_at
    if age >= OLD and not registry.demonstration:
        parts.append(t.plural("model_label.copy_age", age.days))
    return " · ".join(parts)


def _approved(context: Context, registry: Registry, entry: RegistryEntry) -> str:
    t = context.translator
    home = entry.processing_country == registry.country
    place = t("model_label.in_country") if home else t("model_label.abroad", country=entry.processing_country)
    name = entry.names.get(context.language) or entry.model_id
    left = entry.expires_at - context.services.registry.now()
    if left <= SOON:
        standing = t.plural("model_label.expires_soon", max(0, left.days))
    else:
        standing = t("model_label.until", until=t.date(entry.expires_at))
    return " · ".join((plain(name), standing, place))
