"""Boxes that show what the address says: acting on a choice, and on nothing else.

Streamlit hands back what stood in a box when a run was broken off by a step back or forward, and takes it for chosen:
the box's callback then runs while the browser already shows another place.
"""

from collections.abc import Callable, Mapping

import streamlit as st


def when_chosen(drawn: Mapping[str, object], act: Callable[[], None]) -> Callable[[], None]:
    """A callback that acts only where one of the boxes says something else than it was drawn with.

    Args:
        drawn: what each box was drawn with, by its key.
        act: follows what the boxes say.
    """

    def chosen() -> None:
        if any(st.session_state.get(key) != value for key, value in drawn.items()):
            act()

    return chosen
