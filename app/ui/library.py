"""My documents: a person's own documents, newest change first; found by words and kind, a page at a time."""

import streamlit as st

from app.accounts import Permission
from app.assistant.desk_library import LibraryLine
from app.documents import Kind
from app.ui import curriculum_words as words_of
from app.ui import library_acts as acts
from app.ui.context import Context
from app.ui.library_style import STYLE
from app.ui.rendering import plain

ON_ONE_PAGE = 50
WORDS, KIND, ARCHIVED, SHOWN = "library_words", "library_kind", "library_archived", "library_shown"
WHOSE = "library_person"
ANY = ""
LONGEST = 200
MOST_CODES = 4
WORK_PAGE, NEW_PAGE = "work", "new"


def render(context: Context) -> None:
    """Draw the list as it is narrowed."""
    context.person.require(Permission.OWN_DOCUMENT_READ)
    t = context.translator
    _own_words(context)
    st.html(STYLE)
    st.title(t("library.title"), anchor=False)
    narrowed = bar(context)
    listing(context, narrowed=narrowed)


def _own_words(context: Context) -> None:
    """What somebody else looked for in the same browser is forgotten."""
    state, person = st.session_state, context.person.person_id
    if state.get(WHOSE) != person:
        for key in (WORDS, KIND, ARCHIVED, SHOWN):
            state.pop(key, None)
        state[WHOSE] = person


def bar(context: Context) -> bool:
    """Search, kind, and whether archived ones are shown instead; says whether anything narrows."""
    t = context.translator
    with st.container(key="library-bar"):
        side = st.grid(3, min_column_width=180, gap="small", vertical_alignment="bottom")
        side.text_input(
            t("library.search"),
            key=WORDS,
            type="search",
            placeholder=t.raw("library.search.hint"),
            max_chars=LONGEST,
            on_change=_first_page,
            persist_state="session",
        )
        side.selectbox(
            t("library.kind"),
            (ANY, *map(str, Kind)),
            format_func=lambda one: t.raw(f"documents.kind.{one}") if one else t.raw("library.kind.any"),
            key=KIND,
            on_change=_first_page,
            filter_mode=None,
            persist_state="session",
        )
        side.toggle(t("library.archived"), key=ARCHIVED, on_change=_first_page, persist_state="session")
    state = st.session_state
    return bool((state.get(WORDS) or "").strip() or state.get(KIND) or state.get(ARCHIVED))


def listing(context: Context, *, narrowed: bool) -> None:
    """The rows; one sentence and one button where there is none."""
    t, state = context.translator, st.session_state
    kind = state.get(KIND)
    shown = int(state.get(SHOWN) or ON_ONE_PAGE)
    page = context.services.desk.library(
        context.person,
        words=(state.get(WORDS) or "").strip(),
        kind=Kind(kind) if kind else None,
        archived=bool(state.get(ARCHIVED)),
        limit=shown,
    )
    acts.told(context)
    if not page.lines:
        st.info(t("library.nothing" if narrowed else "library.empty"), icon=":material/lightbulb:")
        if not narrowed and st.button(t("library.new"), key="library-new", type="primary"):
            context.go(NEW_PAGE)
        return
    with st.container(key="library-list", gap=None):
        for line in page.lines:
            row(context, line)
    if page.next is not None:
        st.button(t("library.more"), key="library-more", on_click=_more, args=(shown,))


def row(context: Context, line: LibraryLine) -> None:
    """One document: its title opens it; what is known of it stands beneath."""
    t = context.translator
    catalogue = context.services.library.catalogue
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key=f"library-row-{line.id}"
    ):
        with st.container(gap=None, key=f"library-open-{line.id}"):
            if st.button(
                plain(line.title) or t("library.untitled"), key=f"library-go-{line.id}", type="tertiary"
            ):
                context.go(WORK_PAGE, query={"id": str(line.id)})
            codes = ", ".join(line.codes[:MOST_CODES]) + ("…" if len(line.codes) > MOST_CODES else "")
            facts = (
                t(f"documents.kind.{line.kind}"),
                plain(words_of.subject_name(catalogue, line.subject, t.raw)),
                plain(line.class_name) or words_of.grades((line.grade,), t.raw),
                plain(codes),
                t("library.changed", when=t.time(line.changed)),
            )
            state = f":green-badge[{t('work.final')}]" if line.final else f":gray-badge[{t('work.draft')}]"
            st.markdown(f"{state} :small[:gray[{' · '.join(filter(None, facts))}]]")
        acts.menu(context, line)


def _first_page() -> None:
    st.session_state.pop(SHOWN, None)


def _more(shown: int) -> None:
    st.session_state[SHOWN] = shown + ON_ONE_PAGE
