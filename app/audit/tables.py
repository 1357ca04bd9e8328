"""The tables of the log: what is appended for ever, what can be erased, and the two lists of unfinished work."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.database import Base

HEX = String(64).with_variant(String(64, collation="C"), "postgresql")
ASKED = text("kind = 'asked'")
ENDED = text("kind IN ('closed', 'abandoned')")
ERASURES = text("kind = 'erasure'")


class RecordRow(Base):
    """One record; its columns repeat what stands in `body`, for filters."""

    __tablename__ = "audit_record"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(comment="the process that wrote it")
    lane: Mapped[int] = mapped_column(
        SmallInteger, comment="its counter; several, so that writers do not wait"
    )
    sequence: Mapped[int] = mapped_column(
        BigInteger, comment="1, 2, 3 ... without gaps within (instance, lane)"
    )
    exchange_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(32))
    school: Mapped[str | None] = mapped_column(String(64))
    pseudonym: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str | None] = mapped_column(String(8))
    entry_id: Mapped[str | None] = mapped_column(String(200), comment="the registry entry that answered")
    conversation_id: Mapped[str | None] = mapped_column(String(64))
    rail: Mapped[str | None] = mapped_column(String(64), comment="the rail that blocked or withheld")
    created_at: Mapped[datetime] = mapped_column(
        comment="clock of the process; order rests on the leaf index alone"
    )
    body: Mapped[bytes] = mapped_column(
        LargeBinary, comment="canonical bytes as written; never serialised anew"
    )
    leaf_hash: Mapped[str] = mapped_column(HEX, comment="hex of leaf_hash(body)")

    __table_args__ = (
        Index("uq_audit_record_leaf_hash", "leaf_hash", unique=True),
        Index("uq_audit_record_number", "instance_id", "lane", "sequence", unique=True),
        Index(
            "uq_audit_record_asked", "exchange_id", unique=True, sqlite_where=ASKED, postgresql_where=ASKED
        ),
        Index("uq_audit_record_end", "exchange_id", unique=True, sqlite_where=ENDED, postgresql_where=ENDED),
        Index("ix_audit_record_erasure", "record_id", sqlite_where=ERASURES, postgresql_where=ERASURES),
        Index("ix_audit_record_created", "created_at", "record_id"),
        Index("ix_audit_record_school", "school", "created_at", "record_id"),
        Index("ix_audit_record_pseudonym", "pseudonym", "created_at"),
        Index("ix_audit_record_exchange", "exchange_id"),
        Index("ix_audit_record_conversation", "conversation_id", "created_at"),
    )


class FacetRow(Base):
    """The words that many records share, once; made from their clear parts."""

    __tablename__ = "audit_facet"

    facet_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="facets.Facet.number of what follows"
    )
    kind: Mapped[str] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    entry_id: Mapped[str | None] = mapped_column(Text)
    task: Mapped[str | None] = mapped_column(Text)
    rail: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
    flags: Mapped[str] = mapped_column(Text, comment="JSON of [rail, category, action]")


class IndexRow(Base):
    """What a record is found and counted by, narrow, so that a million are counted in a moment; made from its body."""

    __tablename__ = "audit_index"

    record_id: Mapped[UUID] = mapped_column(
        primary_key=True, comment="whoever prunes the record deletes this row with it"
    )
    at: Mapped[int] = mapped_column(BigInteger, comment="created_at in microseconds since 1970")
    day: Mapped[int] = mapped_column(comment="the school's own day, counted from 1970")
    facet_id: Mapped[int] = mapped_column(BigInteger)
    school: Mapped[str | None] = mapped_column(String(64))
    first_text_ms: Mapped[int | None]
    total_ms: Mapped[int | None]

    __table_args__ = (
        Index("ix_audit_index_at", "at", "record_id", "facet_id", "school"),
        Index("ix_audit_index_facet", "facet_id", "day", "at", "record_id"),
        Index("ix_audit_index_school", "school", "facet_id", "day", "at", "record_id"),
    )


class SealedRow(Base):
    """The encrypted part of a record; the leaf covers its hash."""

    __tablename__ = "audit_sealed"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class KeyRow(Base):
    """The key of one exchange, record or value, wrapped; deleting it is the erasure."""

    __tablename__ = "audit_key"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(String(64), comment="empty for records outside any school")
    month: Mapped[str] = mapped_column(String(7), comment="YYYY-MM of the wrapping key")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class WrappingKeyRow(Base):
    """The key of one school and month, wrapped by the master key; lets whole months expire."""

    __tablename__ = "audit_wrapping_key"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class JournalRow(Base):
    """One step of an exchange that has not ended; folded into the end record and deleted with it."""

    __tablename__ = "audit_journal"

    exchange_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed with the exchange's key")
    digest: Mapped[str] = mapped_column(HEX, comment="hex of SHA-256(digest before, row bytes)")


class OpenRow(Base):
    """An exchange without its end: inserted with `asked`, deleted with the end."""

    __tablename__ = "audit_open"

    exchange_id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(comment="the asked record")
    instance_id: Mapped[UUID]
    opened_at: Mapped[datetime]


class PendingRow(Base):
    """A record without its leaf: inserted with the record, deleted with the leaf; no cursor can skip one."""

    __tablename__ = "audit_pending"

    record_id: Mapped[UUID] = mapped_column(primary_key=True)


class LeafRow(Base):
    """The place of a record in the tree."""

    __tablename__ = "audit_leaf"

    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[UUID]
    leaf_hash: Mapped[str] = mapped_column(HEX)

    __table_args__ = (Index("uq_audit_leaf_record", "record_id", unique=True),)


class NodeRow(Base):
    """The hash of a perfect subtree of `2**level` leaves, level 1 and above."""

    __tablename__ = "audit_node"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    node_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(HEX)


class CheckpointRow(Base):
    """A signed head of the tree."""

    __tablename__ = "audit_checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(HEX)
    note: Mapped[str] = mapped_column(Text, comment="C2SP tlog-checkpoint, as signed")
    created_at: Mapped[datetime]


class InstanceRow(Base):
    """A process that writes: alive while its file is locked or its heart beats."""

    __tablename__ = "audit_instance"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    serving: Mapped[bool]
    started_at: Mapped[datetime] = mapped_column(comment="clock of the database, like the two below")
    heartbeat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LaneRow(Base):
    """A counter of record numbers; counted up in the record's own transaction, so that no number is lost."""

    __tablename__ = "audit_lane"

    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    lane: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


