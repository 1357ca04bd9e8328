"""The versions of a document: each step in words, what has changed since, and the way back."""

from collections.abc import Sequence

import streamlit as st

from app.accounts import Permission
from app.assistant.desk_history import Step, Version
from app.documents import Document, Field
from app.errors import UstazError
from app.ui.chat_person import present
from app.ui.context import Context, ScreenWords
from app.ui.rendering import plain
from app.ui.work_memory import Workspace
from app.ui.work_value import Piece

CHOSEN = "work_version"
SHOWN = 100


def versions(context: Context, space: Workspace) -> None:
    """A list to choose from, and under it the difference to what stands now."""
    t, desk, document = context.translator, context.services.desk, space.document
    try:
        found = desk.versions(present(context), document.id)
    except UstazError as error:
        st.caption(t.words(error.words))
        return
    earlier = [one for one in reversed(found) if one.revision != document.revision][:SHOWN]
    st.caption(t.plural("work.versions.count", len(found)))
    if not earlier:
        st.caption(t("work.versions.none"))
        return
    labels = {one.revision: said(one, document, t) for one in earlier}
    if st.session_state.get(CHOSEN) not in labels:
        st.session_state[CHOSEN] = None
    chosen = st.selectbox(
        t("work.versions.choose"),
        tuple(labels),
        index=None,
        format_func=labels.__getitem__,
        key=CHOSEN,
        placeholder=t.raw("work.versions.choose.hint"),
        filter_mode=None,
    )
    if chosen is None:
        return
    try:
        old = desk.version(present(context), document.id, chosen)
    except UstazError as error:
        st.caption(t.words(error.words))
        return
    differ = different(old, document)
    if not differ:
        st.caption(t("work.versions.same"))
        return
    for before, after in differ:
        st.markdown(difference(before, after, document, t))
    if context.person.may(Permission.OWN_DOCUMENT_WRITE):
        _restore(context, space, [before for before, _ in differ])


def said(version: Version, document: Document, t: ScreenWords) -> str:
    """When, what was done, and where."""
    labels = {field.id: field.label for field in document.fields}
    what = version.what if version.what in set(Step) else f"model.{version.what}"
    key = f"work.step.{what}"
    words = t.raw(key) if t.raw.has(key) else t.raw("work.step.model")
    place = labels.get(version.field, "")
    return " · ".join(filter(None, (t.time(version.at), words, place)))


def different(old: Document, new: Document) -> list[tuple[Field, Field]]:
    """The fields whose values differ, in the order of the form."""
    now = {field.id: field for field in new.fields}
    pairs = ((field, now[field.id]) for field in old.fields if field.id in now)
    return [(before, after) for before, after in pairs if before.value != after.value]


def difference(before: Field, after: Field, document: Document, t: ScreenWords) -> str:
    """One field then and now, as safe markdown."""
    worded = Piece(document.language)
    return "\n\n".join(
        (
            f"#### {plain(after.label)}",
            f":small[:gray[{t('work.versions.then')}]]",
            worded.of(before.value),
            f":small[:gray[{t('work.versions.now')}]]",
            worded.of(after.value),
        )
    )


def _restore(context: Context, space: Workspace, fields: Sequence[Field]) -> None:
    """Put the earlier texts back, each as an edit of its own, so that this too can be undone."""
    t, desk = context.translator, context.services.desk
    if not st.button(t("work.versions.restore"), key="work-restore", icon=":material/history:"):
        return
    person = present(context)
    try:
        for field in fields:
            space.document = desk.edit(
                person, space.document.id, field.id, field.value, seen=space.document.revision
            )
    except UstazError as error:
        space.notice = error.words
    st.session_state.pop(CHOSEN, None)
    space.opened.clear()
    st.rerun()
