"""How requests, holds and losses are worded, and how an act on them is carried out and said."""

from collections.abc import Callable

import streamlit as st

from app.audit import Losses
from app.errors import UstazError
from app.ui.context import ScreenWords
from app.ui.words_of_entry import coded, mono

SAID = "approvals_said"
STYLE = """
<style>
[data-testid="InputInstructions"] { display: none; }
[class*="st-key-fields-request-"] td { padding-top: .25rem; padding-bottom: .25rem; }
</style>
"""
"""Streamlit's own hint in a box is English in every language, so it is not shown."""


def carry_out(t: ScreenWords, done: str, act: Callable[[], object]) -> None:
    """Do it; say what happened, either way, and draw the page anew when it did."""
    try:
        act()
    except UstazError as error:
        st.warning(t.words(error.words))
        return
    st.session_state[SAID] = t(done)
    st.rerun()


def said_before() -> None:
    """What the last act said, once."""
    said = st.session_state.pop(SAID, None)
    if said:
        st.success(said)


def who(pseudonym: str, role: str | None, t: ScreenWords) -> str:
    """A person by pseudonym and role; no name stands in the log."""
    return f"{mono(pseudonym[:16])} · {coded('accounts.role', role, t)}" if role else mono(pseudonym[:16])


def losses_rows(losses: Losses, t: ScreenWords) -> list[tuple[str, str]]:
    """The counts of a dry run."""
    rows = [
        ("exchanges", losses.exchanges),
        ("records", losses.records),
        ("conversations", losses.conversations),
        ("documents", losses.documents),
        ("drafts", losses.drafts),
        ("keys", losses.keys),
    ]
    if losses.held:
        rows.append(("held", losses.held))
    return [(t(f"erasure.count.{name}"), t.number(number)) for name, number in rows]
