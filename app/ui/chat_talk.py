"""The conversation on the screen: earlier turns, the newest one, and the one that is being answered."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.assistant import BadQuestion, Question
from app.assistant.events import Checked, Event, Retrieved, Text
from app.errors import Forbidden, UstazError, Words
from app.ui.chat_actions import Row, choices
from app.ui.chat_filters import chosen
from app.ui.chat_memory import AT_ONCE, Memory, Wanted
from app.ui.chat_sources import Panel
from app.ui.chat_state import End, Turn
from app.ui.chat_style import CURRENT, EARLIER, PANE, SOURCES
from app.ui.chat_text import Wording, answer_text, card_text, question_text
from app.ui.context import Context

HEIGHT = 560
"""Of the pane, in pixels, where the style does not reach."""
Events = Generator[Event, None, None]
LONGEST_CLOSING_SECONDS = 10.0


@dataclass(slots=True)
class Slots:
    """The places of the newest turn, filled again and again while it runs.

    The card for a child in danger has one above all turns: the pane shows its end first.
    """

    card: DeltaGenerator
    body: DeltaGenerator
    row: DeltaGenerator
    sources: DeltaGenerator
    drawn: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Draws the turns in memory and asks what is wanted."""

    context: Context
    memory: Memory
    wording: Wording
    row: Row
    panel: Panel

    def begin(self, wanted: Wanted) -> Question | None:
        """Put a new turn on the screen, in the open conversation or in a new one.

        Returns:
            the question to ask; None if it cannot be asked, which the turn then says.
        """
        memory, filters = self.memory, chosen(self.context.language)
        turn = Turn(
            question=wanted.text,
            language=filters.language,
            grade=wanted.grade or filters.grade,
            subject=wanted.subject or filters.subject,
            asked_at=self.context.services.runtime.now(),
        )
        memory.turns.append(turn)
        memory.serial += 1
        asked = Question(
            text=turn.question,
            language=turn.language,
            grade=turn.grade,
            subject=turn.subject,
            programme=wanted.programme,
            parent=wanted.parent,
            unmasked=wanted.unmasked,
        )
        try:
            asked = asked.checked()
            if memory.conversation is None:
                services = self.context.services
                memory.conversation = services.conversations.start(self.context.person, turn.question)
                memory.title = turn.question
        except (BadQuestion, Forbidden) as error:
            turn.finish(End.REFUSED, error.words)
            return None
        except UstazError as error:
            turn.finish(End.FAILED, error.words)
            return None
        return replace(asked, conversation=memory.conversation)

    def draw(self, question: Question | None) -> None:
        """Draw the conversation, and answer the question of its newest turn if there is one to ask."""
        memory = self.memory
        card = st.empty()
        left, right = st.columns([5, 3], gap="medium")
        with right, st.container(key=SOURCES):
            st.subheader(self.context.translator("chat.sources"), anchor=False)
            earlier = st.container(key="chat-earlier")
            with st.container(key=CURRENT):
                current = st.empty()
        # A pane of its own scrolls to its end by itself; a new key with every question brings it back there.
        with left, st.container(key=f"{PANE}-{memory.serial}", height=HEIGHT, autoscroll=True, border=False):
            self._more()
            for place, turn in enumerate(memory.turns[:-1]):
                self._draw_ended(turn, place)
                if turn.numbers() or turn.offered:
                    with earlier, st.container(key=f"{EARLIER}-{self._anchor(place)}"):
                        self.panel.draw(turn, anchor=self._anchor(place), current=False)
            newest, place = memory.turns[-1], len(memory.turns) - 1
            with st.chat_message(self.context.translator("chat.you"), avatar="user"):
                st.markdown(question_text(newest))
            with st.chat_message(self.context.translator("chat.ustaz"), avatar="assistant"):
                slots = Slots(card=card, body=st.empty(), row=st.empty(), sources=current)
                if question is not None:
                    self._answer(newest, question, slots, place)
                newest.wait(LONGEST_CLOSING_SECONDS)
                self._settle(newest, slots, place)

    def _anchor(self, place: int) -> str:
        """Where the sources of a turn stand on this page; new with every turn, so that no old mark stays followed."""
        return f"src-{self.memory.serial}-{place}"

    def _more(self) -> None:
        memory, context = self.memory, self.context
        if not memory.more or memory.conversation is None:
            return
        if st.button(context.translator("chat.earlier"), key="chat-earlier-button", type="tertiary"):
            last = len(memory.turns) + 2 * AT_ONCE
            memory.open(
                context.services.conversations,
                context.person,
                memory.conversation,
                title=memory.title,
                last=last,
            )
            st.rerun()

    def _draw_ended(self, turn: Turn, place: int) -> None:
        """A turn that is over: one piece of text each for question and answer, and a light row."""
        anchor = self._anchor(place)
        with st.chat_message(self.context.translator("chat.you"), avatar="user"):
            st.markdown(question_text(turn))
        with st.chat_message(self.context.translator("chat.ustaz"), avatar="assistant"):
            st.markdown(answer_text(turn, self.wording, anchor=anchor))
            self.row.ended(turn, name=anchor, newest=False)

    def _answer(self, turn: Turn, question: Question, slots: Slots, place: int) -> None:
        """Ask, and draw each event as it comes.

        Whatever ends this run (Stop, another widget, a closed tab), the line is closed here and now, and closes
        its record; what is on the screen stays.
        """
        with slots.row.container():
            self.row.running()
        events: Events | None = None
        try:
            events = cast(Events, self.context.services.assistant.ask(self.context.person, question))
            for event in events:
                turn.take(event)
                if isinstance(event, Checked) and turn.was_masked and place == 0:
                    self._retitle(event.text)
                self._redraw(turn, slots, place, sources=isinstance(event, Retrieved | Text))
        except (BadQuestion, Forbidden) as error:
            turn.finish(End.REFUSED, error.words)
        except UstazError as error:
            turn.finish(End.FAILED, error.words)
        except Exception:
            turn.finish(End.FAILED, Words(key="error.internal"))
            raise
        finally:
            if events is not None:
                events.close()
            turn.finish(End.STOPPED)

    def _retitle(self, masked: str) -> None:
        """A list is seen over a shoulder: what was hidden from the model does not stand in it either."""
        memory, context = self.memory, self.context
        if memory.conversation is not None:
            context.services.conversations.rename(context.person, memory.conversation, masked)
            memory.title = masked

    def _redraw(self, turn: Turn, slots: Slots, place: int, *, sources: bool) -> None:
        """Draw what changed. Every call is also where a Stop takes hold, even when nothing changed."""
        card = card_text(turn, self.wording)
        text = answer_text(turn, self.wording, anchor=self._anchor(place), with_cards=False)
        if (card, text) != slots.drawn:
            if card != slots.drawn[0]:
                slots.card.markdown(card)
            slots.body.markdown(text)
            slots.drawn = (card, text)
        else:
            st.session_state.get(SOURCES)
        if sources:
            with slots.sources.container():
                self.panel.draw(turn, anchor=self._anchor(place), current=True)

    def _settle(self, turn: Turn, slots: Slots, place: int) -> None:
        """The newest turn when nothing runs: its whole text, its row and its sources."""
        self._redraw(turn, slots, place, sources=True)
        with slots.row.container():
            self.row.ended(turn, name=self._anchor(place), newest=True)
            choices(self.row, turn)


def kept(turn: Turn) -> str | None:
    """The text that goes back into the box, so that nothing typed is lost: that of a question without an answer."""
    return turn.question if turn.end in (End.REFUSED, End.FAILED) and not turn.sentences else None
