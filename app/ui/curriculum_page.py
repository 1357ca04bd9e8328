"""The Curriculum page: browse and search objectives by code and words; no model is needed or called."""

from collections.abc import Callable

import streamlit as st

from app.accounts import Permission
from app.ui import chat_filters, curriculum_objective
from app.ui import curriculum_words as words_of
from app.ui.chat_memory import memory_of
from app.ui.context import Context
from app.ui.curriculum_find import Found, Narrow, find
from app.ui.curriculum_lists import Lists
from app.ui.curriculum_place import LONGEST_WORDS, Place, named
from app.ui.curriculum_style import STYLE
from app.ui.rendering import plain
from knowledge.curriculum import LearningObjective

WORDS, SUBJECT, GRADE = "curriculum_words", "curriculum_subject", "curriculum_grade"
ASK_PAGE = "ask"
ANY_GRADE = 0
MOST_ROWS = 60


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
    st.markdown(context.translator("curriculum.lead"))
    bar(context, lists)
    narrow = Narrow(
        language=context.language, subject=place.subject or None, grade=place.grade, school=person.school
    )
    if place.words.strip():
        found(find(context.services.library, place.words, narrow), lists)
    elif place.subject or place.grade is not None:
        browse(lists)
    else:
        st.caption(context.translator("curriculum.choose"))
        lists.subjects()


def go(place: Place) -> None:
    """Turn the page to a place, in one step of the browser's history."""
    st.query_params.from_dict(place.query())


def bar(context: Context, lists: Lists) -> None:
    """The search box, subject and grade; what they show follows the address."""
    t, catalogue, place = context.translator, lists.catalogue, lists.place
    state = st.session_state
    state[WORDS], state[SUBJECT], state[GRADE] = place.words, place.subject, place.grade or ANY_GRADE
    names = {one.slug: one.names[t.language] for one in words_of.sorted_subjects(catalogue, t.raw)}

    def turn() -> None:
        """Follow what was typed or chosen; a grade that the subject lacks falls away."""
        subject = state[SUBJECT] or ""
        grade = state[GRADE] if state[GRADE] in catalogue.grades(subject or None) else None
        go(Place(words=(state[WORDS] or "").strip(), subject=subject, grade=grade))

    def grade_name(grade: int) -> str:
        return words_of.grades((grade,), t.raw) if grade else t.raw("curriculum.grade.any")

    with st.container(key="curriculum-bar"):
        st.text_input(
            t.raw("curriculum.search"),
            key=WORDS,
            type="search",
            placeholder=t.raw("curriculum.search.hint"),
            max_chars=LONGEST_WORDS,
            on_change=turn,
        )
        side_by_side = st.grid(2, min_column_width=140, gap="small")
        side_by_side.selectbox(
            t.raw("curriculum.subject"),
            ("", *names),
            format_func=lambda slug: names.get(slug) or t.raw("curriculum.subject.any"),
            key=SUBJECT,
            on_change=turn,
            filter_mode=None,
        )
        side_by_side.selectbox(
            t.raw("curriculum.grade.label"),
            (ANY_GRADE, *catalogue.grades(place.subject or None)),
            format_func=grade_name,
            key=GRADE,
            on_change=turn,
            filter_mode=None,
        )


def browse(lists: Lists) -> None:
    """The objectives of a subject and a grade by section; of one of the two, first a choice of the other."""
    t, catalogue, place = lists.t, lists.catalogue, lists.place
    pairs = [
        (subject.slug, grade)
        for subject in words_of.sorted_subjects(catalogue, t.raw)
        for grade in catalogue.grades(subject.slug)
        if place.subject in ("", subject.slug) and place.grade in (None, grade)
    ]
    if len(pairs) > 1:
        st.caption(t("curriculum.choose.grade" if place.subject else "curriculum.choose.subject"))
        lists.pairs(pairs)
        return
    for subject, grade in pairs:
        objectives = catalogue.objectives(subject=subject, grade=grade)
        about = (words_of.subject_name(catalogue, subject, t.raw), words_of.grades((grade,), t.raw))
        count = t.plural("curriculum.count", len(objectives))
        st.caption(" · ".join((*map(plain, about), count)))
        lists.sections(objectives)


def found(result: Found, lists: Lists) -> None:
    """What a search brought: codes before words, every programme of an ambiguous code, and honest emptiness."""
    t = lists.t
    for code in result.unknown:
        st.info(t("curriculum.code.unknown", code=code))
    exact = result.exact or result.elsewhere
    if exact:
        st.subheader(t("curriculum.found.code"), anchor=False)
        if result.elsewhere:
            st.caption(t("curriculum.code.elsewhere"))
        if result.ambiguous:
            st.caption(t.plural("curriculum.code.ambiguous", len(exact)))
        lists.rows(exact, name="exact", where=True)
    if result.begun:
        st.subheader(t("curriculum.found.begun"), anchor=False)
        st.caption(t.plural("curriculum.count", len(result.begun)))
        lists.rows(result.begun[:MOST_ROWS], name="begun", where=True)
        if len(result.begun) > MOST_ROWS:
            st.caption(t.plural("curriculum.more", len(result.begun) - MOST_ROWS))
    if result.objectives:
        st.subheader(t("curriculum.found.words"), anchor=False)
        lists.rows(result.objectives, name="words", where=True)
    if result.notes:
        st.subheader(t("curriculum.notes"), anchor=False)
        lists.notes(result.notes)
    if result.empty and not result.unknown:
        st.info(t("curriculum.nothing"))


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
        return
    if len(found_here) > 1:
        st.header(plain(place.code), anchor=False)
        st.caption(t.plural("curriculum.code.ambiguous", len(found_here)))
        lists.rows(found_here, name="named", where=True)
        return
    may = context.person.may(Permission.OWN_EXCHANGE_ASK)
    curriculum_objective.draw(
        found_here[0],
        lists,
        context.services.library,
        school=context.person.school,
        ask=asking(context) if may else None,
    )


def asking(context: Context) -> Callable[[LearningObjective], None]:
    """What the button does: a new conversation with a question about the objective in the box, not yet sent."""

    def ask(one: LearningObjective) -> None:
        memory = memory_of(context.person)
        memory.start_new()
        memory.back = context.translator.raw("curriculum.ask.question", code=one.code)
        st.session_state[chat_filters.SUBJECT], st.session_state[chat_filters.GRADE] = one.subject, one.grade
        context.go(ASK_PAGE)

    return ask
