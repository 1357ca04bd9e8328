"""The tables of the reading room: findings with their history, and kept searches."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.audit.tables import HEX
from app.database import Base


class FindingRow(Base):
    """What a finding is about; how it stands is said by its last step."""

    __tablename__ = "audit_finding"

    finding_id: Mapped[UUID] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(16), comment="record, exchange or sample")
    target_id: Mapped[UUID]
    school: Mapped[str | None] = mapped_column(
        String(64), comment="of the target; null where it has none or several"
    )
    author: Mapped[str] = mapped_column(HEX, comment="pseudonym of who began it")

    __table_args__ = (Index("ix_audit_finding_target", "target_id"),)


class FindingStepRow(Base):
    """One step of a finding's history."""

    __tablename__ = "audit_finding_step"

    finding_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="1, 2, 3 ...")
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(HEX, comment="pseudonym")
    progress: Mapped[str] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(16))
    words: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="sealed under the finding's key; null: none"
    )
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this step")


class QueryRow(Base):
    """A kept search; dropped by its author only."""

    __tablename__ = "audit_query"

    query_id: Mapped[UUID] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(HEX, comment="pseudonym")
    name: Mapped[bytes] = mapped_column(
        LargeBinary, comment="sealed under a key of its own; words that somebody typed"
    )
    wanted: Mapped[str] = mapped_column(Text, comment="JSON of the filter")
    shared: Mapped[bool]
    saved_at: Mapped[datetime]

    __table_args__ = (Index("ix_audit_query_author", "author"),)


FINDING = cast(Table, FindingRow.__table__)
FINDING_STEP = cast(Table, FindingStepRow.__table__)
QUERY = cast(Table, QueryRow.__table__)

for _table in (FINDING, FINDING_STEP):
    forbid(_table, Refuse.UPDATE, Refuse.DELETE)
forbid(QUERY, Refuse.UPDATE)
