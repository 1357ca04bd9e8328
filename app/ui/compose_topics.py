"""The topic of a new document, with the titles that the long-term plan and the notes give for the chosen objectives."""

from collections.abc import Iterator, Sequence

import streamlit as st

from app.ui import compose_memory as typed
from app.ui.boxes import followed_once
from app.ui.context import Context
from app.ui.curriculum_find import Narrow, serving
from app.ui.rendering import plain
from knowledge.curriculum import LearningObjective

OFFERED = "compose-topic"
MOST = 5
LONGEST = 200


def topic(context: Context, objectives: Sequence[LearningObjective], language: str) -> None:
    """The box, and under it what fits the objectives; one click takes it."""
    t = context.translator
    st.text_input(
        t("compose.topic"),
        key=typed.TOPIC,
        placeholder=t.raw("compose.topic.hint"),
        max_chars=LONGEST,
        persist_state="session",
    )
    now = typed.text(typed.TOPIC)
    offered = [one for one in suggested(context, objectives, language) if one != now]
    if not offered:
        return

    def take(chosen: str) -> None:
        """The chosen title becomes the topic."""
        if chosen in offered:
            st.session_state[typed.TOPIC] = chosen

    key, once = followed_once(OFFERED, take)
    with st.container(key="compose-topics"):
        st.pills(
            t("compose.topic.offered"),
            offered,
            format_func=plain,
            key=key,
            label_visibility="collapsed",
            on_change=once,
        )


def suggested(context: Context, objectives: Sequence[LearningObjective], language: str) -> list[str]:
    """Titles in the document's language, those of the long-term plan first."""
    found = dict.fromkeys(title[:LONGEST] for title in _titles(context, objectives, language) if title)
    return list(found)[:MOST]


def _titles(context: Context, objectives: Sequence[LearningObjective], language: str) -> Iterator[str]:
    library = context.services.library
    for one in objectives:
        yield from (row.topic.strip() for row in library.topics(one) if row.language == language)
    for one in objectives:
        narrow = Narrow(language=language, subject=one.subject, grade=one.grade, school=context.person.school)
        for note in serving(library, one, narrow):
            if note.first.language == language:
                yield note.title.strip()
