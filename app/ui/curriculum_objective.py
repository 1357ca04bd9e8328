"""One objective of the curriculum: its wording in three languages, where it stands, and what serves it."""

from collections.abc import Callable

import streamlit as st

from app.i18n import LANGUAGES, NAMES
from app.ui import curriculum_words as words_of
from app.ui.curriculum_find import Narrow, Shelf, serving
from app.ui.curriculum_lists import Lists
from app.ui.field_table import fields
from app.ui.rendering import plain, safe
from knowledge.curriculum import LearningObjective


def draw(
    one: LearningObjective,
    lists: Lists,
    shelf: Shelf,
    *,
    school: str | None,
    ask: Callable[[LearningObjective], None] | None,
) -> None:
    """Draw the objective.

    Args:
        ask: begins a question about it; None for somebody who may not ask.
    """
    t, raw, catalogue = lists.t, lists.t.raw, lists.catalogue
    about = [words_of.subject_name(catalogue, one.subject, raw), words_of.grades((one.grade,), raw)]
    if one.track:
        about.append(words_of.track(one.track, raw))
    st.caption(" · ".join(map(plain, about)))
    with st.container(horizontal=True, vertical_alignment="center", key="curriculum-heading"):
        st.header(plain(one.code), anchor=False, width="stretch")
        if ask is not None and st.button(
            t("curriculum.ask"), key="curriculum-ask", type="primary", icon=":material/chat:"
        ):
            ask(one)
    wordings(one, first=t.language)
    st.info(t("curriculum.paraphrase"), icon=":material/edit_note:")
    fields([(plain(label), plain(text)) for label, text in words_of.facts(one, raw)], name="objective")
    neighbours = catalogue.neighbours(one)
    if neighbours:
        st.subheader(t("curriculum.neighbours"), anchor=False)
        lists.rows(neighbours, name="neighbours")
    st.subheader(t("curriculum.notes"), anchor=False)
    notes = serving(shelf, one, Narrow(language=t.language, school=school))
    if notes:
        lists.notes(notes)
    else:
        st.caption(t("curriculum.notes.none"))


def wordings(one: LearningObjective, *, first: str) -> None:
    """The three wordings side by side, the language of the page first; under each other on a phone."""
    order = (first, *(language for language in LANGUAGES if language != first))
    with st.container(key="curriculum-wordings"):
        for column, language in zip(st.columns(3, gap="medium"), order, strict=True):
            with column:
                st.markdown(f":small[:gray[{NAMES[language]}]]")
                st.markdown(safe(one.texts[language]))
