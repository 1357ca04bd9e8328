"""The workspace of one document: its fields at the left, its checks, sources and versions at the right."""

from collections.abc import Iterator
from itertools import groupby

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.accounts import Permission
from app.assistant.desk_asking import to_ask
from app.documents import Document, Field
from app.documents.form import Form
from app.errors import NotFound, Words
from app.ui import curriculum_words as words_of
from app.ui import model_label
from app.ui.chat_address import read_id
from app.ui.context import Context
from app.ui.rendering import plain
from app.ui.work_actions import actions
from app.ui.work_field import draw, still
from app.ui.work_memory import Wanted, Workspace, kept, take
from app.ui.work_panel import panel
from app.ui.work_run import Run, stop_button
from app.ui.work_sheet import Sheet
from app.ui.work_style import PANEL, PAPER, STYLE
from app.ui.work_sums import Sums

ID = "id"
NO_ROUTE = ("routing.none.", "desk.routing.none.")
"""How the reasons begin for which no model can be asked now: offering one again would lead to the same words."""


def render(context: Context) -> None:
    """Draw the document that the address names, and run what is wanted."""
    context.person.require(Permission.OWN_DOCUMENT_READ)
    st.html(STYLE)
    space = opened(context)
    if space is None:
        missing(context)
        return
    may_ask = context.person.may(Permission.OWN_EXCHANGE_ASK)
    wanted, space.wanted = space.wanted, None
    if not may_ask or (
        wanted is not None and wanted.change is None and not wanted.place and not to_ask(space.document)
    ):
        wanted = None
    title(context, space.document)
    status, sums = bar(context, space, wanted)
    sheet = Sheet(
        context=context, space=space, sums=sums, headings=headings(context, space.document), may_ask=may_ask
    )
    # Always there: the document must not change its place when a run begins, or its old self stays below it.
    with st.container(key="work-notices", gap="small"):
        if wanted is None:
            notices(context, space, may_ask=may_ask)
    left, right = st.columns([5, 3], gap="medium")
    with right, st.container(key=PANEL):
        panel(context, space)
    with left, st.container(key=PAPER, gap=None):
        slots = paper(sheet, running=wanted is not None)
    if wanted is not None:
        Run(sheet=sheet, status=status, slots=slots).go(wanted)
        st.rerun()


def opened(context: Context) -> Workspace | None:
    """The workspace of the document in the address, as it stands now; None where there is none of this person."""
    document = read_id(st.query_params.get(ID))
    if document is None:
        before = kept(context.person)
        document = before.document.id if before is not None else None
    if document is None:
        return None
    try:
        found = context.services.desk.open(context.person, document)
    except NotFound:
        return None
    st.query_params[ID] = str(found.id)
    return take(context.person, found)


def missing(context: Context) -> None:
    """There is no such document."""
    t = context.translator
    st.title(t("work.missing"), anchor=False)
    st.markdown(t("work.missing.detail"))
    context.link("library", t("pages.library"))


def title(context: Context, document: Document) -> None:
    """The title, what it is for, and the model that would answer."""
    t, brief = context.translator, document.brief
    catalogue = context.services.library.catalogue
    facts = (
        words_of.subject_name(catalogue, brief.subject, t.raw),
        words_of.grades((brief.grade,), t.raw),
        brief.class_name,
    )
    with st.container(key="work-title", gap=None):
        st.title(plain(document.title), anchor=False)
        state = f":green-badge[{t('work.final')}]" if document.final else f":gray-badge[{t('work.draft')}]"
        said = [*map(plain, filter(None, facts))]
        if code := newest_receipt(document):
            said.append(t("work.field.receipt", code=code))
        st.markdown(f"{state} :small[:gray[{' · '.join(said)}]]")
    model_label.draw(context)


def newest_receipt(document: Document) -> str:
    """The receipt of the newest exchange that wrote in it; ids of exchanges rise with time. Empty where none did."""
    written = [one for one in document.fields if one.exchange is not None and one.receipt]
    return max(written, key=lambda one: one.exchange.int if one.exchange else 0).receipt if written else ""


def bar(context: Context, space: Workspace, wanted: Wanted | None) -> tuple[DeltaGenerator, Sums]:
    """The sums, and what can be done with the whole, or Stop while something is written."""
    with st.container(key="work-bar", gap="xsmall"):
        sums = Sums(context=context, place=st.empty())
        sums.draw(space.document)
        if wanted is None:
            actions(context, space)
            return st.empty(), sums
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            stop_button(context)
            status = st.empty()
        status.markdown(f":shimmer[{context.translator('work.run.begin')}…]")
    return status, sums


def notices(context: Context, space: Workspace, *, may_ask: bool) -> None:
    """What the last run ended with or what stands in the way of another, and the offer to write what is missing."""
    t, document = context.translator, space.document
    asked = to_ask(document) if may_ask else ()
    trouble = hindrance(context, space) if asked else None
    if (notice := space.notice or trouble) is not None:
        st.info(t.words(notice), icon=":material/info:")
    left = sum(1 for _ in document.to_write())
    if not left:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="work-continue"):
        if asked and trouble is None:
            st.button(
                t("work.continue"),
                key="work-go-on",
                icon=":material/play_arrow:",
                on_click=_go_on,
                args=(space,),
            )
            st.caption(t.plural("work.left", len(asked)), width="content")
        else:
            st.caption(t.plural("work.left.alone", left), width="content")


def hindrance(context: Context, space: Workspace) -> Words | None:
    """Why no model can be asked now: what the last run found, else what is known before any is asked."""
    if space.notice is not None and space.notice.key.startswith(NO_ROUTE):
        return space.notice
    return context.services.desk.trouble(context.person, space.document)


def _go_on(space: Workspace) -> None:
    space.notice, space.wanted = None, Wanted()
    space.opened.clear()


def paper(sheet: Sheet, *, running: bool) -> dict[str, DeltaGenerator]:
    """The document, section by section; the places of its fields while something is written."""
    slots: dict[str, DeltaGenerator] = {}
    for section, members in sections(sheet.space.document):
        heading = sheet.headings[section]
        if heading and members[0].label != heading:
            st.header(plain(heading), anchor=False)
        for one in members:
            if running:
                slots[one.id] = still(sheet, one)
            else:
                draw(sheet, one)
    return slots


def sections(document: Document) -> Iterator[tuple[str, tuple[Field, ...]]]:
    """The fields by section, in the order of the form."""
    for section, members in groupby(document.fields, key=lambda field: field.section):
        yield section, tuple(members)


def headings(context: Context, document: Document) -> dict[str, str]:
    """What the form calls each section; empty where it does not."""
    form = context.services.desk.form(context.person.school, document.kind, document.language)
    return {section: label(form, section) for section, _ in sections(document)}


def label(form: Form, place: str) -> str:
    """What the form calls a place; empty where it does not."""
    try:
        return form.label(place)
    except LookupError:
        return ""
