"""What one browser session remembers of the Ask page: the open conversation and what is about to be asked."""

from dataclasses import dataclass, field
from uuid import UUID

import streamlit as st

from app.accounts import Principal
from app.assistant import Conversations, Unmask
from app.errors import NotFound, Words
from app.ui.chat_state import Turn, from_stored

KEY = "chat"
BOX = "chat_question"
AT_ONCE = 10
"""Turns drawn when a conversation is opened; earlier ones come on request."""
PAGE = 20
"""Conversations in the list at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A question that the next run asks: a retry, an example, a choice among programmes."""

    text: str = field(repr=False)
    parent: UUID | None = None
    grade: int | None = None
    subject: str | None = None
    programme: str | None = None
    unmasked: tuple[Unmask, ...] = ()


@dataclass(slots=True, kw_only=True)
class Memory:
    """The Ask page of one person in one browser session; gone when somebody else signs in.

    Attributes:
        turns: those on the screen, oldest first; older ones stay in the database.
        more: whether the database holds turns before the first of `turns`.
        serial: changes whenever the turns on the screen do, so that places on the page never point to old ones.
        back: text to put back into the box at the next run.
        left: another page was turned to from a part that reruns alone; the whole page follows.
    """

    person: UUID
    conversation: UUID | None = None
    title: str = field(default="", repr=False)
    turns: list[Turn] = field(default_factory=list, repr=False)
    more: bool = False
    serial: int = 0
    wanted: Wanted | None = None
    back: str | None = field(default=None, repr=False)
    notice: Words | None = None
    left: bool = False
    listed: int = PAGE
    examples_for: tuple[int | None, str | None] = (None, None)

    def start_new(self) -> None:
        """Leave the open conversation."""
        self.conversation, self.title, self.turns, self.more = None, "", [], False
        self.wanted = self.back = self.notice = None
        self.serial += 1

    def open(
        self,
        conversations: Conversations,
        principal: Principal,
        conversation: UUID,
        *,
        title: str | None = None,
        last: int = AT_ONCE,
    ) -> None:
        """Bring the newest turns of a conversation onto the screen; one that is not theirs opens an empty page.

        Args:
            title: its title, where the caller has it at hand; else it is looked up.
        """
        self.start_new()
        try:
            stored = conversations.open(principal, conversation, last=last + 1)
        except NotFound:
            self.notice = Words(key="chat.not_found")
            return
        if title is None:
            lines = conversations.lines(principal)
            title = next((line.title for line in lines if line.id == conversation), "")
        self.conversation, self.title, self.more = conversation, title, len(stored) > last
        self.turns = [from_stored(turn) for turn in stored[-last:]]


def memory_of(principal: Principal) -> Memory:
    """The memory of this session, fresh for a person who has none in it."""
    state = st.session_state
    kept = state.get(KEY)
    if not isinstance(kept, Memory) or kept.person != principal.person_id:
        kept = Memory(person=principal.person_id)
        state[KEY] = kept
    return kept
