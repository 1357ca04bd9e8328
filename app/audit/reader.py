"""What is read from the audit log: records, a person's own texts, and the proof of a record."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import proof
from app.audit import record as reading
from app.audit import search as searching
from app.audit.checkpoint import newest_over
from app.audit.checkpoint import parse as parse_checkpoint
from app.audit.fields import Kind
from app.audit.keeper import Keeper
from app.audit.receipt import Receipt
from app.audit.record import Record, StoredExchange
from app.audit.search import Filter, Page
from app.audit.tables import OPEN, RECORD
from app.audit.tree import inclusion_proof
from app.audit.witness import memory
from app.audit.witness.memory import Taken
from app.database import Database
from app.errors import Forbidden, NotFound


class LogReader:
    """Reads records and proves them; recording that somebody looked is the caller's duty.

    Args:
        database: where the records are.
        keeper: holds the keys of what is sealed, and signs a head where a proof waits for one.
    """

    def __init__(self, database: Database, keeper: Keeper) -> None:
        self._database = database
        self._keeper = keeper

    def pseudonym(self, actor: str) -> str:
        """The name of a person (`iss|sub`) in the log, for filters."""
        return self._keeper.keys.pseudonym(actor)

    def find(self, record_id: UUID) -> Record | None:
        """A record by its id."""
        return self._database.read(lambda session: reading.find(session, record_id))

    def find_code(self, code: str) -> Record | None:
        """The record that a receipt code names.

        Raises:
            ValueError: not a receipt code.
        """
        return self._database.read(lambda session: reading.find_code(session, code))

    def unseal(self, record: Record, *, actor: str) -> Mapping[str, Any]:
        """The sealed part of a record that this person (`iss|sub`) left; of others only `openings` reads.

        Raises:
            Forbidden: it is not theirs.
            NotFound: it was erased.
            TamperedLog: it does not open, or differs from its commitment.
        """
        if record.pseudonym != self.pseudonym(actor):
            raise Forbidden("somebody else left this text", key="approvals.cannot.not_approved")
        return self._unsealed(record)

    def file_name(self, record: Record, *, school: str) -> str | None:
        """The name of a file that an admin of this school gave it; None where the record is about no file.

        Raises:
            Forbidden: the file is another school's.
            NotFound: it was erased.
            TamperedLog: it does not open, or differs from its commitment.
        """
        clear = record.clear
        if record.kind != Kind.ADMIN_CHANGE or not str(clear["event"]).startswith("document_"):
            return None
        if record.school != school:
            raise Forbidden("a file of another school")
        name = self._unsealed(record).get("name")
        return None if name is None else str(name)

    def change_reason(self, record: Record, *, school: str) -> str | None:
        """Why an admin of this school changed its protection; None where the record is about something else.

        Raises:
            Forbidden: another school's change.
            NotFound: it was erased.
            TamperedLog: it does not open, or differs from its commitment.
        """
        if record.kind != Kind.ADMIN_CHANGE or record.clear["event"] != "protection_changed":
            return None
        if record.school != school:
            raise Forbidden("a change of another school")
        reason = self._unsealed(record).get("reason")
        return None if reason is None else str(reason)

    def _unsealed(self, record: Record) -> Mapping[str, Any]:
        return self._database.read(lambda session: reading.unsealed(session, self._keeper.means.ring, record))

    def readable(self, record: Record) -> bool | None:
        """Whether the text of a record can still be opened; None if it never had any. Nothing is opened."""
        return self._database.read(lambda session: reading.readable(session, record))

    def exchanges(self, ids: Iterable[UUID], *, actor: str) -> tuple[StoredExchange, ...]:
        """A person's (`iss|sub`) ended exchanges with their sealed parts, in the order asked for, in one sweep."""
        mine, wanted = self.pseudonym(actor), list(ids)

        def read(session: Session) -> tuple[StoredExchange, ...]:
            own: set[UUID | None] = set()
            for start in range(0, len(wanted), 500):
                asked = RECORD.c.exchange_id.in_(wanted[start : start + 500])
                own.update(
                    session.scalars(select(RECORD.c.exchange_id).where(asked, RECORD.c.pseudonym == mine))
                )
            return reading.exchanges(session, self._keeper.means.ring, [one for one in wanted if one in own])

        return self._database.read(read)

    def conversation(
        self, conversation: UUID, *, actor: str, last: int | None = None
    ) -> tuple[StoredExchange, ...]:
        """A person's ended exchanges in a conversation, oldest first; `last` takes the newest only."""
        mine = self.pseudonym(actor)

        def read(session: Session) -> tuple[StoredExchange, ...]:
            newest = (
                select(RECORD.c.exchange_id)
                .where(
                    RECORD.c.conversation_id == str(conversation),
                    RECORD.c.pseudonym == mine,
                    RECORD.c.kind == Kind.ASKED.value,
                    RECORD.c.exchange_id.not_in(select(OPEN.c.exchange_id)),
                )
                .order_by(RECORD.c.created_at.desc(), RECORD.c.record_id.desc())
                .limit(last)
            )
            ids = [one for one in session.scalars(newest) if one is not None]
            return reading.exchanges(session, self._keeper.means.ring, reversed(ids))

        return self._database.read(read)

    def owns(self, exchange: UUID, *, actor: str) -> bool:
        """Whether a person (`iss|sub`) asked the question of an exchange."""
        mine = self.pseudonym(actor)
        asked = select(RECORD.c.record_id).where(
            RECORD.c.exchange_id == exchange, RECORD.c.kind == Kind.ASKED.value, RECORD.c.pseudonym == mine
        )
        return self._database.read(lambda session: session.scalar(asked)) is not None

    def records_of(self, exchange: UUID) -> tuple[Record, ...]:
        """Every record about an exchange, oldest first."""
        wanted = Filter(exchange_id=exchange)
        page = self._database.read(lambda session: searching.search(session, wanted, limit=500))
        return tuple(reversed(page.records))

    def search(self, wanted: Filter, *, after: str | None = None, limit: int = 50) -> Page:
        """Records by what stands in clear, newest first; recording the reading is the caller's duty.

        Raises:
            ValueError: not a receipt code, or not a place in the list.
        """
        return self._database.read(
            lambda session: searching.search(session, wanted, after=after, limit=limit)
        )

    def counts(self, wanted: Filter) -> Mapping[str, int]:
        """How many records there are of each outcome, and of each kind that has none."""
        return self._database.read(lambda session: searching.counts(session, wanted))

    def receipt(self, record_id: UUID) -> Receipt:
        """The receipt again, with its leaf index once it has one.

        Raises:
            NotFound: no such record.
        """
        found = self.find(record_id)
        if found is None:
            raise NotFound(f"no record {record_id}")
        return found.receipt

    def prove(self, record_id: UUID, *, with_record: bool = False) -> str:
        """The inclusion proof of a record, a `.tlog-proof` text that is checked offline.

        Args:
            with_record: put the record's clear bytes into it, not its hash alone.

        Raises:
            NotFound: no such record, or no signed head holds it yet (at most a minute after it was written).
        """
        found, note, path = self._database.read(lambda session: _proved(session, record_id))
        if note is None:
            self._keeper.sequence(finish=True)
            found, note, path = self._database.read(lambda session: _proved(session, record_id))
        if found.index is None or note is None:
            raise NotFound("no signed head holds this record yet", key="audit.refusal.not_signed_yet")
        extra = found.body if with_record else bytes.fromhex(found.leaf_hash)
        return proof.text_of(index=found.index, path=path, checkpoint=note, extra=extra)

    def anchored(self, index: int) -> Taken | None:
        """The newest head over a leaf that was taken outside; a witness's before any other."""
        return self._database.read(lambda session: memory.over(session, index))


def _proved(session: Session, record_id: UUID) -> tuple[Record, str | None, tuple[bytes, ...]]:
    """A record, the best head over its leaf (taken outside, or the newest), and the hashes between; no head, no hashes."""
    found = reading.find(session, record_id)
    if found is None:
        raise NotFound(f"no record {record_id}")
    if found.index is None:
        return found, None, ()
    kept = memory.over(session, found.index)
    note = newest_over(session, found.index) if kept is None else kept.note
    path = () if note is None else inclusion_proof(session, found.index, parse_checkpoint(note).size)
    return found, note, path
