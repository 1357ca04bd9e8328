"""The ways to narrow the log; they stand in the address, so that a search can be kept and shared."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import streamlit as st

from app.accounts import Permission
from app.audit import Filter, Kind, Outcome
from app.ui.context import Context
from guardrails import rail

PERIODS = {"day": 1, "week": 7, "month": 30}
EXCHANGES = "exchanges"
NAMES = ("what", "outcome", "period", "language", "model", "rail", "school")
KEPT = "auditor_search"


def draw(context: Context) -> Mapping[str, str]:
    """The boxes, and what they say by name; "" does not narrow."""
    t = context.translator
    options = choices(context)
    with st.grid(3, key="auditor-filters", min_column_width=150, gap="small"):
        for name, values in options.items():
            key = f"auditor_{name}"
            named = st.query_params.get(name, "")
            st.session_state.setdefault(key, named if named in values else values[0])
            st.selectbox(
                t.raw(f"auditor.filter.{name}"),
                values,
                format_func=partial(option, context, name),
                key=key,
                on_change=address,
                filter_mode=None,
            )
    chosen = {name: str(st.session_state[f"auditor_{name}"]) for name in options}
    st.session_state[KEPT] = {name: value for name, value in chosen.items() if value}
    return chosen


def choices(context: Context) -> Mapping[str, tuple[str, ...]]:
    """What each box offers, first what it says at first."""
    registry = context.services.registry.current()
    models = () if registry is None else tuple(entry.entry_id for entry in registry.entries)
    offered = {
        "what": ("", EXCHANGES, *(str(kind) for kind in Kind)),
        "outcome": ("", *(str(outcome) for outcome in Outcome), "abandoned"),
        "period": ("", *PERIODS),
        "language": ("", "kk", "ru", "en"),
        "model": ("", *models),
        "rail": ("", *rail.names()),
    }
    reach = context.person.reach(Permission.ALL_LOG_READ)
    if not reach.everywhere and len(reach.schools) > 1:
        offered["school"] = tuple(sorted(reach.schools))
    return offered


def option(context: Context, name: str, value: str) -> str:
    """One line of a box."""
    t = context.translator.raw
    if not value:
        return t(f"auditor.any.{name}")
    match name:
        case "what":
            return t("auditor.what.exchanges") if value == EXCHANGES else t(f"audit.kind.{value}")
        case "outcome":
            return t(f"audit.outcome.{value}")
        case "model":
            registry = context.services.registry.current()
            entry = None if registry is None else registry.find(value)
            return value if entry is None else entry.names.get(t.language, entry.model_id)
        case "school":
            return value
        case _:
            return t(f"auditor.{name}.{value}")


def address() -> None:
    """Write what the boxes say into the address."""
    for name in NAMES:
        value = str(st.session_state.get(f"auditor_{name}") or "")
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def clear() -> None:
    """Narrow by nothing."""
    for name in NAMES:
        st.session_state.pop(f"auditor_{name}", None)
        if name in st.query_params:
            del st.query_params[name]


def wanted(context: Context, chosen: Mapping[str, str]) -> Filter:
    """The filter that the boxes say."""
    what, period = chosen["what"], chosen["period"]
    kinds: tuple[str, ...] = (what,) if what else ()
    if what == EXCHANGES:
        kinds = (Kind.CLOSED.value, Kind.ABANDONED.value)
    since = context.services.runtime.now() - timedelta(days=PERIODS[period]) if period else None
    return Filter(
        kinds=kinds,
        school=chosen.get("school") or None,
        outcome=chosen["outcome"] or None,
        language=chosen["language"] or None,
        entry_id=chosen["model"] or None,
        rail=chosen["rail"] or None,
        since=since,
    )
