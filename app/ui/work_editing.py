"""Editing a field by hand: what leaves a box is kept at once; where two tabs wrote the same field, both are shown."""

from collections.abc import Mapping

import streamlit as st

from app.assistant.desk import EditConflict
from app.documents import Document, Field, Value
from app.errors import Conflict, UstazError, Words
from app.ui.chat_person import present
from app.ui.rendering import plain
from app.ui.work_editor import Editor
from app.ui.work_memory import Meeting
from app.ui.work_sheet import Sheet, name
from app.ui.work_value import Piece


def edit(sheet: Sheet, field: Field) -> None:
    """The editor in the place of the text; what leaves a box is kept at once."""
    t, space = sheet.t, sheet.space
    with st.container(border=True, key=name("work-editing", field), gap="small"):
        st.markdown(f"**{plain(field.label)}**")
        if field.hint:
            st.caption(plain(field.hint))
        editor = Editor(
            t=t,
            key=f"{name('work-box', field)}-{space.serial(field.id)}",
            codes=space.document.brief.codes,
        )
        value, base = editor.draw(field.value, plain(field.label)), f"{editor.key}-base"
        # What the boxes make of an untouched value is no change of the teacher's.
        is_kept = field.id in space.meeting or value in (
            st.session_state.setdefault(base, value),
            field.value,
        )
        if not is_kept:
            is_kept = _save(sheet, field, value, base)
        if field.id in space.meeting:
            _meet(sheet, field, space.meeting[field.id])
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            done = st.button(t("work.edit.done"), key=name("work-done", field), type="primary")
            if field.id in space.said:
                st.caption(t.words(space.said[field.id]), width="content")
            else:
                st.caption(t("work.edit.kept"), width="content")
    # What could not be kept stays in its boxes, and every run tries again.
    if done and is_kept:
        space.close(field.id)
        space.said.pop(field.id, None)
        st.rerun()


def _save(sheet: Sheet, field: Field, value: Value, base: str) -> bool:
    """Keep what was written; where another tab was faster, both are shown.

    Args:
        base: where the session remembers the value that is kept already.

    Returns:
        False: it could not be kept, and the words under the field say why.
    """
    space, state = sheet.space, st.session_state
    before = space.document
    try:
        person = present(sheet.context)
        space.document = sheet.context.services.desk.edit(
            person, before.id, field.id, value, seen=space.seen[field.id]
        )
    except EditConflict as conflict:
        state[base] = value
        space.meeting[field.id] = Meeting(mine=value, theirs=conflict.newer.value)
        return True
    except Conflict as gone:
        # Another tab took the field away: the text is in the list of versions, and the page is drawn without its place.
        space.close(field.id)
        space.notice = gone.words
        st.rerun()
    except UstazError as error:
        space.said[field.id] = error.words
        return False
    state[base] = value
    space.said[field.id] = Words(key="work.edit.saved")
    space.seen[field.id] = space.document.revision
    # A text alone is redrawn alone; what moves the sums or came from another tab has the whole page follow.
    if others_changed(before, space.document, field.id) or sheet.sums.said(before) != sheet.sums.said(
        space.document
    ):
        st.rerun()
    return True


def _meet(sheet: Sheet, field: Field, meeting: Meeting) -> None:
    """Both texts under each other; one of them stays, the other one is in the list of versions."""
    t, space = sheet.t, sheet.space
    worded = Piece(space.document.language)
    st.warning(t("work.conflict"), icon=":material/call_merge:")
    for key, value in (("mine", meeting.mine), ("theirs", meeting.theirs)):
        st.caption(t(f"work.conflict.{key}"))
        st.markdown(worded.of(value))
    with st.container(horizontal=True, gap="small"):
        mine = st.button(t("work.conflict.keep"), key=name("work-mine", field), type="primary")
        theirs = st.button(t("work.conflict.take"), key=name("work-theirs", field))
    if not (mine or theirs):
        return
    desk = sheet.context.services.desk
    space.close(field.id)
    try:
        person = present(sheet.context)
        space.document = desk.open(person, space.document.id)
        if mine:
            space.document = desk.edit(
                person, space.document.id, field.id, meeting.mine, seen=space.document.revision
            )
    except UstazError as error:
        space.said[field.id] = error.words
    st.rerun()


def others_changed(before: Document, after: Document, field_id: str) -> bool:
    """Whether another tab changed other fields meanwhile: the whole page then follows."""
    old: Mapping[str, Field] = {one.id: one for one in before.fields}
    return len(before.fields) != len(after.fields) or any(
        one != old.get(one.id) for one in after.fields if one.id != field_id
    )
