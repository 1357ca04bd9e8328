"""The ways to narrow the log; they stand in the address, so that a search can be kept, shared and linked to."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, partial

import streamlit as st

from app.accounts import Permission, Role
from app.audit import Filter, Kind, Outcome
from app.i18n.translator import ZONE
from app.ui.context import Context
from app.ui.words_of_entry import HARMLESS, mono
from guardrails import policy, rail

PERIODS = {"day": 1, "week": 7, "month": 30, "quarter": 90}
EXCHANGES = "exchanges"
TASKS = ("answer", "rewrite", "judge", "trial", "canary")
FIRST = ("what", "outcome", "period")
BOXES = (*FIRST, "language", "model", "rail", "category", "role", "task", "school")
DAYS = ("from", "to")
PERSON = "person"
Chosen = Mapping[str, str]
"""What the boxes say by name; an empty text does not narrow."""
NAMES = (*BOXES, *DAYS, PERSON)
KEPT = "auditor_search"
MANY = 40
"""A box with more lines can be typed into."""
DIGITS = 12
"""Of a pseudonym, where it is shown."""


def draw(context: Context) -> Chosen:
    """The boxes, and what they say by name; "" does not narrow."""
    t = context.translator
    within = schools(context)
    options = choices(context, tuple(within))
    _from_address(options)
    with st.grid(3, key="auditor-filters", min_column_width=150, gap="small"):
        for name in FIRST:
            _box(context, name, options[name], within)
    more = [name for name in options if name not in FIRST]
    said = [name for name in (*more, *DAYS) if st.session_state.get(f"auditor_{name}")]
    label = t("auditor.filter.more", n=len(said)) if said else t("auditor.filter.more.none")
    with (
        st.expander(label, expanded=bool(said), key="auditor-more"),
        st.grid(3, min_column_width=150, gap="small"),
    ):
        for name in more:
            _box(context, name, options[name], within)
        for name in DAYS:
            st.date_input(
                t.raw(f"auditor.filter.{name}"),
                key=f"auditor_{name}",
                format="DD.MM.YYYY",
                on_change=address,
            )
    _person(context)
    chosen = {name: value for name in NAMES if (value := _said(name)) is not None}
    st.session_state[KEPT] = {name: value for name, value in chosen.items() if value}
    return chosen


def _from_address(options: Mapping[str, tuple[str, ...]]) -> None:
    """What the address says, where no box says anything yet."""
    for name, values in options.items():
        named = st.query_params.get(name, "")
        st.session_state.setdefault(f"auditor_{name}", named if named in values else values[0])
    for name in DAYS:
        st.session_state.setdefault(f"auditor_{name}", day_of(st.query_params.get(name, "")))
    person = st.query_params.get(PERSON, "")
    st.session_state.setdefault(f"auditor_{PERSON}", person if _is_pseudonym(person) else "")


def _box(context: Context, name: str, values: tuple[str, ...], within: Mapping[str, str]) -> None:
    st.selectbox(
        context.translator.raw(f"auditor.filter.{name}"),
        values,
        format_func=partial(option, context, name, within),
        key=f"auditor_{name}",
        on_change=address,
        filter_mode="fuzzy" if len(values) > MANY else None,
    )


def _person(context: Context) -> None:
    """Whose records alone are shown, and the way back to everybody's."""
    t = context.translator
    person = str(st.session_state.get(f"auditor_{PERSON}") or "")
    if not person:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="auditor-person"):
        st.markdown(f"{t('auditor.filter.person')} {mono(person[:DIGITS])}", width="content")

        def everybody() -> None:
            st.session_state[f"auditor_{PERSON}"] = ""
            address()

        st.button(t("auditor.filter.everybody"), key="auditor-everybody", type="tertiary", on_click=everybody)


def _said(name: str) -> str | None:
    """What a box says as the address holds it; None where there is no such box."""
    value = st.session_state.get(f"auditor_{name}")
    if f"auditor_{name}" not in st.session_state:
        return None
    return value.isoformat() if isinstance(value, date) else str(value or "")


