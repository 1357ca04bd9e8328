"""A person's conversations: listed, opened, renamed, searched; kept only sealed, and never a second time beside the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.assistant.events import Grounding, Sentence
from app.assistant.question import REWRITE
from app.assistant.tables import ConversationRow
from app.audit import AuditLog, Receipt, StoredExchange
from app.database import Database
from app.errors import NotFound, Words
from app.runtime import Runtime
from guardrails.personal.undo import undoable
from guardrails.placeholders import restore_map
from knowledge.passage import Citation

LONGEST_TITLE = 80
RETRIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLine:
    """A conversation in the list."""

    id: UUID
    title: str = field(repr=False)
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """One question of a conversation with all that came of it, as the log holds it.

    `question` is as typed and `hidden` re-derived from it: both live in memory only.
    """

    exchange_id: UUID
    asked_at: datetime
    question: str = field(repr=False)
    masked: str
    hidden: Mapping[str, str] = field(repr=False)
    outcome: str
    sentences: tuple[Sentence, ...]
    passages: tuple[str, ...]
    entry_id: str | None
    reason: Words | None
    receipt: Receipt
    language: str
    notices: tuple[Words, ...] = ()
    parent: UUID | None = None
    understood: str = ""
    unmasked: bool = False
    """Whether a mask of it was undone."""
    undoable: tuple[str, ...] = ()
    """The placeholders whose mask the person may undo, by the policy in force when the turn was opened."""
    barred: tuple[str, ...] = ()
    """Those that could be undone if that policy allowed it."""

    @property
    def answer(self) -> str:
        """The text that was shown."""
        return "".join(sentence.text for sentence in self.sentences)


def never(school: str | None) -> bool:
    """No policy lets a mask be undone."""
    return False


@dataclass(frozen=True, slots=True)
class Conversations:
    """The conversations of whoever asks; every query is narrowed to that person."""

    database: Database
    audit: AuditLog
    runtime: Runtime
    may_undo: Callable[[str | None], bool] = never
    """Whether the policy in force of a school lets a teacher undo the mask of a name."""

    def lines(self, principal: Principal, *, limit: int = 500) -> tuple[ConversationLine, ...]:
        """The person's conversations, newest first."""
        principal.require(Permission.OWN_CONVERSATION_READ)

        def read(session: Session) -> tuple[ConversationLine, ...]:
            rows = session.scalars(
                select(ConversationRow)
                .where(ConversationRow.person_id == principal.person_id, ConversationRow.archived.is_(False))
                .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc())
                .limit(limit)
            ).all()
            titles = self.audit.vault.open_many(session, {row.id: row.title for row in rows})
            return tuple(
                ConversationLine(id=row.id, title=titles[row.id].decode(), updated_at=row.updated_at)
                for row in rows
                if row.id in titles
            )

        return self.database.read(read)

    def start(self, principal: Principal, title: str) -> UUID:
        """Begin a conversation; its title is sealed before it is written."""
        principal.require(Permission.OWN_CONVERSATION_CHANGE)
        conversation, now = self.runtime.new_id(), self.runtime.now()

        def write(session: Session) -> None:
            sealed = self.audit.vault.seal(
                session, school=principal.school, owner=conversation, data=shortened(title).encode()
            )
            session.add(
                ConversationRow(
                    id=conversation,
                    person_id=principal.person_id,
                    school=principal.school,
                    title=sealed,
                    created_at=now,
                    updated_at=now,
                    archived=False,
                )
            )

        self.database.write(write)
        return conversation

    def rename(self, principal: Principal, conversation: UUID, title: str) -> None:
        """Give a conversation another title.

        Raises:
            NotFound: no such conversation of this person.
        """
        principal.require(Permission.OWN_CONVERSATION_CHANGE)

        def write(session: Session) -> None:
            row = self._own(session, principal, conversation)
            row.title = self.audit.vault.seal(
                session, school=principal.school, owner=conversation, data=shortened(title).encode()
            )

        self.database.write(write)

    def archive(self, principal: Principal, conversation: UUID) -> None:
        """Take a conversation off the list; its records stay in the log.

        Raises:
            NotFound: no such conversation of this person.
        """
        principal.require(Permission.OWN_CONVERSATION_CHANGE)

        def write(session: Session) -> None:
            self._own(session, principal, conversation).archived = True

        self.database.write(write)

    def touch(self, principal: Principal, conversation: UUID) -> None:
        """Move a conversation to the top of the list; also the check that it is the person's own.

        Raises:
            NotFound: no such conversation of this person.
        """

        def write(session: Session) -> int:
            changed = session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation, ConversationRow.person_id == principal.person_id)
                .values(updated_at=self.runtime.now())
                .returning(ConversationRow.id)
            ).all()
            return len(changed)

        if not self.database.write(write):
            raise NotFound("no such conversation of this person")

    def open(
        self, principal: Principal, conversation: UUID, *, last: int | None = None
    ) -> tuple[StoredTurn, ...]:
        """The turns of a conversation, oldest first; `last` bounds them to the newest ones.

        Raises:
            NotFound: no such conversation of this person.
        """
        principal.require(Permission.OWN_CONVERSATION_READ)
        self.database.read(lambda session: self._own(session, principal, conversation).id)
        turns = self._turns(principal, conversation, last)
        may = any(turn.hidden for turn in turns) and self.may_undo(principal.school)
        return tuple(_offering(turn, may=may) for turn in turns)

    def recent(
        self, principal: Principal, conversation: UUID | None, *, most: int, retried: UUID | None = None
    ) -> tuple[StoredTurn, ...]:
        """The last turns with an answer, oldest first; of a question that was put again, the last try alone.

        Args:
            retried: the exchange that is put again now; neither it nor the tries before it are given.
        """
        if conversation is None:
            return ()
        turns = self._turns(principal, conversation, most + RETRIES)
        gone = {turn.parent for turn in turns} | {retried}
        answered = [
            turn
            for turn in turns
            if turn.outcome in {"answered", "stopped"}
            and turn.sentences
            and turn.exchange_id not in gone
            # A name that was let through goes on in its own exchange only.
            and not turn.unmasked
        ]
        return tuple(answered[-most:])

    def search(self, principal: Principal, words: str) -> tuple[ConversationLine, ...]:
        """The person's conversations whose title or text holds all the words; opened in memory only."""
        wanted = words.casefold().split()
        found = []
        for line in self.lines(principal):
            text = line.title.casefold()
            if not all(word in text for word in wanted):
                turns = self._turns(principal, line.id, None)
                text += " ".join(
                    f"{turn.question} {' '.join(sentence.text for sentence in turn.sentences)}"
                    for turn in turns
                ).casefold()
            if all(word in text for word in wanted):
                found.append(line)
        return tuple(found)

    def _turns(self, principal: Principal, conversation: UUID, last: int | None) -> tuple[StoredTurn, ...]:
        """The newest turns; a question has one rewriting at most, which is no turn of the conversation."""
        stored = self.audit.conversation(
            conversation, actor=principal.subject, last=None if last is None else 2 * last
        )
        turns = [turn_of(row) for row in stored if row.clear.get("task") != REWRITE]
        return tuple(turns if last is None else turns[-last:])

    def _own(self, session: Session, principal: Principal, conversation: UUID) -> ConversationRow:
        row = session.get(ConversationRow, conversation)
        if row is None or row.person_id != principal.person_id:
            raise NotFound("no such conversation of this person")
        return row


