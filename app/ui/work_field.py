"""One field of the document with what can be done with it; closed, it costs a piece of markdown and its buttons."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.assistant.desk_events import Change
from app.documents import Field, Origin, State
from app.documents.value import Objectives
from app.ui.work_editing import edit
from app.ui.work_memory import Opened, Wanted
from app.ui.work_piece import piece
from app.ui.work_sheet import Sheet, is_row, name
from app.ui.work_sources import sources
from app.ui.work_wishes import flag, own

CHANGES = tuple(Change)
ENDED = (State.WITHHELD, State.FAILED)
"""Where a model's writing ended without a text, so that it may be asked once more."""


def draw(sheet: Sheet, field: Field) -> None:
    """A field with its buttons; reruns alone."""
    with st.container(key=name("work-field", field), gap=None):
        _alone(sheet, field.id)


def still(sheet: Sheet, field: Field) -> DeltaGenerator:
    """A field while something is written: text only; gives back its place, which is filled again."""
    with st.container(key=name("work-field", field), gap=None):
        slot = st.empty()
    slot.markdown(piece(sheet, field))
    return slot


@st.fragment
def _alone(sheet: Sheet, field_id: str) -> None:
    """The inside of the part that reruns alone."""
    space = sheet.space
    if space.wanted is not None:
        st.rerun()
    field = space.document.field(field_id)
    opened = space.opened.get(field_id)
    if opened is Opened.EDIT:
        edit(sheet, field)
        return
    st.markdown(piece(sheet, field))
    _buttons(sheet, field)
    if field_id in space.said:
        st.caption(sheet.t.words(space.said[field_id]))
    match opened:
        case Opened.OWN:
            own(sheet, field)
        case Opened.FLAG:
            flag(sheet, field)
        case Opened.SOURCES:
            sources(sheet.context, field.sources)
        case _:
            pass


def _buttons(sheet: Sheet, field: Field) -> None:
    t, space = sheet.t, sheet.space
    single = is_row(field) and not (field.write or field.sources or field.origin is Origin.MODEL)
    key = name("work-act" if single else "work-acts", field)
    with st.container(horizontal=True, gap="xxsmall", key=key):
        if not isinstance(field.value, Objectives):
            st.button(
                t("work.edit"),
                key=name("work-edit", field),
                type="tertiary",
                icon=":material/edit:",
                on_click=space.open,
                args=(field.id, Opened.EDIT),
            )
        if field.write and field.state in ENDED and sheet.may_ask:
            st.button(
                t("work.again"),
                key=name("work-again", field),
                type="tertiary",
                icon=":material/refresh:",
                on_click=_again,
                args=(sheet, field),
            )
        if field.write and sheet.may_ask:
            menu = name("work-modify", field)
            st.menu_button(
                t("work.modify"),
                CHANGES,
                format_func=lambda one: t(f"work.change.{one}"),
                key=menu,
                type="tertiary",
                icon=":material/auto_fix_high:",
                on_click=_modify,
                args=(sheet, field, menu),
            )
        if field.sources:
            st.button(
                t.plural("work.sources.count", len(field.sources)),
                key=name("work-sources", field),
                type="tertiary",
                icon=":material/menu_book:",
                on_click=_toggle,
                args=(sheet, field.id, Opened.SOURCES),
            )
        if field.write or field.origin is Origin.MODEL:
            st.button(
                t("work.flag"),
                key=name("work-flag", field),
                type="tertiary",
                icon=":material/flag:",
                on_click=_toggle,
                args=(sheet, field.id, Opened.FLAG),
            )


def _toggle(sheet: Sheet, field_id: str, what: Opened) -> None:
    if sheet.space.opened.get(field_id) is what:
        sheet.space.close(field_id)
    else:
        sheet.space.open(field_id, what)


def _again(sheet: Sheet, field: Field) -> None:
    sheet.space.wanted = sheet.space.tried.get(field.id, Wanted(place=field.id))


def _modify(sheet: Sheet, field: Field, menu: str) -> None:
    change = st.session_state.get(menu)
    if change == Change.OWN:
        sheet.space.open(field.id, Opened.OWN)
    elif change in CHANGES:
        sheet.space.wanted = Wanted(place=field.id, change=Change(change))
