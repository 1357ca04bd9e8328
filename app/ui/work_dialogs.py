"""The small forms about a whole document, as they stand in their dialogs: rename, duplicate, archive."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from app.documents import Document
from app.errors import UstazError
from app.i18n import LANGUAGES, NAMES
from app.ui import compose
from app.ui import curriculum_words as words_of
from app.ui.chat_person import present
from app.ui.context import Context
from app.ui.work_memory import begin

LONGEST_TITLE, LONGEST_CLASS = 80, 20
LIBRARY_PAGE, NEW_PAGE, WORK_PAGE = "library", "new", "work"


def rename_form(context: Context, document: Document) -> None:
    """Another title, as the form stands in its dialog."""
    t = context.translator
    with st.form("work-rename", border=False):
        typed = st.text_input(t("work.rename.label"), value=document.title, max_chars=LONGEST_TITLE)
        saved = st.form_submit_button(t("work.rename.save"), type="primary")
    if (
        saved
        and (typed or "").strip()
        and _said(
            context,
            lambda: context.services.desk.rename(present(context), document.id, (typed or "").strip()),
        )
    ):
        st.rerun()


def archive_form(context: Context, document: Document) -> None:
    """Off the list, as the question stands in its dialog."""
    t = context.translator
    st.markdown(t("library.archive.detail"))
    if st.button(t("library.archive"), key="work-archive", type="primary") and _said(
        context, lambda: context.services.desk.archive(present(context), document.id)
    ):
        context.go(LIBRARY_PAGE)


def duplicate_form(context: Context, document: Document) -> None:
    """A copy for another class, in another language or for another grade, as the form stands in its dialog."""
    t, brief = context.translator, document.brief
    st.caption(t("work.duplicate.about"))
    with st.form("work-duplicate", border=False):
        class_name = st.text_input(t("compose.class"), value=brief.class_name, max_chars=LONGEST_CLASS)
        language = st.selectbox(
            t("compose.language"),
            LANGUAGES,
            index=LANGUAGES.index(brief.language),
            format_func=NAMES.__getitem__,
            filter_mode=None,
        )
        grades = _grades(context, document)
        grade = st.selectbox(
            t("compose.grade"),
            grades,
            index=grades.index(brief.grade),
            format_func=lambda one: words_of.grades((one,), t.raw),
            filter_mode=None,
        )
        made = st.form_submit_button(t("work.duplicate.make"), type="primary")
    if not made:
        return
    if grade != brief.grade:
        compose.again(context, brief, grade=grade, language=language, class_name=(class_name or "").strip())
        context.go(NEW_PAGE)
        return
    changes = {"class_name": (class_name or "").strip(), "language": language}
    copy(context, document, {name: one for name, one in changes.items() if one != getattr(brief, name)})


def copy(context: Context, document: Document, changes: Mapping[str, object]) -> None:
    """Make the copy and open it; what a model may still write in it is written there."""
    made: list[Document] = []

    def act() -> None:
        desk = context.services.desk
        made.append(desk.duplicate(present(context), document.id, brief_changes=changes))

    if _said(context, act):
        begin(context.person, made[0])
        context.go(WORK_PAGE, query={"id": str(made[0].id)})


def _grades(context: Context, document: Document) -> Sequence[int]:
    grades = context.services.library.catalogue.grades(document.brief.subject)
    return tuple(sorted({*grades, document.brief.grade}))


def _said(context: Context, act: Callable[[], object]) -> bool:
    """Do it; where it cannot be done, say why and leave the dialog open."""
    try:
        act()
    except UstazError as error:
        st.error(context.translator.words(error.words))
        return False
    return True
