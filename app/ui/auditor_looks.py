"""One look is one record: what a page has read stays with it until it looks for something else, or until it is old."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import streamlit as st

from app.ui.context import Context

KEPT = "auditor_looks"
FRESH = timedelta(minutes=5)
"""So long what was read is drawn again without another reading; then the page looks anew and that is a new record."""

T = TypeVar("T")


@dataclass(slots=True)
class Looks:
    """What one page has read for one person since it was turned to."""

    page: str
    person: UUID
    read: dict[str, tuple[Hashable, datetime, Any]] = field(default_factory=dict)


def looked(context: Context, page: str, name: str, key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives: read once for a key, however often Streamlit draws the page anew.

    Turning to another page of the auditor, another person, another key or `FRESH` ends a look. What raises is not kept.

    Args:
        page: the address of the page that is drawn.
        name: tells the looks of a page from each other.
        key: what is looked for.
    """
    looks = st.session_state.get(KEPT)
    if not isinstance(looks, Looks) or (looks.page, looks.person) != (page, context.person.person_id):
        looks = st.session_state[KEPT] = Looks(page, context.person.person_id)
    now = context.services.runtime.now()
    found = looks.read.get(name)
    if found is None or found[0] != key or now - found[1] >= FRESH:
        looks.read.pop(name, None)
        found = looks.read[name] = (key, now, read())
    value: T = found[2]
    return value


def again(*names: str) -> None:
    """Look anew for these at the next turn of the page; without names for everything."""
    looks = st.session_state.get(KEPT)
    if isinstance(looks, Looks):
        for name in names or tuple(looks.read):
            looks.read.pop(name, None)
