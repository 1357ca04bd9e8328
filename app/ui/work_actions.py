"""What can be done with the whole document: undo, redo, download, call it final, rename, duplicate, archive."""

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from app.accounts import Permission
from app.documents import Document
from app.errors import UstazError
from app.ui.chat_person import present
from app.ui.context import Context
from app.ui.work_dialogs import archive_form, duplicate_form, rename_form
from app.ui.work_download import download
from app.ui.work_memory import Workspace

RENAME, DUPLICATE, ARCHIVE = "rename", "duplicate", "archive"


def actions(context: Context, space: Workspace) -> None:
    """The row of buttons beside the sums."""
    t, document = context.translator, space.document
    may = context.person.may(Permission.OWN_DOCUMENT_WRITE)
    steps = context.services.desk.steps(context.person, document.id)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="work-actions"):
        for what, step, icon in (("undo", steps.undo, "undo"), ("redo", steps.redo, "redo")):
            st.button(
                t(f"work.{what}"),
                key=f"work-{what}",
                icon=f":material/{icon}:",
                disabled=not may or step is None,
                on_click=_walk,
                args=(context, space, what),
            )
        download(context, document)
        if may:
            if not document.final:
                st.button(
                    t("work.finish"),
                    key="work-finish",
                    icon=":material/task_alt:",
                    on_click=_do,
                    args=(context, space, _finish),
                )
            chosen = st.menu_button(
                t("work.more"),
                (RENAME, DUPLICATE, ARCHIVE),
                format_func=lambda one: t(f"work.more.{one}"),
                key="work-more",
                icon=":material/more_horiz:",
            )
            if chosen is not None:
                _dialog(context, space, chosen)


def _walk(context: Context, space: Workspace, what: str) -> None:
    desk = context.services.desk
    step = desk.undo if what == "undo" else desk.redo
    space.opened.clear()
    _do(context, space, lambda context, document: step(present(context), document))


def _finish(context: Context, document: UUID) -> Document:
    return context.services.desk.finish(present(context), document)


def _do(context: Context, space: Workspace, act: Callable[[Context, UUID], Document]) -> None:
    """Do it; where it cannot be done, the page says why."""
    try:
        space.document = act(context, space.document.id)
    except UstazError as error:
        space.notice = error.words


def _dialog(context: Context, space: Workspace, chosen: str) -> None:
    title = context.translator(f"work.more.{chosen}")
    forms = {RENAME: rename_form, DUPLICATE: duplicate_form, ARCHIVE: archive_form}
    st.dialog(title)(lambda: forms[chosen](context, space.document))()
