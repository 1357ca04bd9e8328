"""The Curriculum page: browse and search objectives by code and words; no model is needed or called."""

from dataclasses import replace

import streamlit as st

from app.accounts import Permission
from app.ui import (
    curriculum_browse,
    curriculum_history,
    curriculum_objective,
    curriculum_results,
    curriculum_terms,
)
from app.ui import curriculum_words as words_of
from app.ui.boxes import when_chosen
from app.ui.context import Context
from app.ui.curriculum_ask import Asking
from app.ui.curriculum_find import Narrow, find
from app.ui.curriculum_lists import Lists
from app.ui.curriculum_place import LONGEST_WORDS, TERMS, Place, named
from app.ui.curriculum_style import STYLE
from app.ui.rendering import plain
from knowledge import terms

WORDS, SUBJECT, GRADE = "curriculum_words", "curriculum_subject", "curriculum_grade"
EARLIER = "curriculum_earlier"
ANY_GRADE = 0


def render(context: Context) -> None:
    """Draw the place that the address names."""
    person = context.person
    person.require(Permission.ALL_CURRICULUM_READ)
    catalogue = context.services.library.catalogue
    place = Place.read(st.query_params, catalogue)
    lists = Lists(t=context.translator, catalogue=catalogue, place=place, go=go)
    st.html(STYLE)
    if place.code:
        objective(context, lists)
        return
    st.title(context.translator("curriculum.title"), anchor=False)
    curriculum_terms.view(lists)
    if place.view == TERMS:
        curriculum_terms.browse(lists, terms.load())
        return
    st.markdown(context.translator("curriculum.lead"))
    bar(context, lists)
    if place.words.strip():
        search(context, lists)
    elif place.subject or place.grade is not None:
        curriculum_browse.browse(lists)
    else:
        curriculum_browse.subjects(lists)


def search(context: Context, lists: Lists) -> None:
    """What the words find; superseded wordings only where they are asked for."""
    library, place = context.services.library, lists.place
    narrow = Narrow(
        language=context.language,
        subject=place.subject or None,
        grade=place.grade,
        school=context.person.school,
    )
    curriculum_results.draw(find(library, place.words, narrow), lists)
    if place.earlier:
        found = library.earlier(
            place.words, language=context.language, subject=narrow.subject, grade=narrow.grade
        )
        curriculum_history.superseded(found, lists)


def go(place: Place) -> None:
    """Turn the page to a place, in one step of the browser's history."""
    st.query_params.from_dict(place.query())


def bar(context: Context, lists: Lists) -> None:
    """The search box, subject and grade; what they show follows the address."""
    t, catalogue, place = context.translator, lists.catalogue, lists.place
    state = st.session_state
    drawn = {WORDS: place.words, SUBJECT: place.subject, GRADE: place.grade or ANY_GRADE}
    for key, value in drawn.items():
        # Setting what stands there already would take away what somebody types at this moment.
        if state.get(key) != value:
            state[key] = value
    names = {one.slug: words_of.named(one, t.raw) for one in words_of.sorted_subjects(catalogue, t.raw)}

    def turn() -> None:
        """Follow what was typed or chosen; a grade that the subject lacks falls away."""
        subject = state[SUBJECT] or ""
        grade = state[GRADE] if state[GRADE] in catalogue.grades(subject or None) else None
        go(replace(place, words=(state[WORDS] or "").strip(), subject=subject, grade=grade, programme=""))

    follow = when_chosen(drawn, turn)

    def grade_name(grade: int) -> str:
        return words_of.grades((grade,), t.raw) if grade else t.raw("curriculum.grade.any")

    with st.container(key="curriculum-bar"):
        st.text_input(
            t.raw("curriculum.search"),
            key=WORDS,
            type="search",
            placeholder=t.raw("curriculum.search.hint"),
            max_chars=LONGEST_WORDS,
            on_change=follow,
        )
        side_by_side = st.grid(2, min_column_width=140, gap="small")
        side_by_side.selectbox(
            t.raw("curriculum.subject"),
            ("", *names),
            format_func=lambda slug: names.get(slug) or t.raw("curriculum.subject.any"),
            key=SUBJECT,
            on_change=follow,
            filter_mode="contains",
        )
        side_by_side.selectbox(
            t.raw("curriculum.grade.label"),
            (ANY_GRADE, *catalogue.grades(place.subject or None)),
            format_func=grade_name,
            key=GRADE,
            on_change=follow,
            filter_mode=None,
        )
        if place.earlier or any(not one.in_force for one in context.services.library.editions()):
            state[EARLIER] = place.earlier
            st.toggle(
                t.raw("curriculum.earlier"),
                key=EARLIER,
                on_change=when_chosen(
                    {EARLIER: place.earlier}, lambda: go(replace(place, earlier=bool(state[EARLIER])))
                ),
            )


def objective(context: Context, lists: Lists) -> None:
    """The objective that the address names, or all that share its code, or that there is none."""
    t, place = context.translator, lists.place
    st.button(
        t("curriculum.back"),
        key="curriculum-back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=go,
        args=(place.back(),),
    )
    found_here = named(lists.catalogue, place)
    if not found_here:
        st.info(t("curriculum.code.unknown", code=place.code))
        if gone := context.services.library.earlier(place.code, language=context.language):
            curriculum_history.superseded(gone, lists)
        return
    if len(found_here) > 1:
        st.header(plain(place.code), anchor=False)
        label = t.plural("curriculum.code.ambiguous", len(found_here))
        st.caption(label)
        lists.rows(found_here, name="named", label=label, where=True)
        return
    may = context.person.may(Permission.OWN_EXCHANGE_ASK)
    curriculum_objective.draw(
        found_here[0],
        lists,
        context.services.library,
        school=context.person.school,
        asking=Asking(context=context) if may else None,
    )