class KeyFingerprintRow(Base):
    """What the key files must be: the database knows them by fingerprint only."""

    __tablename__ = "audit_key_fingerprint"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(HEX)
    created_at: Mapped[datetime]


# The hot path writes through the tables themselves: rows as plain mappings, without the unit of work.
RECORD = cast(Table, RecordRow.__table__)
FACET = cast(Table, FacetRow.__table__)
INDEX = cast(Table, IndexRow.__table__)
SEALED = cast(Table, SealedRow.__table__)
KEY = cast(Table, KeyRow.__table__)
WRAPPING_KEY = cast(Table, WrappingKeyRow.__table__)
JOURNAL = cast(Table, JournalRow.__table__)
OPEN = cast(Table, OpenRow.__table__)
PENDING = cast(Table, PendingRow.__table__)
LEAF = cast(Table, LeafRow.__table__)
NODE = cast(Table, NodeRow.__table__)
CHECKPOINT = cast(Table, CheckpointRow.__table__)
INSTANCE = cast(Table, InstanceRow.__table__)
LANE = cast(Table, LaneRow.__table__)
KEY_FINGERPRINT = cast(Table, KeyFingerprintRow.__table__)

for _table in (RECORD, INDEX, SEALED):
    forbid(_table, Refuse.UPDATE, Refuse.DELETE_UNPRUNED)
for _table in (FACET, LEAF, NODE, CHECKPOINT, KEY_FINGERPRINT):
    forbid(_table, Refuse.UPDATE, Refuse.DELETE)
for _table in (KEY, WRAPPING_KEY, JOURNAL, OPEN, PENDING):
    forbid(_table, Refuse.UPDATE)
