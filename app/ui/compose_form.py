"""The form of the New page: what is made, in which language, for whom; plain boxes, so that nothing waits for a button."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Literal, cast

import streamlit as st
from babel.dates import format_date
from streamlit.delta_generator import DeltaGenerator

from app.documents import form as forms
from app.documents.brief import LESSON_MINUTES, Brief, Kind
from app.i18n import LANGUAGES, NAMES
from app.i18n.translator import ZONE
from app.ui import compose_memory as typed
from app.ui import curriculum_words as words_of
from app.ui.compose_memory import Memory
from app.ui.context import Context, ScreenWords

FIRST = (Kind.PLAN, Kind.QUIZ, Kind.TASKS, Kind.UNIT, Kind.TERM)
MORE = "more"
TIMED = frozenset({Kind.PLAN, Kind.QUIZ, Kind.TASKS, Kind.UNIT, Kind.TERM})
DATED = frozenset({Kind.PLAN, Kind.UNIT, Kind.TERM, Kind.LETTER})
FROM_TEXT = frozenset({Kind.DIFFERENTIATION, Kind.LETTER})
WORK_MINUTES = (10, 15, 20, 25, 30, 35, 40, 45, 60, 80, 90)
ITEMS: Mapping[Kind, tuple[Sequence[int], int]] = {
    Kind.PLAN: (range(1, 7), 3),
    Kind.QUIZ: (range(3, 31), 10),
    Kind.TASKS: (range(1, 13), 6),
    Kind.UNIT: (range(2, 13), 4),
    Kind.TERM: (range(3, 21), 6),
}
POINTS: Mapping[Kind, tuple[Sequence[int], int]] = {
    Kind.PLAN: (range(3, 21), 10),
    Kind.TASKS: (range(5, 41), 12),
    Kind.UNIT: (range(5, 31), 15),
    Kind.TERM: (range(10, 61), 25),
}
NO_GRADE = 0
NO_ITEMS, NO_POINTS = 3, 10
"""For kinds that have neither; those of a brief."""
DAYS_BACK, DAYS_AHEAD, SUNDAY = 14, 150, 6
LONGEST_LINE, LONGEST_NOTES, LONGEST_TEXT = 200, 1000, 5000
"""In characters; with its instruction, a text to adapt has to stay within what one question may hold."""


def kinds(context: Context, memory: Memory) -> Kind:
    """The row of kinds, the plan first; the rarer ones behind one more."""
    t, chosen = context.translator, typed.kind()
    shown = memory.more or chosen not in FIRST
    options: tuple[str, ...] = tuple(Kind) if shown else (*FIRST, MORE)
    if st.session_state.get(typed.KIND) not in options:
        st.session_state[typed.KIND] = str(chosen)
    picked = st.pills(
        t("compose.kind"),
        options,
        format_func=lambda one: t(f"documents.kind.{one}" if one != MORE else "compose.kind.more"),
        key=typed.KIND,
        required=True,
        label_visibility="collapsed",
        on_change=_more,
        args=(memory, chosen),
        persist_state="session",
    )
    kind = Kind(picked) if picked in set(Kind) else chosen
    st.caption(t(f"compose.about.{kind}"))
    return kind


def _more(memory: Memory, before: Kind) -> None:
    memory.problem = None
    if st.session_state.get(typed.KIND) == MORE:
        memory.more = True
        st.session_state[typed.KIND] = str(before)


def place(context: Context, memory: Memory) -> str:
    """Language, subject, grade and quarter; returns the language."""
    t, catalogue = context.translator, context.services.library.catalogue
    state = st.session_state
    names = {one.slug: words_of.named(one, t.raw) for one in words_of.sorted_subjects(catalogue, t.raw)}
    grades = catalogue.grades(state.get(typed.SUBJECT) or None)
    if state.get(typed.GRADE) not in grades:
        state[typed.GRADE] = NO_GRADE
    if state.get(typed.SUBJECT) not in names:
        state[typed.SUBJECT] = ""

    def other() -> None:
        """Objectives belong to one subject and grade."""
        memory.codes, memory.problem = (), None
        state.pop(typed.PROGRAMME, None)

    side = st.grid(4, min_column_width=140, gap="small")
    side.selectbox(
        t("compose.language"),
        LANGUAGES,
        format_func=NAMES.__getitem__,
        key=typed.LANGUAGE,
        filter_mode=None,
        persist_state="session",
    )
    side.selectbox(
        t("compose.subject"),
        ("", *names),
        format_func=lambda slug: names.get(slug) or t.raw("compose.choose"),
        key=typed.SUBJECT,
        on_change=other,
        filter_mode="contains",
        persist_state="session",
    )
    side.selectbox(
        t("compose.grade"),
        (NO_GRADE, *grades),
        format_func=lambda one: words_of.grades((one,), t.raw) if one else t.raw("compose.choose"),
        key=typed.GRADE,
        on_change=other,
        filter_mode=None,
        persist_state="session",
    )
    side.selectbox(
        t("compose.quarter"),
        (0, 1, 2, 3, 4),
        format_func=lambda one: t.raw("compose.quarter.one", n=one) if one else t.raw("compose.quarter.any"),
        key=typed.QUARTER,
        filter_mode=None,
        persist_state="session",
    )
    return str(state.get(typed.LANGUAGE) or context.language)


def lesson(context: Context, kind: Kind, language: str) -> None:
    """Minutes, day with the value of its month, class, and notes about the class."""
    t = context.translator
    side = st.grid(3, min_column_width=180, gap="small")
    if kind is Kind.PLAN:
        side.segmented_control(
            t("compose.minutes"),
            LESSON_MINUTES,
            default=None if typed.MINUTES in st.session_state else LESSON_MINUTES[0],
            format_func=partial(_minutes, t),
            key=typed.MINUTES,
            required=True,
            persist_state="session",
        )
    elif kind in TIMED:
        _number(side, t("compose.minutes"), f"{typed.MINUTES}_work", WORK_MINUTES, 40, partial(_minutes, t))
    if kind in DATED:
        with side.container(gap="xxsmall"):
            _day(context, language if kind is Kind.PLAN else "")
    side.text_input(
        t("compose.class"),
        key=typed.CLASS,
        placeholder=t.raw("compose.class.hint"),
        max_chars=20,
        persist_state="session",
    )
    if kind in FROM_TEXT:
        st.text_area(
            t(f"compose.source.{kind}"),
            key=typed.SOURCE,
            placeholder=t.raw(f"compose.source.{kind}.hint"),
            height=140,
            max_chars=LONGEST_TEXT,
            persist_state="session",
        )
    st.text_area(
        t("compose.notes"),
        key=typed.NOTES,
        placeholder=t.raw("compose.notes.hint"),
        height=80,
        max_chars=LONGEST_NOTES,
        persist_state="session",
    )


def more(context: Context, kind: Kind) -> None:
    """What is rarely changed, folded away."""
    t = context.translator
    with st.expander(t("compose.more"), type="compact"):
        side = st.grid(2, min_column_width=180, gap="small")
        for key, label in (
            (typed.SECTION, "compose.section"),
            (typed.TEACHER, "compose.teacher"),
            (typed.ORGANISATION, "compose.organisation"),
        ):
            side.text_input(t(label), key=key, max_chars=LONGEST_LINE, persist_state="session")
        side.text_input(
            t("compose.needs"),
            key=typed.NEEDS,
            placeholder=t.raw("compose.needs.hint"),
            max_chars=LONGEST_LINE,
            persist_state="session",
        )
        if kind in ITEMS:
            name = "compose.items.questions" if kind is Kind.QUIZ else "compose.items.tasks"
            _number(side, t(name), f"{typed.ITEMS}_{kind}", *ITEMS[kind])
        if kind in POINTS:
            _number(side, t("compose.points"), f"{typed.POINTS}_{kind}", *POINTS[kind])


def brief(kind: Kind, memory: Memory, *, language: str, programme: str) -> Brief:
    """What is typed and chosen, as a value."""
    minutes = typed.number(typed.MINUTES if kind is Kind.PLAN else f"{typed.MINUTES}_work", LESSON_MINUTES[0])
    items = typed.number(f"{typed.ITEMS}_{kind}", ITEMS[kind][1]) if kind in ITEMS else NO_ITEMS
    points = typed.number(f"{typed.POINTS}_{kind}", POINTS[kind][1]) if kind in POINTS else NO_POINTS
    return Brief(
        kind=kind,
        language=_language(language),
        subject=typed.text(typed.SUBJECT),
        grade=typed.number(typed.GRADE, 0),
        programme=programme,
        codes=memory.codes,
        topic=typed.text(typed.TOPIC),
        section=typed.text(typed.SECTION),
        quarter=typed.number(typed.QUARTER, 0) or None,
        minutes=minutes,
        day=typed.day() if kind in DATED else None,
        class_name=typed.text(typed.CLASS),
        organisation=typed.text(typed.ORGANISATION),
        teacher=typed.text(typed.TEACHER),
        notes=typed.text(typed.NOTES),
        special_needs=typed.text(typed.NEEDS),
        items=items,
        points=items if kind is Kind.QUIZ else points,
        source_text=typed.text(typed.SOURCE) if kind in FROM_TEXT else "",
    )


def value_of_month(day: date, language: str) -> str:
    """What the form of a plan gives as the value of that month; empty where it gives none."""
    try:
        found = forms.load(Kind.PLAN, language).phrase(f"value.{day.month}")
    except LookupError:
        return ""
    return " ".join(found)


def _day(context: Context, language: str) -> None:
    """School days around now, in words: Streamlit's own calendar is English in part.

    Args:
        language: of the value of the month beneath it; "" shows none.
    """
    t = context.translator
    today = context.services.runtime.now().astimezone(ZONE).date()
    around = (today + timedelta(days=n) for n in range(-DAYS_BACK, DAYS_AHEAD))
    days = [one for one in around if one.weekday() != SUNDAY]
    if st.session_state.get(typed.DAY) not in days:
        st.session_state[typed.DAY] = None
    st.selectbox(
        t("compose.day"),
        (None, *days),
        format_func=lambda one: (
            format_date(one, "EEE, d MMMM y", locale=t.language) if one else t.raw("compose.day.none")
        ),
        key=typed.DAY,
        placeholder=t.raw("compose.day.none"),
        filter_mode="contains",
        persist_state="session",
    )
    chosen = typed.day()
    value = value_of_month(chosen, language) if chosen is not None and language else ""
    if value:
        st.caption(t("compose.day.value", value=value))


def _minutes(t: ScreenWords, number: int) -> str:
    return t("compose.minutes.one", n=number)


def _number(
    at: DeltaGenerator,
    label: str,
    key: str,
    options: Sequence[int],
    default: int,
    say: Callable[[int], str] = str,
) -> None:
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    at.selectbox(label, tuple(options), format_func=say, key=key, filter_mode=None, persist_state="session")


def _language(code: str) -> Literal["kk", "ru", "en"]:
    return cast('Literal["kk", "ru", "en"]', code if code in LANGUAGES else LANGUAGES[0])
