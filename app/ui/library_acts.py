"""What can be done with a document from the list: duplicate, the same in another language, archive, bring back."""

import streamlit as st

from app.accounts import Permission
from app.assistant.desk_library import LibraryLine
from app.documents import Document
from app.errors import UstazError, Words
from app.i18n import LANGUAGES, NAMES
from app.ui.chat_person import present
from app.ui.context import Context
from app.ui.rendering import plain
from app.ui.work_dialogs import copy, duplicate_form

SAID = "library_said"
DUPLICATE, TRANSLATE, ARCHIVE, BRING_BACK = "duplicate", "translate", "archive", "bring_back"


def menu(context: Context, line: LibraryLine) -> None:
    """The menu at the right of a row."""
    t = context.translator
    if not context.person.may(Permission.OWN_DOCUMENT_WRITE):
        return
    options = (DUPLICATE, TRANSLATE, BRING_BACK if line.archived else ARCHIVE)
    chosen = st.menu_button(
        t("library.acts"),
        options,
        format_func=lambda one: t(f"library.acts.{one}"),
        key=f"library-menu-{line.id}",
        type="tertiary",
    )
    if chosen == BRING_BACK:
        _archive(context, line, archived=False)
    elif chosen is not None:
        forms = {DUPLICATE: _duplicate, TRANSLATE: translate_form, ARCHIVE: archive_form}
        st.dialog(t(f"library.acts.{chosen}"))(lambda: forms[chosen](context, line))()


def told(context: Context) -> None:
    """What became of the last act."""
    said = st.session_state.pop(SAID, None)
    if isinstance(said, Words):
        st.info(context.translator.words(said), icon=":material/info:")


def _document(context: Context, line: LibraryLine) -> Document | None:
    try:
        return context.services.desk.open(present(context), line.id)
    except UstazError as error:
        st.error(context.translator.words(error.words))
        return None


def _duplicate(context: Context, line: LibraryLine) -> None:
    document = _document(context, line)
    if document is not None:
        duplicate_form(context, document)


def translate_form(context: Context, line: LibraryLine) -> None:
    """The same document in another language, as the question stands in its dialog."""
    t = context.translator
    others = tuple(one for one in LANGUAGES if one != line.language)
    st.caption(t("library.translate.about"))
    language = st.segmented_control(
        t("compose.language"),
        others,
        default=others[0],
        format_func=NAMES.__getitem__,
        key=f"library-language-{line.id}",
        required=True,
    )
    if st.button(t("library.translate.make"), key="library-translate", type="primary") and language:
        document = _document(context, line)
        if document is not None:
            copy(context, document, {"language": language})


def archive_form(context: Context, line: LibraryLine) -> None:
    """Off the list, as the question stands in its dialog."""
    t = context.translator
    st.markdown(f"**{plain(line.title)}**")
    st.markdown(t("library.archive.detail"))
    if st.button(t("library.archive"), key="library-archive", type="primary"):
        _archive(context, line, archived=True)


def _archive(context: Context, line: LibraryLine, *, archived: bool) -> None:
    try:
        context.services.desk.archive(present(context), line.id, archived=archived)
        st.session_state[SAID] = Words(key="library.archived.done" if archived else "library.back.done")
    except UstazError as error:
        st.session_state[SAID] = error.words
    st.rerun()
