"""The tables of privacy: what was asked for, what a second person decided, what is held back, what was pruned."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.audit.tables import HEX
from app.database import Base

SEALED_WORDS = "sealed under a key of its own; words that somebody typed"


class RequestRow(Base):
    """Somebody asked to read sealed content, or to have it erased."""

    __tablename__ = "audit_request"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), comment="open or erase")
    asked_by: Mapped[str] = mapped_column(HEX, comment="pseudonym; never the one who decides")
    role: Mapped[str | None] = mapped_column(String(32))
    school: Mapped[str | None] = mapped_column(
        String(64), comment="of all records concerned; null where there are several schools or none"
    )
    basis: Mapped[str | None] = mapped_column(String(32), comment="of an erasure: a word for its ground")
    pseudonym: Mapped[str | None] = mapped_column(HEX, comment="of an erasure: whose texts")
    person_id: Mapped[UUID | None] = mapped_column(comment="of an erasure: whose papers")
    before: Mapped[datetime | None] = mapped_column(comment="of an erasure: only what is older")
    days: Mapped[int] = mapped_column(SmallInteger, comment="how long an approval to read holds")
    words: Mapped[bytes] = mapped_column(LargeBinary, comment=SEALED_WORDS)
    made_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of the request")

    __table_args__ = (
        Index("ix_audit_request_asked_by", "asked_by", "made_at"),
        Index("ix_audit_request_made_at", "made_at"),
    )


class TargetRow(Base):
    """One record that a request is about; with it go the other records of its exchange."""

    __tablename__ = "audit_request_target"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    exchange_id: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_audit_request_target_record", "record_id"),
        Index("ix_audit_request_target_exchange", "exchange_id"),
    )


class DecisionRow(Base):
    """The one decision about a request, by another person than asked."""

    __tablename__ = "audit_decision"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    approved: Mapped[bool]
    decided_by: Mapped[str] = mapped_column(HEX, comment="pseudonym; never the one who asked")
    words: Mapped[bytes] = mapped_column(LargeBinary, comment=SEALED_WORDS)
    decided_at: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(comment="end of the right to read")
    record_id: Mapped[UUID] = mapped_column(comment="the record of the decision")


class HoldRow(Base):
    """What must stay although it would be erased or expire; all conditions given must hold of a record."""

    __tablename__ = "audit_hold"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    placed_by: Mapped[str] = mapped_column(HEX, comment="pseudonym")
    school: Mapped[str | None] = mapped_column(String(64))
    pseudonym: Mapped[str | None] = mapped_column(HEX)
    held_record: Mapped[UUID | None] = mapped_column(comment="one record, and those of its exchange")
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    words: Mapped[bytes] = mapped_column(LargeBinary, comment=SEALED_WORDS)
    placed_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record")


class LiftedRow(Base):
    """The end of a hold."""

    __tablename__ = "audit_hold_lifted"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    lifted_by: Mapped[str] = mapped_column(HEX, comment="pseudonym")
    words: Mapped[bytes] = mapped_column(LargeBinary, comment=SEALED_WORDS)
    lifted_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record")


class PrunedRow(Base):
    """Whole old segments were pruned up to a leaf; only then does the log let go of records under it."""

    __tablename__ = "audit_pruned"

    until_leaf: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[UUID] = mapped_column(comment="the erasure record that says so in the tree")
    note: Mapped[str] = mapped_column(
        Text,
        server_default="",
        comment="pruning.text_of, signed by the log's key; without it nothing is pruned",
    )


REQUEST = cast(Table, RequestRow.__table__)
TARGET = cast(Table, TargetRow.__table__)
DECISION = cast(Table, DecisionRow.__table__)
HOLD = cast(Table, HoldRow.__table__)
LIFTED = cast(Table, LiftedRow.__table__)
PRUNED = cast(Table, PrunedRow.__table__)

for _table in (REQUEST, TARGET, DECISION, HOLD, LIFTED, PRUNED):
    forbid(_table, Refuse.UPDATE, Refuse.DELETE)
