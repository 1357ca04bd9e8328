"""The documents of a school in the index: each with its state in words, its held-back passages, and its removal."""

from collections.abc import Sequence

import streamlit as st

from app.assistant.documents import added
from app.assistant.upload import Upload, Wish
from app.errors import UstazError
from app.ui import documents_words as words
from app.ui.context import Context
from app.ui.curriculum_words import grades as graded
from app.ui.curriculum_words import language_name, subject_name
from app.ui.rendering import plain
from knowledge.manifest import DocumentRecord

ON_ONE_PAGE = 20
HELD_SHOWN = 20
OPEN, ASKED = "documents_open", "documents_asked"


def documents_list(
    context: Context, listed: Sequence[DocumentRecord], uploads: Sequence[Upload], *, may: bool
) -> None:
    """All documents, newest first; what is being removed has no buttons."""
    t = context.translator
    st.subheader(t("documents.listed"), anchor=False)
    if not listed:
        st.info(t("documents.empty"), icon=":material/lightbulb:")
        return
    leaving = {one.sha256 for one in uploads if one.wish is Wish.REMOVE and not one.over}
    incomplete = sum(not words.whole(one) for one in listed)
    counts = [t.plural("documents.count", len(listed))]
    if incomplete:
        counts.append(t.plural("documents.count.incomplete", incomplete))
    st.caption(" · ".join(counts))
    page = _page(context, len(listed))
    for record in listed[page * ON_ONE_PAGE : (page + 1) * ON_ONE_PAGE]:
        with st.container(key=f"documents-row-{record.sha256[:16]}", gap="xxsmall"):
            _row(context, record, may=may and record.sha256 not in leaving)


def _page(context: Context, number: int) -> int:
    t, pages = context.translator, max(1, -(-number // ON_ONE_PAGE))
    if pages == 1:
        return 0
    chosen = st.selectbox(
        t("documents.page"),
        range(pages),
        format_func=lambda n: t.raw("documents.page_of", n=n + 1, pages=pages),
        key="documents_page",
        filter_mode=None,
    )
    return int(chosen or 0)


def _row(context: Context, record: DocumentRecord, *, may: bool) -> None:
    t = context.translator
    good = words.whole(record)
    state = f":green-badge[{t('documents.whole')}]" if good else f":yellow-badge[{t('documents.incomplete')}]"
    st.markdown(f"**{plain(record.name)}** {state}")
    st.caption(_facts(context, record))
    for one in words.reasons(record.warnings, t):
        st.markdown(f"- {one}")
    if not record.passages:
        st.markdown(f"- {t('documents.nothing_found')}")
    with st.container(horizontal=True, gap="small", key=f"documents-acts-{record.sha256[:16]}"):
        if record.excluded:
            _toggle(context, OPEN, record, t.plural("documents.held", record.excluded))
        if may:
            _toggle(context, ASKED, record, t("documents.remove"))
    if record.excluded and st.session_state.get(OPEN) == record.sha256:
        _held(context, record)
    if may and st.session_state.get(ASKED) == record.sha256:
        _confirm(context, record)


def _toggle(context: Context, what: str, record: DocumentRecord, label: str) -> None:
    """A button that opens something in this row and closes it in the others."""
    is_open = st.session_state.get(what) == record.sha256
    shown = context.translator("documents.close") if is_open else label
    if st.button(shown, key=f"{what}-{record.sha256[:16]}", type="secondary"):
        st.session_state[what] = None if is_open else record.sha256
        st.rerun()


def _facts(context: Context, record: DocumentRecord) -> str:
    t, catalogue = context.translator, context.services.library.catalogue
    when = added(record)
    parts = [
        t(f"documents.format.{record.reader}") if t.raw.has(f"documents.format.{record.reader}") else "",
        t("documents.added", date=t.time(when)) if when is not None else "",
        t.plural("documents.passages", record.passages),
        plain(language_name(record.language, t.raw)) if record.passages else "",
        plain(subject_name(catalogue, record.subject, t.raw)) if record.subject else "",
        graded(record.grades, t.raw) if record.grades else "",
    ]
    return " · ".join(one for one in parts if one)


def _held(context: Context, record: DocumentRecord) -> None:
    """The passages that were kept out, as text: nothing in them is followed, by the page or by a model."""
    t = context.translator
    st.caption(t("documents.held.note"))
    held = context.services.documents.held_back(context.person, record.sha256)
    for number, one in enumerate(held[:HELD_SHOWN]):
        with st.container(key=f"documents-held-{number}", gap="xxsmall"):
            st.markdown(plain(one.passage.text))
            st.caption(f"{words.place(one.passage.place, t)} · {words.held_why(one.why, t)}")
    if len(held) > HELD_SHOWN:
        st.caption(t.plural("documents.held.more", len(held) - HELD_SHOWN))


def _confirm(context: Context, record: DocumentRecord) -> None:
    t = context.translator
    with st.container(border=True, key="documents-confirm"):
        st.markdown(t("documents.remove.sure", name=record.name))
        with st.container(horizontal=True, gap="small"):
            sure = st.button(t("documents.remove.yes"), key="documents_sure", type="primary")
            kept = st.button(t("documents.remove.no"), key="documents_kept")
    if not (sure or kept):
        return
    st.session_state[ASKED] = None
    if sure:
        try:
            context.services.documents.remove(context.person, record.sha256)
        except UstazError as error:
            st.session_state["documents_said"] = [t.words(error.words)]
    st.rerun()
