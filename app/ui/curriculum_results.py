"""What a search on the curriculum page brought, drawn: subjects, codes, words, notes, and honest emptiness."""

from collections.abc import Iterable

import streamlit as st

from app.ui import curriculum_browse
from app.ui import curriculum_words as words_of
from app.ui.alphabet import alphabetical
from app.ui.curriculum_find import Found
from app.ui.curriculum_lists import Lists
from knowledge.curriculum import LearningObjective, code_order

MOST_ROWS = 60


def draw(result: Found, lists: Lists) -> None:
    """Subjects of that name, codes before words, every programme of an ambiguous code; else that there is nothing."""
    t = lists.t
    subjects = curriculum_browse.named_so(lists, lists.place.words)
    for code in result.unknown:
        st.info(t("curriculum.code.unknown", code=code))
    exact = result.exact or result.elsewhere
    if exact:
        st.subheader(t("curriculum.found.code"), anchor=False)
        if result.elsewhere:
            st.caption(t("curriculum.code.elsewhere"))
        if result.ambiguous:
            st.caption(t.plural("curriculum.code.ambiguous", len(exact)))
        lists.rows(by_subject(exact, lists), name="exact", label=t("curriculum.found.code"), where=True)
    if result.begun:
        st.subheader(t("curriculum.found.begun"), anchor=False)
        st.caption(t.plural("curriculum.count", len(result.begun)))
        lists.rows(
            by_subject(result.begun, lists)[:MOST_ROWS],
            name="begun",
            label=t("curriculum.found.begun"),
            where=True,
        )
        if len(result.begun) > MOST_ROWS:
            st.caption(t.plural("curriculum.more", len(result.begun) - MOST_ROWS))
    if result.objectives:
        st.subheader(t("curriculum.found.words"), anchor=False)
        lists.rows(result.objectives, name="words", label=t("curriculum.found.words"), where=True)
    if result.notes:
        st.subheader(t("curriculum.notes"), anchor=False)
        lists.notes(result.notes)
    if result.empty and not (subjects or result.unknown):
        st.info(t("curriculum.nothing"))


def by_subject(objectives: Iterable[LearningObjective], lists: Lists) -> tuple[LearningObjective, ...]:
    """In the order of the subjects' names, then of the programmes and codes."""

    def place(one: LearningObjective) -> tuple[object, ...]:
        name = words_of.subject_name(lists.catalogue, one.subject, lists.raw)
        return alphabetical(name), one.programme.key, code_order(one.code)

    return tuple(sorted(objectives, key=place))
