"""The chips above the question box: language of the answer, grade and subject; none of them ends a running answer."""

from dataclasses import dataclass

import streamlit as st

from app.i18n import LANGUAGES, NAMES
from app.ui.chat_memory import Memory
from app.ui.context import ScreenWords
from knowledge.curriculum import Catalogue

LANGUAGE, GRADE, SUBJECT = "chat_language", "chat_grade", "chat_subject"
ANY_GRADE, ANY_SUBJECT = 0, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows the next question."""

    language: str
    grade: int | None
    subject: str | None


def chosen(default_language: str) -> Filters:
    """What the chips say now."""
    state = st.session_state
    return Filters(
        language=state.get(LANGUAGE) or default_language,
        grade=state.get(GRADE) or None,
        subject=state.get(SUBJECT) or None,
    )


@st.fragment
def chips(t: ScreenWords, catalogue: Catalogue, memory: Memory, default_language: str) -> None:
    """Draw the chips. As a fragment they run beside a running answer and never end it."""
    before = chosen(default_language)
    names = {subject.slug: subject.names[t.language] for subject in catalogue.subjects()}
    subjects = sorted(names, key=lambda slug: names[slug].casefold())
    grades = catalogue.grades(before.subject if before.subject in names else None)
    if before.grade not in (None, *grades):
        st.session_state[GRADE] = ANY_GRADE
    with st.container(horizontal=True, wrap=False, gap="xsmall", key="chat-chips"):
        st.selectbox(
            t("chat.filter.language"),
            LANGUAGES,
            index=LANGUAGES.index(default_language),
            format_func=lambda code: NAMES[code],
            key=LANGUAGE,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.selectbox(
            t("chat.filter.grade"),
            (ANY_GRADE, *grades),
            format_func=lambda grade: (
                t.raw("chat.filter.grade.one", n=grade) if grade else t.raw("chat.filter.grade.any")
            ),
            key=GRADE,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.selectbox(
            t("chat.filter.subject"),
            (ANY_SUBJECT, *subjects),
            format_func=lambda slug: names[slug] if slug else t.raw("chat.filter.subject.any"),
            key=SUBJECT,
            label_visibility="collapsed",
            persist_state="session",
        )
    after = chosen(default_language)
    if not memory.turns and memory.examples_for != (after.grade, after.subject):
        # The examples on the empty page follow the chips; nothing is running that a rerun could end.
        memory.examples_for = (after.grade, after.subject)
        st.rerun()
