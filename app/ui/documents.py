"""A4, the documents of a school: feed its own material, see what became of each file, what stayed out and why, remove."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.accounts import Permission
from app.assistant.upload import LARGEST, MOST_WAITING, Stage, Upload, Wish
from app.errors import UstazError
from app.ui import documents_words as words
from app.ui.context import Context
from app.ui.curriculum_words import sorted_subjects, subject_name
from app.ui.documents_list import documents_list
from app.ui.documents_style import STYLE
from app.ui.file_chooser import chooser_place
from app.ui.rendering import plain
from knowledge.ingest import Status

SAID = "documents_said"
GRADES = tuple(range(1, 12))
EVERY_SECONDS = 1.0


def render(context: Context) -> None:
    """What may be fed, the chooser, what is on its way, and what stands in the index."""
    t, person, service = context.translator, context.person, context.services.documents
    st.html(STYLE)
    st.title(t("documents.title"), anchor=False)
    st.markdown(t("documents.lead"))
    listed = service.list(person)
    may = person.may(Permission.SCHOOL_DOCUMENTS_CHANGE, person.school)
    if may:
        _feed(context)
    for said in st.session_state.pop(SAID, ()):
        st.info(said, icon=":material/info:")
    _on_the_way(context)
    documents_list(context, listed, service.uploads(person), may=may)
    context.link("editions", t.raw("documents.editions"))


def _feed(context: Context) -> None:
    t, catalogue = context.translator, context.services.library.catalogue
    subjects = {
        one.slug: subject_name(catalogue, one.slug, t.raw) for one in sorted_subjects(catalogue, t.raw)
    }
    with st.form("documents-feed", clear_on_submit=True, enter_to_submit=False):
        with chooser_place(t.language, many=True):
            files = st.file_uploader(
                t("documents.files", most=LARGEST // words.MEGABYTE),
                accept_multiple_files=True,
                key="documents_files",
            )
        st.caption(t("documents.files.note"))
        with st.container(horizontal=True, gap="small"):
            subject = st.selectbox(
                t("documents.subject"),
                ("", *subjects),
                format_func=lambda slug: subjects.get(slug, t.raw("documents.subject.any")),
                key="documents_subject",
                filter_mode=None,
                width=320,
            )
            grades = st.multiselect(
                t("documents.grades"),
                GRADES,
                placeholder=t.raw("documents.grades.any"),
                key="documents_grades",
                width=320,
            )
        st.caption(t("documents.subject.note"))
        pressed = st.form_submit_button(t("documents.add.button"), type="primary")
    if pressed:
        _add(context, files or [], subject or "", tuple(sorted(grades)))


def _add(context: Context, files: Sequence[UploadedFile], subject: str, grades: tuple[int, ...]) -> None:
    """Hand each file over; what is refused at once is told, the rest is shown on its way."""
    t = context.translator
    said = [] if files else [t("documents.none_chosen")]
    for file in files[:MOST_WAITING]:
        try:
            context.services.documents.add(
                context.person, file.name, file.getvalue(), subject=subject, grades=grades
            )
        except UstazError as error:
            said.append(f"**{plain(file.name)}.** {t.words(error.words)}")
    left = len(files) - MOST_WAITING
    if left > 0:
        said.append(t("documents.too_many", most=MOST_WAITING))
    st.session_state[SAID] = said
    st.rerun()


def _on_the_way(context: Context) -> None:
    """What is on its way, drawn again each second while something is; the end of the last draws the page anew."""
    service, person = context.services.documents, context.person
    active = any(not one.over for one in service.uploads(person))

    def draw() -> None:
        now = service.uploads(person)
        if active and all(one.over for one in now):
            st.rerun()
        _uploads(context, now)

    st.fragment(draw, run_every=EVERY_SECONDS if active else None)()


def _uploads(context: Context, uploads: Sequence[Upload]) -> None:
    t = context.translator
    if not uploads:
        return
    with st.container(border=True, key="documents-uploads"):
        over = all(one.over for one in uploads)
        st.subheader(t("documents.uploads.over" if over else "documents.uploads"), anchor=False)
        if not over:
            st.caption(t("documents.uploads.note"))
        for number, upload in enumerate(uploads):
            with st.container(key=f"documents-upload-{number}", gap="xxsmall"):
                _upload(context, upload)
        if over and st.button(t("documents.dismiss"), key="documents_dismiss"):
            context.services.documents.dismiss(context.person)
            st.rerun()


def _upload(context: Context, upload: Upload) -> None:
    t = context.translator
    name, sentence = plain(upload.name), words.step(upload, t)
    match upload.stage:
        case Stage.DONE if upload.wish is Wish.REMOVE or upload.status is not Status.INCOMPLETE:
            st.markdown(f":material/check_circle: **{name}** · {sentence}")
        case Stage.DONE:
            st.markdown(f":material/info: **{name}** · {sentence}")
        case Stage.REFUSED | Stage.FAILED | Stage.INTERRUPTED:
            st.markdown(f":material/error: **{name}** · {sentence}")
        case _:
            st.markdown(f"**{name}**")
            st.progress(_share(upload), text=sentence)
    for one in words.why(upload, t):
        st.markdown(f"- {one}")


def _share(upload: Upload) -> float:
    """How much of the way lies behind it; embedding is nearly all of it."""
    fixed = {Stage.WAITING: 0.0, Stage.READING: 0.05, Stage.CHECKING: 0.1, Stage.FINISHING: 0.95}
    if upload.stage is Stage.INDEXING and upload.total:
        return 0.15 + 0.75 * min(1.0, upload.done / upload.total)
    return fixed.get(upload.stage, 0.15)
