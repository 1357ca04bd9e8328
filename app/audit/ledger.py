"""Writing one record inside a transaction: numbered, timed, composed, hashed, and queued for its leaf."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, literal_column, select, update
from sqlalchemy.orm import Session

from app.audit.canonical import canonical
from app.audit.envelope import Draft, Stamp, compose
from app.audit.merkle import leaf_hash
from app.audit.receipt import Receipt, code_of
from app.audit.tables import LANE, PENDING, RECORD, SEALED
from app.database import Database
from app.errors import NotRecorded
from app.runtime import Runtime

LANES = {"sqlite": 1, "postgresql": 64}
SQLITE_NOW: ColumnElement[str] = literal_column("strftime('%Y-%m-%dT%H:%M:%f', 'now')")


class Ledger:
    """Writes the records of one process.

    A record's number is counted up in the record's own transaction: what rolls back takes its number back, so
    that a gap always means a missing record. On PostgreSQL a process has many lanes of numbers, and a
    transaction takes one that no other holds, so that writers do not wait for each other.
    """

    def __init__(
        self,
        database: Database,
        runtime: Runtime,
        instance_id: UUID,
        *,
        app_version: str,
        git_commit: str | None,
    ) -> None:
        self.instance_id = instance_id
        self._runtime = runtime
        self._version = app_version
        self._commit = git_commit
        self._number = _numbering(database.dialect, instance_id)

    def write(self, session: Session, draft: Draft) -> Receipt:
        """Add a record to the transaction; durable, and only then true, when the transaction is.

        Raises:
            ValueError: the clear part holds what it must not.
            NotRecorded: this process has no free lane.
        """
        body, columns = self._compose(session, draft)
        digest = leaf_hash(body).hex()
        session.execute(insert(RECORD), {**columns, "body": body, "leaf_hash": digest})
        if draft.sealed is not None:
            session.execute(
                insert(SEALED), {"record_id": draft.record_id, "ciphertext": draft.sealed.ciphertext}
            )
        session.execute(insert(PENDING), {"record_id": draft.record_id})
        return Receipt(
            record_id=draft.record_id,
            exchange_id=draft.exchange_id,
            leaf_hash=digest,
            index=None,
            code=code_of(digest),
        )

    def existing(self, session: Session, record_id: UUID) -> Receipt | None:
        """The receipt of a record that an earlier attempt already wrote."""
        row = session.execute(
            select(RECORD.c.exchange_id, RECORD.c.leaf_hash).where(RECORD.c.record_id == record_id)
        ).first()
        if row is None:
            return None
        return Receipt(
            record_id=record_id,
            exchange_id=row.exchange_id,
            leaf_hash=row.leaf_hash,
            index=None,
            code=code_of(row.leaf_hash),
        )

    def _compose(self, session: Session, draft: Draft) -> tuple[bytes, dict[str, Any]]:
        number = session.execute(self._number).first()
        if number is None:
            raise NotRecorded("every lane of this process is taken; more writers than connections?")
        now = self._runtime.now()
        stamp = Stamp(
            time=now,
            database_time=_moment(number.now),
            instance_id=self.instance_id,
            lane=number.lane,
            sequence=number.last,
            app_version=self._version,
            git_commit=self._commit,
        )
        envelope = compose(draft, stamp)
        columns = {
            "record_id": draft.record_id,
            "instance_id": self.instance_id,
            "lane": number.lane,
            "sequence": number.last,
            "exchange_id": draft.exchange_id,
            "kind": draft.kind.value,
            "school": draft.school,
            "pseudonym": draft.pseudonym,
            "outcome": envelope.get("outcome"),
            "language": envelope["language"],
            "entry_id": envelope.get("entry_id"),
            "conversation_id": envelope.get("gen_ai.conversation.id"),
            "rail": envelope.get("rail"),
            "created_at": now,
        }
        return canonical(envelope), columns


def _numbering(dialect: str, instance_id: UUID) -> Any:
    """The statement that takes the next number of a free lane and reads the database's clock."""
    mine = LANE.c.instance_id == instance_id
    count = update(LANE).where(mine).values(last=LANE.c.last + 1)
    if dialect == "sqlite":
        return count.where(LANE.c.lane == 0).returning(LANE.c.lane, LANE.c.last, SQLITE_NOW.label("now"))
    free = select(LANE.c.lane).where(mine).order_by(LANE.c.lane).limit(1).with_for_update(skip_locked=True)
    return count.where(LANE.c.lane == free.scalar_subquery()).returning(
        LANE.c.lane, LANE.c.last, func.clock_timestamp().label("now")
    )


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
