"""Boxes and lists that follow the address: acting on a choice, once, and on nothing else.

Streamlit hands back what stood in a box when a run was broken off by a step back or forward, and takes it for chosen:
the box's callback then runs while the browser already shows another place. A browser also goes on to send what was
clicked in a list, until a run without the list has come to its end: words typed before that bring the click along.
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


def followed_once(name: str, act: Callable[[str], None]) -> tuple[str, Callable[[], None]]:
    """The key of a list in which nothing stays chosen, and its callback; a click that comes again is not followed.

    The key is a new one after each click that was followed, so what belongs to a list that was drawn before is known.

    Args:
        name: tells the list from the others of the session.
        act: is given what was clicked.
    """
    state = st.session_state
    turn: int = state.get(_TURN, 0)
    key = f"{name}-{turn}"

    def chosen() -> None:
        value = state.get(key)
        before: tuple[tuple[str, str], ...] = state.get(_FOLLOWED, ())
        if isinstance(value, str) and (key, value) not in before:
            state[_FOLLOWED] = (*before[1 - _REMEMBERED :], (key, value))
            state[_TURN] = turn + 1
            act(value)

    return key, chosen


_TURN, _FOLLOWED = "boxes_turn", "boxes_followed"
_REMEMBERED = 16
"""More clicks than anybody makes before one page is drawn to its end."""
