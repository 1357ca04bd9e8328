"""The public registry: which models are approved, until when, on which conditions; open to anybody without sign-in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import streamlit as st

from app.registry.entry import DataClass
from app.registry.registry import Registry
from app.ui import registry_card
from app.ui.boxes import when_chosen
from app.ui.context import Context, ScreenWords
from app.ui.registry_files import CSV, HTML, JSON
from app.ui.registry_list import ELSEWHERE, HERE, Row, View, languages_of, page_of, rows
from app.ui.registry_style import STYLE
from app.ui.rendering import plain
from app.ui.words_of_entry import Now, badge, coded, day, name_of, residency, say, scores

FILTERS = ("status", "language", "place", "personal")
COLUMNS = (3.2, 2.2, 2.8, 2.6)
PARTS = ("name", "status", "languages", "data")


def render(context: Context) -> None:
    """Draw the list, or the card that the address names."""
    t, lists = context.translator, context.services.registry
    st.html(STYLE)
    registry, at = lists.current(), lists.now()
    if registry is None:
        missing(context)
        return
    view = View.read(st.query_params)
    if view.entry:
        registry_card.draw(registry, view, at, t, back=lambda: go(view.opened("")), go=go)
        return
    st.title(t("registry.title"), anchor=False)
    st.markdown(t("registry_page.lead"))
    about(registry, at, t)
    files(t)
    every = rows(registry, at, t.language)
    filters(registry, every, view, t)
    table(tuple(row for row in every if view.shows(row, registry)), registry, view, t)


def go(view: View) -> None:
    """Turn the page to a view, in one step of the browser's history."""
    st.query_params.from_dict(view.query())


def missing(context: Context) -> None:
    """There is no list: what that means, and what still works."""
    t, trouble = context.translator, context.services.registry.trouble()
    st.title(t("registry.title"), anchor=False)
    if trouble is not None:
        st.info(say(trouble, t), icon=":material/info:")
    st.markdown(t("registry_page.missing"))


def about(registry: Registry, at: datetime, t: ScreenWords) -> None:
    """Who signed the list, until when it holds, what was checked here."""
    if registry.demonstration:
        st.info(t("registry.demonstration"), icon=":material/science:")
    if at >= registry.expires_at:
        st.info(t("registry_page.expired", since=t.time(registry.expires_at)), icon=":material/pause_circle:")
    elif at >= registry.next_update:
        st.info(t("registry_page.late", due=t.date(registry.next_update)), icon=":material/schedule:")
    facts = (
        ("issuer", plain(registry.issuer)),
        ("sequence", f"{plain(registry.list_id)} · № {registry.sequence}"),
        ("issued", t.time(registry.issued_at)),
        ("until", t.time(registry.expires_at)),
        ("next", t.date(registry.next_update)),
        ("signature", t("registry_page.signature.checked", taken=t.time(registry.taken_at))),
    )
    with st.grid(3, key="registry-about", min_column_width=150, gap="small"):
        for name, text in facts:
            st.markdown(f":small[:gray[{t(f'registry_page.about.{name}')}]]  \n{text}")
    st.markdown(f":small[:gray[SHA-256]] `{plain(registry.digest)}`")


def files(t: ScreenWords) -> None:
    """The same list as files."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="registry-files"):
        st.caption(t("registry_page.files"), width="content")
        for label, address in (("JSON", JSON), ("CSV", CSV), ("HTML", HTML)):
            st.link_button(label, address, type="tertiary", icon=":material/download:")


def filters(registry: Registry, every: tuple[Row, ...], view: View, t: ScreenWords) -> None:
    """Four ways to narrow the list; they show what the address says."""
    present = [now for now in Now if any(row.now is now for row in every)]
    choices: dict[str, tuple[tuple[str, ...], Callable[[str], str]]] = {
        "status": (tuple(present), lambda word: t.raw(f"registry.status.{word}")),
        "language": (languages_of(registry), lambda word: coded("registry.language", word, t)),
        "place": ((HERE, ELSEWHERE), lambda word: t.raw(f"registry_page.place.{word}")),
        "personal": (tuple(DataClass), lambda word: t.raw(f"registry_page.personal.{word}")),
    }

    def turn() -> None:
        """Follow what was chosen; the first page again."""
        status, language, place, personal = (
            str(st.session_state[f"registry_{name}"] or "") for name in FILTERS
        )
        go(View(status=status, language=language, place=place, personal=personal))

    drawn = {
        f"registry_{name}": chosen if (chosen := getattr(view, name)) in options else ""
        for name, (options, _) in choices.items()
    }
    follow = when_chosen(drawn, turn)
    with st.grid(len(FILTERS), key="registry-filters", min_column_width=150, gap="small"):
        for name, (options, word) in choices.items():
            key = f"registry_{name}"
            st.session_state[key] = drawn[key]
            everything = t.raw(f"registry_page.any.{name}")
            st.selectbox(
                t.raw(f"registry_page.filter.{name}"),
                ("", *options),
                format_func=partial(_option, word, everything),
                key=key,
                on_change=follow,
                filter_mode=None,
            )


def _option(word: Callable[[str], str], everything: str, value: str) -> str:
    return word(value) if value else everything


def table(found: tuple[Row, ...], registry: Registry, view: View, t: ScreenWords) -> None:
    """The entries, quiet, a page at a time; a name opens its card."""
    shown, number, pages = page_of(found, view.page)
    st.caption(f"{t.plural('registry_page.count', len(found))} · {t('registry_page.order')}")
    if not found:
        st.info(t("registry_page.nothing" if view.narrowed else "registry_page.empty"))
        return
    with st.container(key="registry-head"):
        for column, part in zip(st.columns(COLUMNS), PARTS, strict=True):
            column.caption(t(f"registry_page.head.{part}"))
    for place, row in enumerate(shown):
        with st.container(key=f"registry-row-{place}"):
            _row(row, registry, view, t, key=f"registry-open-{place}")
    if pages > 1:
        _pages(view, number, pages, t)


def _row(row: Row, registry: Registry, view: View, t: ScreenWords, *, key: str) -> None:
    entry = row.entry
    name, status, spoken, data = st.columns(COLUMNS)
    with name:
        st.button(
            f"**{name_of(entry, t)}**",
            key=key,
            type="tertiary",
            wrap=True,
            on_click=go,
            args=(view.opened(entry.entry_id),),
        )
        st.caption(f"{plain(entry.owner)} · {coded('registry.kind', entry.kind, t)}")
    with status:
        st.markdown(badge(row.now, t))
        st.caption(t("registry_page.until", date=t.date(entry.expires_at)))
    spoken.markdown(":small[" + "  \n".join(scores(entry, t)) + "]")
    with data:
        st.markdown(
            f":small[{coded('registry.data', entry.personal_data, t)}  \n{residency(entry, registry.country, t)}]"
        )
        audited = (
            t("registry_page.audited", date=day(entry.audit.date))
            if entry.audit
            else t("registry_page.not_audited")
        )
        st.caption(audited)


def _pages(view: View, number: int, pages: int, t: ScreenWords) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="center", key="registry-pages"
    ):
        turns = (("before", number - 1, number > 1), ("after", number + 1, number < pages))
        for name, target, possible in turns:
            if name == "after":
                st.caption(t("registry_page.page", n=number, pages=pages), width="content")
            st.button(
                t(f"registry_page.{name}"),
                key=f"registry-{name}",
                disabled=not possible,
                on_click=go,
                args=(replace(view, page=target),),
            )
