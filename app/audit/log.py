"""The audit log: what is appended to it, what is read from it, and the threads that keep it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import appending, proof, report
from app.audit import record as reading
from app.audit import search as searching
from app.audit.checkpoint import newest_over
from app.audit.checkpoint import parse as parse_checkpoint
from app.audit.exchange import OpenExchange
from app.audit.fields import Kind
from app.audit.keeper import Keeper
from app.audit.receipt import Receipt
from app.audit.record import Record, StoredExchange
from app.audit.report import Report
from app.audit.search import Filter, Page
from app.audit.tables import CHECKPOINT, OPEN, PENDING, RECORD
from app.audit.tree import inclusion_proof
from app.audit.vault import Vault
from app.database import Database, Entry
from app.errors import NotFound, Words
from app.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the log fares at this moment.

    Attributes:
        leading: this process gives out the leaves.
        alarm: why nothing is sequenced, if so.
        waiting: records without a leaf; more than a few for longer than a second is a fault.
        open_exchanges: questions without an end.
        signed_size: leaves under the newest signed head.
    """

    leading: bool
    alarm: Words | None
    waiting: int
    open_exchanges: int
    signed_size: int


class AuditLog:
    """Appends, and proves later; `start` it before the first record, `close` it at the end.

    Args:
        home: the data folder; keys, checkpoints and lock files lie in it.
        longest: the age at which an open exchange is over even though its process lives.
    """

    def __init__(
        self,
        database: Database,
        runtime: Runtime,
        home: Path,
        *,
        app_version: str,
        git_commit: str | None = None,
        longest: timedelta = timedelta(minutes=15),
    ) -> None:
        self._database = database
        self._runtime = runtime
        self._home = home
        self._keeper = Keeper(
            database, runtime, home, app_version=app_version, git_commit=git_commit, longest=longest
        )

    def start(self, *, serve: bool = False, threads: bool = True) -> None:
        """Load the keys, join the log as an instance, end orphans, and keep the log from now on.

        Args:
            serve: this is the process that serves; on SQLite there is at most one.
            threads: false leaves `sequence` and `recover` to the caller.

        Raises:
            BadSetting: a key file is missing, changed or readable by others, or another process serves.
        """
        self._keeper.start(serve=serve, threads=threads)

    def close(self) -> None:
        """Give the last records their leaves, sign, and leave; closing twice is no fault."""
        self._keeper.close()

    def append(self, entry: Entry) -> Receipt:
        """Make a record durable; with a `record_id`, appending it again gives the same receipt.

        Raises:
            NotRecorded: it is not durable.
            Conflict: the `record_id` is taken by another kind of record.
            ValueError: unknown kind, a float, or text or a secret in the clear part.
        """
        return appending.append(self._keeper.means, self._keeper.keys, entry)

    def record(self, session: Session, entry: Entry) -> UUID:
        """Add a record to the caller's transaction; durable when that is.

        Raises:
            ValueError: unknown kind, a float, or text or a secret in the clear part.
        """
        return appending.record(self._keeper.means, self._keeper.keys, session, entry)

    def open(self, entry: Entry) -> OpenExchange:
        """Make a question durable and open its exchange; before this returns nothing may be called.

        Raises:
            NotRecorded: it is not durable: no call.
            ValueError: not an `asked` entry, or its clear part holds what it must not.
        """
        return appending.open_exchange(self._keeper.means, self._keeper.keys, entry)

    @property
    def vault(self) -> Vault:
        """Seals what is stored beside the log."""
        return Vault(self._runtime, self._keeper.means.ring)

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

    def unseal(self, record: Record) -> Mapping[str, Any]:
        """The sealed part of a record; whoever shows it to another person records that first.

        Raises:
            NotFound: it was erased.
            TamperedLog: it does not open, or differs from its commitment.
        """
        return self._database.read(lambda session: reading.unsealed(session, self._keeper.means.ring, record))

    def exchanges(self, ids: Iterable[UUID]) -> tuple[StoredExchange, ...]:
        """Ended exchanges with their sealed parts, in the order asked for, in one sweep."""
        return self._database.read(lambda session: reading.exchanges(session, self._keeper.means.ring, ids))

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
        found, note = self._signed(record_id)
        if note is None:
            self._keeper.sequence(finish=True)
            found, note = self._signed(record_id)
        if found.index is None or note is None:
            raise NotFound("no signed head holds this record yet", key="audit.refusal.not_signed_yet")
        index, size = found.index, parse_checkpoint(note).size
        path = self._database.read(lambda session: inclusion_proof(session, index, size))
        extra = found.body if with_record else bytes.fromhex(found.leaf_hash)
        return proof.text_of(index=index, path=path, checkpoint=note, extra=extra)

    def verify(
        self, *, anchors: Sequence[Path] = (), progress: Callable[[int, int], None] | None = None
    ) -> Report:
        """Check the whole log against its own heads, and against those that a second party kept."""
        url = self._database.url.render_as_string(hide_password=False)
        return report.check(url, self._home, anchors=anchors, progress=progress)

    def sequence(self, *, finish: bool = False) -> int:
        """Give leaves to all records that wait, if this process leads or may lead; gives how many.

        Args:
            finish: sign a head over whatever is not signed yet.
        """
        return self._keeper.sequence(finish=finish)

    def recover(self) -> tuple[UUID, ...]:
        """End the exchanges of dead processes now; also done at the start and every minute."""
        return self._keeper.recover()

    def health(self) -> Health:
        """How the log fares."""

        def count(session: Session) -> tuple[int, int, int]:
            waiting = session.scalar(select(func.count()).select_from(PENDING)) or 0
            opened = session.scalar(select(func.count()).select_from(OPEN)) or 0
            return waiting, opened, session.scalar(select(func.max(CHECKPOINT.c.size))) or 0

        waiting, opened, signed = self._database.read(count)
        return Health(
            leading=self._keeper.leading,
            alarm=self._keeper.alarm,
            waiting=waiting,
            open_exchanges=opened,
            signed_size=signed,
        )

    def _signed(self, record_id: UUID) -> tuple[Record, str | None]:
        """A record and the newest head, if that holds the record's leaf."""

        def read(session: Session) -> tuple[Record, str | None]:
            found = reading.find(session, record_id)
            if found is None:
                raise NotFound(f"no record {record_id}")
            return found, None if found.index is None else newest_over(session, found.index)

        return self._database.read(read)