def shortened(title: str) -> str:
    """A title on one line, at most 80 characters, cut at a word."""
    flat = " ".join(title.split())
    if len(flat) <= LONGEST_TITLE:
        return flat
    return flat[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _offering(turn: StoredTurn, *, may: bool) -> StoredTurn:
    """A turn with the masks that can be undone; those of names alone, and of none beside a diagnosis."""
    names = undoable(turn.question, turn.hidden)
    return replace(turn, undoable=names if may else (), barred=() if may else names)


def turn_of(stored: StoredExchange) -> StoredTurn:
    """A turn as the screen draws it, from the records of its exchange."""
    sealed: Mapping[str, Any] = stored.sealed
    clear: Mapping[str, Any] = stored.clear
    raw, masked = str(sealed.get("raw", "")), str(sealed.get("masked", ""))
    passages = [str(row["id"]) for row in clear.get("passages") or ()]
    reason = clear.get("reason")
    return StoredTurn(
        exchange_id=stored.exchange_id,
        asked_at=stored.asked_at,
        question=raw,
        masked=masked,
        hidden=restore_map(raw, masked) if masked else {},
        outcome=stored.outcome,
        sentences=tuple(_sentences(clear.get("sentences") or (), sealed.get("shown") or ())),
        passages=tuple(passages),
        entry_id=clear.get("entry_id"),
        reason=Words(key=reason["key"], facts=reason["facts"]) if reason else None,
        receipt=stored.receipt,
        language=str(clear.get("language") or "kk"),
        notices=tuple(Words(key=row["key"], facts=row["facts"]) for row in clear.get("notices") or ()),
        parent=UUID(clear["parent"]) if clear.get("parent") else None,
        understood=str(sealed.get("understood", "")),
        unmasked=bool((clear.get("details") or clear).get("unmasked")),
    )


def _sentences(clear: Any, shown: Any) -> list[Sentence]:
    return [
        Sentence(
            number=row["number"],
            text=text,
            citations=tuple(
                Citation(passage_id=passage, code=None, source="", edition="", place="")
                for passage in row["citations"]
            ),
            grounding=Grounding(row["grounding"]),
        )
        for row, text in zip(clear, shown, strict=False)
    ]
