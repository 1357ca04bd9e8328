"""A question and all that came of it, as the screen holds it: folded from live events or read from a stored turn."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.assistant import StoredTurn
from app.assistant.ends import offered
from app.assistant.events import (
    Answered,
    Checked,
    Done,
    Event,
    Failed,
    Filled,
    Flagged,
    NothingFound,
    Progress,
    Recorded,
    Refused,
    Retrieved,
    Routed,
    Sentence,
    StepName,
    Text,
    Understood,
    Withheld,
)
from app.audit import Receipt
from app.errors import Words
from knowledge.curriculum import LearningObjective


class End(StrEnum):
    """How a turn ended; the words of the record, and one for what could not be recorded."""

    ANSWERED = "answered"
    NO_PASSAGE = "no_passage"
    REFUSED = "refused"
    WITHHELD = "withheld"
    STOPPED = "stopped"
    FAILED = "failed"
    ABANDONED = "abandoned"


@dataclass(slots=True, kw_only=True)
class Turn:
    """One question of the open conversation.

    Attributes:
        question: as typed; lives in memory only.
        understood: a follow-up in the words by which it was searched, with placeholders.
        hidden: placeholder -> value, to restore names on this screen; never stored.
        undoable: the placeholders whose mask the person may undo; `barred`: those that the policy lets nobody undo.
        step: what is being done now; None once the turn has ended.
        place: where in line it waits, 1 is next; None: it does not wait.
        passages: ids of all passages found, best first.
        entry_id: the entry that answered; `reason` says why it was chosen.
        end: None while the turn runs.
        words: what the end has to say: a refusal, a failure.
    """

    question: str = field(repr=False)
    language: str
    grade: int | None = None
    subject: str | None = None
    asked_at: datetime | None = None
    masked: str | None = None
    understood: str = field(default="", repr=False)
    hidden: Mapping[str, str] = field(default_factory=dict, repr=False)
    undoable: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    notices: tuple[Words, ...] = ()
    step: StepName | None = None
    place: int | None = None
    passages: tuple[str, ...] = ()
    ambiguous: tuple[LearningObjective, ...] = ()
    sentences: list[Sentence] = field(default_factory=list, repr=False)
    entry_id: str | None = None
    reason: Words | None = None
    flags: tuple[Words, ...] = ()
    end: End | None = None
    words: Words | None = None
    receipt: Receipt | None = None
    thumbs: bool | None = None
    why: str = ""
    _over: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    @property
    def running(self) -> bool:
        """Whether the answer is still being made."""
        return self.end is None

    @property
    def exchange(self) -> UUID | None:
        """The exchange in the log; None while nothing is recorded."""
        return self.receipt.exchange_id if self.receipt else None

    @property
    def was_masked(self) -> bool:
        """Whether something of the question was hidden before it went on."""
        return bool(self.hidden)

    def take(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case Progress(step=step, place=place):
                self.step, self.place = step, place
            case Recorded(receipt=receipt):
                self.receipt = receipt
            case Checked(text=text, notices=notices, hidden=hidden, undoable=undoable, barred=barred):
                self.masked, self.notices, self.hidden = text, notices, hidden
                self.undoable, self.barred = undoable, barred
            case Understood(text=text):
                self.understood = text
            case Retrieved(hits=hits, ambiguous=ambiguous):
                self.passages, self.ambiguous = tuple(hit.passage.id for hit in hits), ambiguous
            case Routed(entry=entry, reason=reason):
                self.entry_id, self.reason = entry.entry_id, reason
            case Text(sentence=sentence):
                self.sentences.append(sentence)
            case Filled(leaves=leaves):
                self.sentences.extend(leaves)
            case Flagged(notices=notices):
                self.flags += notices
            case Answered():
                self.finish(End.ANSWERED)
            case NothingFound(words=words):
                self.finish(End.NO_PASSAGE, words)
            case Refused(words=words):
                self.finish(End.REFUSED, words)
            case Withheld(words=words):
                self.finish(End.WITHHELD, words)
            case Failed(words=words):
                self.finish(End.FAILED, words)
            case Done(receipt=receipt):
                self.receipt = receipt

    def finish(self, end: End, words: Words | None = None) -> None:
        """Set the end, once: a later one does not overwrite it."""
        if self.end is None:
            self.end, self.words, self.step = end, words, None
        self._over.set()

    def wait(self, seconds: float) -> None:
        """Wait for the end, at most so long.

        Streamlit starts a new run while the one that it stops still closes its record.
        """
        if self.end is None:
            self._over.wait(seconds)

    def numbers(self) -> dict[str, int]:
        """The mark of each cited passage, by id: 1, 2, ... in the order in which the text first rests on it."""
        marks: dict[str, int] = {}
        for sentence in self.sentences:
            for citation in sentence.citations:
                marks.setdefault(citation.passage_id, len(marks) + 1)
        return marks

    def uncited(self) -> tuple[str, ...]:
        """The passages found that no sentence rests on and that are not offered, best first."""
        named = {*self.numbers(), *self.offered}
        return tuple(passage for passage in self.passages if passage not in named)

    @property
    def offered(self) -> tuple[str, ...]:
        """The passages of the school's own papers that may answer where nothing else does."""
        return offered(self.passages, self.flags)


def from_stored(stored: StoredTurn) -> Turn:
    """A turn of an opened conversation. An end this release does not know reads as abandoned."""
    known = stored.outcome in set(End)
    return Turn(
        question=stored.question,
        language=stored.language,
        asked_at=stored.asked_at,
        masked=stored.masked or None,
        understood=stored.understood,
        hidden=stored.hidden,
        undoable=stored.undoable,
        barred=stored.barred,
        flags=stored.notices,
        passages=stored.passages,
        sentences=list(stored.sentences),
        entry_id=stored.entry_id,
        end=End(stored.outcome) if known else End.ABANDONED,
        words=stored.reason,
        receipt=stored.receipt,
    )
