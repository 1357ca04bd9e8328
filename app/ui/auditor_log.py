"""U1: the log as auditors search it: what stands in clear, newest first; every look is a record itself."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.audit import Outcome, Page, Record
from app.ui import auditor_filters, auditor_kept
from app.ui.auditor_looks import again, looked
from app.ui.auditor_words import OPENED, STYLE, badge, entry_name, event, moment
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain
from app.ui.words_of_entry import coded

PAGE = "log"
ROWS = 25
LONGEST = 40
"""Of what may be typed for a receipt code."""
COLUMNS = (2.6, 3.4, 2.5, 2.5)
PLACES = "auditor_log_places"
SEARCH = "auditor_log_search"


def render(context: Context) -> None:
    """Filters, counts, and one page of records."""
    t = context.translator
    asked = st.session_state.get(OPENED)
    if asked is not None:
        context.go("record", query={"id": asked})
    st.html(STYLE)
    st.title(t("auditor.log.title"), anchor=False)
    st.markdown(t("auditor.log.lead"))
    find_by_code(context)
    chosen = auditor_filters.draw(context)
    places = places_of(chosen)
    wanted = auditor_filters.wanted(context, chosen)
    search = context.services.auditing.search
    page, counts = looked(
        context,
        PAGE,
        "search",
        (tuple(sorted(chosen.items())), places[-1]),
        lambda: search(context.person, wanted, after=places[-1], limit=ROWS),
    )
    counted(t, counts, narrowed=any(chosen.values()))
    beside(context, chosen)
    auditor_kept.draw(context, PAGE, wanted)
    if not page.records:
        st.info(t("auditor.log.nothing"))
        return
    table(context, page.records)
    turn(t, page, places)


def places_of(chosen: Mapping[str, str]) -> list[str | None]:
    """Where the pages begin, up to the one that is shown; another search begins at its newest record."""
    search = tuple(sorted(chosen.items()))
    if st.session_state.get(SEARCH) != search:
        st.session_state[SEARCH], st.session_state[PLACES] = search, [None]
    places: list[str | None] = st.session_state[PLACES]
    return places


def find_by_code(context: Context) -> None:
    """A receipt code leads straight to its record."""
    t = context.translator
    with (
        st.form("auditor-code", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        code = st.text_input(
            t.raw("auditor.log.code"),
            value=st.query_params.get("code", "")[:LONGEST],
            placeholder="XXXX-XXXX-XXXX",
            max_chars=LONGEST,
            autocomplete="off",
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


def counted(t: ScreenWords, counts: Mapping[str, int], *, narrowed: bool) -> None:
    """How many records the search leaves, the most frequent first, and the way back to all of them."""
    most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    parts = [f"**{t.plural('auditor.log.count', sum(counts.values()))}**"]
    if len(most) > 1:
        parts += [f"{word(name, t)}: {t.number(number)}" for name, number in most]
    with st.container(key="auditor-counts", gap="xxsmall"):
        st.caption(" · ".join(parts))
        if narrowed:
            st.button(
                t("auditor.log.clear"), key="auditor-clear", type="tertiary", on_click=auditor_filters.clear
            )


def table(context: Context, records: Sequence[Record]) -> None:
    """The records, quiet; a receipt opens its record."""
    t = context.translator
    with st.container(key="auditor-table", gap=None):
        with st.container(key="auditor-head"):
            for column, part in zip(st.columns(COLUMNS), ("when", "what", "model", "receipt"), strict=True):
                column.caption(t(f"auditor.head.{part}"))
        within = auditor_filters.schools(context)
        for place, record in enumerate(records):
            with st.container(key=f"auditor-row-{place}"):
                row(context, record, place, within)


def row(context: Context, record: Record, place: int, within: Mapping[str, str]) -> None:
    """One record; `within` are the names of the schools by their codes."""
    t = context.translator
    when, what, model, receipt = st.columns(COLUMNS, vertical_alignment="center")
    when.markdown(f":small[{moment(record, t)}]")
    with what:
        language = coded("auditor.language", record.language, t) if record.language else ""
        school = plain(within.get(record.school, record.school)) if record.school else ""
        about = " · ".join(filter(None, (event(record, t), language, school)))
        st.markdown(f"{badge(record, t)} :small[:gray[{about}]]" if about else badge(record, t))
    if record.entry_id:
        model.markdown(f":small[{entry_name(context, record.entry_id)}]")
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
    st.session_state[OPENED] = record_id


def beside(context: Context, chosen: Mapping[str, str]) -> None:
    """What else can be done with these records: keep the search, draw a sample, export, look at the figures."""
    t = context.translator
    query = {name: value for name, value in chosen.items() if value}
    with st.container(horizontal=True, vertical_alignment="center", key="auditor-beside"):
        st.button(t("auditor.log.refresh"), key="auditor-refresh", type="tertiary", on_click=again)
        context.link("samples", t("auditor.log.sample"), query=query)
        context.link("export", t("auditor.log.export"), query=query)
        context.link("overview", t("auditor.log.figures"), query=_narrow(query))


def _narrow(query: Mapping[str, str]) -> dict[str, str]:
    """What of a search the figures take over."""
    return {name: query[name] for name in ("period", "school") if name in query}


def turn(t: ScreenWords, page: Page, places: list[str | None]) -> None:
    """Newer and older."""

    def newer() -> None:
        places.pop()

    def older() -> None:
        places.append(page.next)

    if len(places) == 1 and page.next is None:
        return
    with st.container(
        horizontal=True, horizontal_alignment="center", vertical_alignment="center", key="auditor-pages"
    ):
        st.button(t("auditor.log.newer"), key="auditor-newer", disabled=len(places) == 1, on_click=newer)
        st.caption(t("auditor.log.page", n=len(places)), width="content")
        st.button(
            t("auditor.log.older"),
            key="auditor-older",
            disabled=page.next is None,
            on_click=older,
        )


def word(name: str, t: ScreenWords) -> str:
    """An outcome or a kind in words."""
    return t(f"audit.outcome.{name}") if name in {*Outcome, "abandoned"} else t(f"audit.kind.{name}")
