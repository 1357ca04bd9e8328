"""Writing one record inside a transaction: numbered, timed, composed, hashed, and queued for its leaf."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.audit.canonical import canonical
from app.audit.envelope import Draft, Stamp, compose
from app.audit.facets import facet_of, index_row
from app.audit.merkle import leaf_hash
from app.audit.receipt import Receipt, code_of
from app.audit.tables import FACET, INDEX, LANE, PENDING, RECORD, SEALED
from app.database import Database, Prepared
from app.errors import NotRecorded
from app.runtime import Runtime

LANES = {"sqlite": 1, "postgresql": 64}
SQLITE_NOW: ColumnElement[str] = literal_column("strftime('%Y-%m-%dT%H:%M:%f', 'now')")

INSERT_RECORD, INSERT_INDEX, INSERT_SEALED, INSERT_PENDING = map(
    Prepared.insert, (RECORD, INDEX, SEALED, PENDING)
)


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
        self._facet = _new_facet(database.dialect)

    def write(self, session: Session, draft: Draft) -> Receipt:
        """Add a record to the transaction; durable, and only then true, when the transaction is.

        Raises:
            ValueError: the clear part holds what it must not.
            NotRecorded: this process has no free lane.
        """
        envelope, columns = self._compose(session, draft)
        body = canonical(envelope)
        digest = leaf_hash(body).hex()
        INSERT_RECORD.run(session, **columns, body=body, leaf_hash=digest)
        facet = facet_of(envelope)
        self._facet.run(session, **facet.row)
        INSERT_INDEX.run(
            session,
            **index_row(envelope, facet, record_id=draft.record_id, created_at=columns["created_at"]),
        )
        if draft.sealed is not None:
            INSERT_SEALED.run(session, record_id=draft.record_id, ciphertext=draft.sealed.ciphertext)
        INSERT_PENDING.run(session, record_id=draft.record_id)
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

    def _compose(self, session: Session, draft: Draft) -> tuple[dict[str, Any], dict[str, Any]]:
        number = self._number.first(session)
        if number is None:
            raise NotRecorded("every lane of this process is taken; more writers than connections?")
        lane, sequence, moment = number
        now = self._runtime.now()
        stamp = Stamp(
            time=now,
            database_time=_moment(moment),
            instance_id=self.instance_id,
            lane=lane,
            sequence=sequence,
            app_version=self._version,
            git_commit=self._commit,
        )
        envelope = compose(draft, stamp)
        columns = {
            "record_id": draft.record_id,
            "instance_id": self.instance_id,
            "lane": lane,
            "sequence": sequence,
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
        return envelope, columns


def _new_facet(dialect: str) -> Prepared:
    """The statement that adds a facet where it is new."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return Prepared(insert(FACET).on_conflict_do_nothing().inline(), [column.key for column in FACET.columns])


def _numbering(dialect: str, instance_id: UUID) -> Prepared:
    """The statement that takes the next number of a free lane and reads the database's clock."""
    mine = LANE.c.instance_id == instance_id
    count = update(LANE).where(mine).values(last=LANE.c.last + 1)
    if dialect == "sqlite":
        return Prepared(
            count.where(LANE.c.lane == 0).returning(LANE.c.lane, LANE.c.last, SQLITE_NOW.label("now"))
        )
    free = select(LANE.c.lane).where(mine).order_by(LANE.c.lane).limit(1).with_for_update(skip_locked=True)
    return Prepared(
        count.where(LANE.c.lane == free.scalar_subquery()).returning(
            LANE.c.lane, LANE.c.last, func.clock_timestamp().label("now")
        )
    )


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
