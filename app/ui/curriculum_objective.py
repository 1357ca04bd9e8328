"""One objective of the curriculum: its wording, where it stands, what stands around it, and what serves it."""

from collections.abc import Callable

import streamlit as st

from app.ui import curriculum_history, curriculum_plan, curriculum_terms
from app.ui import curriculum_words as words_of
from app.ui.curriculum_ask import Asking
from app.ui.curriculum_find import Narrow, Shelf, serving
from app.ui.curriculum_line import around, through_grades
from app.ui.curriculum_lists import Lists
from app.ui.curriculum_wordings import copying, wordings
from app.ui.field_table import fields
from app.ui.rendering import plain
from knowledge import terms
from knowledge.curriculum import LearningObjective


def draw(
    one: LearningObjective, lists: Lists, shelf: Shelf, *, school: str | None, asking: Asking | None
) -> None:
    """Draw the objective.

    Args:
        asking: draws what begins a question about it; None for somebody who may not ask.
    """
    t, raw = lists.t, lists.t.raw
    about = [
        words_of.subject_name(lists.catalogue, one.subject, raw),
        words_of.grades((one.grade,), raw),
        words_of.kind(one.programme, raw),
    ]
    st.caption(" · ".join(map(plain, filter(None, about))))
    st.header(plain(one.code), anchor=False)
    wordings(one, t)
    with st.container(horizontal=True, gap="small", key="curriculum-actions"):
        if asking is not None:
            asking.buttons(one)
        copying(one, t)
    fields([(plain(label), plain(text)) for label, text in words_of.facts(one, raw)], name="objective")
    curriculum_plan.planned(shelf.topics(one), t)
    notes = serving(shelf, one, Narrow(language=t.language, school=school))
    curriculum_terms.beside(one, notes, terms.load(), t)
    _around(one, lists)
    _line(one, lists)
    curriculum_history.history(one, shelf.history(one), t)
    st.subheader(t("curriculum.notes"), anchor=False)
    if notes:
        lists.notes(notes)
    else:
        st.caption(t("curriculum.notes.none"))


def _around(one: LearningObjective, lists: Lists) -> None:
    """The one before, the one after, and all of the subsection."""
    t, near = lists.t, around(lists.catalogue, one)
    if not near.others:
        return
    st.subheader(t("curriculum.neighbours"), anchor=False)
    with st.container(horizontal=True, gap="small", key="curriculum-steps"):
        for word, other, icon in (
            ("before", near.before, ":material/arrow_back:"),
            ("after", near.after, ":material/arrow_forward:"),
        ):
            if other is not None:
                st.button(
                    t(f"curriculum.{word}", code=other.code),
                    key=f"curriculum-{word}",
                    icon=icon,
                    on_click=_going(lists, other),
                )
    lists.rows(near.others, name="neighbours", label=t("curriculum.neighbours"))


def _line(one: LearningObjective, lists: Lists) -> None:
    """The same section and subsection in the grades below and above."""
    t, grades = lists.t, through_grades(lists.catalogue, one)
    if not grades:
        return
    st.subheader(t("curriculum.line"), anchor=False)
    st.caption(t("curriculum.line.why"))
    for grade, objectives in grades.items():
        label = plain(words_of.grades((grade,), t.raw))
        lists.rows(objectives, name=f"line-{grade}", label=label, heading=True)


def _going(lists: Lists, other: LearningObjective) -> Callable[[], None]:
    def go() -> None:
        lists.go(lists.place.at(other, lists.catalogue))

    return go
