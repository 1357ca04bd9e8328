"""What one browser session remembers of the New page: what is typed, chosen and was made last; nothing of it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast
from uuid import UUID

import streamlit as st

from app.accounts import Principal
from app.documents.brief import Kind
from app.errors import Words

KEY = "compose"
KIND, LANGUAGE, SUBJECT, GRADE, QUARTER = (
    "compose_kind",
    "compose_language",
    "compose_subject",
    "compose_grade",
    "compose_quarter",
)
TOPIC, MINUTES, DAY, NOTES = "compose_topic", "compose_minutes", "compose_day", "compose_notes"
CLASS, TEACHER, ORGANISATION, SECTION = (
    "compose_class",
    "compose_teacher",
    "compose_organisation",
    "compose_section",
)
NEEDS, ITEMS, POINTS, SOURCE = "compose_needs", "compose_items", "compose_points", "compose_source"
PROGRAMME, SEARCH = "compose_programme", "compose_search"
OF_ONE_DOCUMENT = (TOPIC, NOTES, NEEDS, SOURCE, SECTION, SEARCH, DAY, QUARTER, PROGRAMME)
"""What belongs to the document just made; everything else serves the next one too."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """The New page of one person in one browser session.

    Attributes:
        codes: the chosen objectives, in the order in which they were chosen.
        programmes: keys of the programmes that hold the first of them; none is any.
        problem: why the last try made no document.
        made: a document was made of what is typed: the next visit begins a new one.
        asked: the last document was looked up for what to begin with.
        more: all kinds are shown.
    """

    person: UUID
    codes: tuple[str, ...] = ()
    problem: Words | None = field(default=None, repr=False)
    made: bool = False
    asked: bool = False
    more: bool = False

    def begin(self) -> None:
        """Forget what belonged to the document that was made."""
        self.codes, self.problem, self.made = (), None, False
        for key in OF_ONE_DOCUMENT:
            st.session_state.pop(key, None)


def memory_of(principal: Principal) -> Memory:
    """The memory of this session, fresh for a person who has none in it.

    What somebody else typed in the same browser is forgotten: it may tell of their pupils.
    """
    state = st.session_state
    kept = state.get(KEY)
    if not isinstance(kept, Memory) or kept.person != principal.person_id:
        if isinstance(kept, Memory):
            for key in [one for one in state if str(one).startswith(f"{KEY}_")]:
                del state[key]
        kept = Memory(person=principal.person_id)
        state[KEY] = kept
    return kept


def text(key: str) -> str:
    """A typed text without the space around it."""
    return str(st.session_state.get(key) or "").strip()


def number(key: str, default: int) -> int:
    """A chosen number."""
    return int(st.session_state.get(key) or default)


def day() -> date | None:
    """The chosen day."""
    return cast("date | None", st.session_state.get(DAY))


def kind() -> Kind:
    """The chosen kind; the plan first."""
    chosen = st.session_state.get(KIND)
    return Kind(chosen) if chosen in set(Kind) else Kind.PLAN


def put(values: Mapping[str, object]) -> None:
    """Fill the form from elsewhere; only before its widgets are drawn in a run."""
    for key, value in values.items():
        st.session_state[key] = value
