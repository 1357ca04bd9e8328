"""U1: the log as auditors search it: what stands in clear, newest first; every look is a record itself."""

from datetime import timedelta
from functools import partial

import streamlit as st

from app.audit import Filter, Kind, Outcome, Page, Record
from app.ui.auditor_words import STYLE, badge, entry_name, moment
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain

ROWS = 25
COLUMNS = (2.4, 3.0, 3.4, 2.4)
PERIODS = {"day": 1, "week": 7, "month": 30}
FILTERS = ("what", "outcome", "language", "period")
EXCHANGES = "exchanges"
PLACES = "auditor_log_places"


def render(context: Context) -> None:
    """Filters, counts, and one page of records."""
    t = context.translator
    asked = st.session_state.pop("auditor_open", None)
    if asked is not None:
        context.go("record", query={"id": asked})
    st.html(STYLE)
    st.title(t("auditor.log.title"), anchor=False)
    st.markdown(t("auditor.log.lead"))
    find_by_code(context)
    filters(t)
    wanted = chosen(context)
    places: list[str | None] = st.session_state.setdefault(PLACES, [None])
    page, counts = context.services.auditing.search(context.person, wanted, after=places[-1], limit=ROWS)
    total = sum(counts.values())
    st.caption(
        " · ".join(
            [
                t.plural("auditor.log.count", total),
                *(f"{word(name, t)} {number}" for name, number in sorted(counts.items())),
            ]
        )
    )
    if not page.records:
        st.info(t("auditor.log.nothing"))
        return
    table(context, page)
    turn(t, page, places)


def find_by_code(context: Context) -> None:
    """A receipt code leads straight to its record."""
    t = context.translator
    with st.form("auditor-code", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        code = st.text_input(
            t.raw("auditor.log.code"), placeholder="XXXX-XXXX-XXXX", max_chars=40, autocomplete="off"
        )
        asked = st.form_submit_button(t("auditor.log.open"))
    if not asked or not code.strip():
        return
    try:
        found = context.services.auditing.find(context.person, code.strip())
    except ValueError:
        st.info(t("auditor.log.no_code"))
        return
    if found is None:
        st.info(t("auditor.log.not_found"))
        return
    context.go("record", query={"id": str(found)})


def filters(t: ScreenWords) -> None:
    """Four ways to narrow; they stand in the address, so that a search can be shared."""
    options: dict[str, tuple[str, ...]] = {
        "what": (EXCHANGES, *(str(kind) for kind in Kind)),
        "outcome": (*(str(outcome) for outcome in Outcome), "abandoned"),
        "language": ("kk", "ru", "en"),
        "period": tuple(PERIODS),
    }

    def first_page() -> None:
        """Another search begins at its newest record."""
        st.session_state[PLACES] = [None]
        for name in FILTERS:
            value = st.session_state.get(f"auditor_{name}") or ""
            if value:
                st.query_params[name] = value
            elif name in st.query_params:
                del st.query_params[name]

    with st.grid(len(FILTERS), key="auditor-filters", min_column_width=150, gap="small"):
        for name, values in options.items():
            key = f"auditor_{name}"
            named = st.query_params.get(name, "")
            st.session_state.setdefault(key, named if named in values else "")
            st.selectbox(
                t.raw(f"auditor.filter.{name}"),
                ("", *values),
                format_func=partial(_option, t, name),
                key=key,
                on_change=first_page,
                filter_mode=None,
            )


def _option(t: ScreenWords, name: str, value: str) -> str:
    if not value:
        return t.raw(f"auditor.any.{name}")
    match name:
        case "what":
            return t.raw("auditor.what.exchanges") if value == EXCHANGES else t.raw(f"audit.kind.{value}")
        case "outcome":
            return t.raw(f"audit.outcome.{value}")
        case _:
            return t.raw(f"auditor.{name}.{value}")


def chosen(context: Context) -> Filter:
    """The filter that the boxes say."""
    what, outcome, language, period = (str(st.session_state.get(f"auditor_{name}") or "") for name in FILTERS)
    kinds: tuple[str, ...] = ()
    if what == EXCHANGES:
        kinds = (Kind.CLOSED.value, Kind.ABANDONED.value)
    elif what:
        kinds = (what,)
    since = context.services.runtime.now() - timedelta(days=PERIODS[period]) if period in PERIODS else None
    return Filter(kinds=kinds, outcome=outcome or None, language=language or None, since=since)


def table(context: Context, page: Page) -> None:
    """The records, quiet; a receipt opens its record."""
    t = context.translator
    with st.container(key="auditor-head"):
        for column, part in zip(st.columns(COLUMNS), ("when", "what", "model", "receipt"), strict=True):
            column.caption(t(f"auditor.head.{part}"))
    for place, record in enumerate(page.records):
        with st.container(key=f"auditor-row-{place}"):
            row(context, record, place)


def row(context: Context, record: Record, place: int) -> None:
    """One record."""
    t = context.translator
    when, what, model, receipt = st.columns(COLUMNS)
    when.markdown(moment(record, t))
    with what:
        st.markdown(badge(record, t))
        parts = [part for part in (record.language, plain(record.school or "")) if part]
        if parts:
            st.caption(" · ".join(parts))
    model.markdown(entry_name(context, record.entry_id) if record.entry_id else "—")
    with receipt:
        st.button(
            plain(record.receipt.code),
            key=f"auditor-open-{place}",
            type="tertiary",
            on_click=remember,
            args=(str(record.record_id),),
        )


def remember(record_id: str) -> None:
    """Keep which record was asked for until the page can turn."""
    st.session_state["auditor_open"] = record_id


def turn(t: ScreenWords, page: Page, places: list[str | None]) -> None:
    """Newer and older."""

    def newer() -> None:
        st.session_state[PLACES] = places[:-1]

    def older() -> None:
        st.session_state[PLACES] = [*places, page.next]

    if len(places) == 1 and page.next is None:
        return
    with st.container(
        horizontal=True, horizontal_alignment="center", vertical_alignment="center", key="auditor-pages"
    ):
        st.button(t("auditor.log.newer"), key="auditor-newer", disabled=len(places) == 1, on_click=newer)
        st.caption(t("auditor.log.page", n=len(places)), width="content")
        st.button(t("auditor.log.older"), key="auditor-older", disabled=page.next is None, on_click=older)


def word(name: str, t: ScreenWords) -> str:
    """An outcome or a kind in words."""
    return t(f"audit.outcome.{name}") if name in {*Outcome, "abandoned"} else t(f"audit.kind.{name}")