def choices(context: Context, within: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """What each box offers, first what it says at first; `within` are the codes of the schools."""
    registry = context.services.registry.current()
    models = () if registry is None else tuple(entry.entry_id for entry in registry.entries)
    offered = {
        "what": ("", EXCHANGES, *(str(kind) for kind in Kind)),
        "outcome": ("", *(str(outcome) for outcome in Outcome), "abandoned"),
        "period": ("", *PERIODS),
        "language": ("", "kk", "ru", "en"),
        "model": ("", *models),
        "rail": ("", *rail.names()),
        "category": ("", *categories()),
        "role": ("", *(str(role) for role in Role)),
        "task": ("", *TASKS),
    }
    return {**offered, "school": ("", *within)} if len(within) > 1 else offered


def schools(context: Context) -> Mapping[str, str]:
    """Code and name of every school that the person may look at."""
    reach = context.person.reach(Permission.ALL_LOG_READ)
    found = context.services.accounts.schools()
    return {
        one.code: one.names[context.language].translate(HARMLESS) for one in found if reach.covers(one.code)
    }


@cache
def categories() -> tuple[str, ...]:
    """What the rails can find, in the order of the policy."""
    return tuple(policy.read().categories)


def option(context: Context, name: str, within: Mapping[str, str], value: str) -> str:
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
        case "role":
            return t(f"accounts.role.{value}")
        case "task":
            return t(f"school_usage.work.{value}")
        case "category":
            return t(f"auditor.category.{value}") if t.has(f"auditor.category.{value}") else value
        case "school":
            return within.get(value, value)
        case _:
            return t(f"auditor.{name}.{value}")


def address() -> None:
    """Write what the boxes say into the address."""
    for name in NAMES:
        value = _said(name)
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def clear() -> None:
    """Narrow by nothing."""
    put({})


def put(query: Mapping[str, str]) -> None:
    """Narrow by what an address says and by nothing else; for what is pressed on the page itself."""
    for name in NAMES:
        st.session_state.pop(f"auditor_{name}", None)
        if name in query:
            st.query_params[name] = query[name]
        elif name in st.query_params:
            del st.query_params[name]


def wanted(context: Context, chosen: Chosen) -> Filter:
    """The filter that the boxes say; days are the school's own, the last one whole."""
    what, period = chosen.get("what", ""), chosen.get("period", "")
    kinds: tuple[str, ...] = (what,) if what else ()
    if what == EXCHANGES:
        kinds = (Kind.CLOSED.value, Kind.ABANDONED.value)
    since = context.services.runtime.now() - timedelta(days=PERIODS[period]) if period else None
    first, last = day_of(chosen.get("from", "")), day_of(chosen.get("to", ""))
    if first is not None:
        since = max(filter(None, (since, _begins(first))))
    return Filter(
        kinds=kinds,
        school=chosen.get("school") or None,
        outcome=chosen.get("outcome") or None,
        language=chosen.get("language") or None,
        entry_id=chosen.get("model") or None,
        rail=chosen.get("rail") or None,
        category=chosen.get("category") or None,
        role=chosen.get("role") or None,
        task=chosen.get("task") or None,
        pseudonym=chosen.get(PERSON) or None,
        since=since,
        until=None if last is None else _begins(last + timedelta(days=1)),
    )


def said(wanted: Filter) -> dict[str, str]:
    """An address that says a filter, as near as the boxes can: its moments as days of the school."""
    ends = {Kind.CLOSED.value, Kind.ABANDONED.value}
    what = EXCHANGES if set(wanted.kinds) == ends else next(iter(wanted.kinds), "")
    until = None if wanted.until is None else wanted.until.astimezone(ZONE) - timedelta(microseconds=1)
    told = {
        "what": what,
        "school": wanted.school,
        "outcome": wanted.outcome,
        "language": wanted.language,
        "model": wanted.entry_id,
        "rail": wanted.rail,
        "category": wanted.category,
        "role": wanted.role,
        "task": wanted.task,
        PERSON: wanted.pseudonym,
        "from": None if wanted.since is None else wanted.since.astimezone(ZONE).date().isoformat(),
        "to": None if until is None else until.date().isoformat(),
    }
    return {name: value for name, value in told.items() if value}


def day_of(text: str) -> date | None:
    """A day of an address; None where it says none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)


def _is_pseudonym(text: str) -> bool:
    return len(text) == 64 and all(sign in "0123456789abcdef" for sign in text)
