"""What schools allow, and how served models answered on this installation: a row a change, never altered."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.database import Base


class PolicyRow(Base):
    """One version of a school's choice of models; the highest version holds."""

    __tablename__ = "routing_policy"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 ..."
    )
    allowed: Mapped[str] = mapped_column(Text, comment="JSON list of entry ids, first choice first")
    defaults: Mapped[str | None] = mapped_column(
        Text, comment="JSON list of task, language, entry id; null: none"
    )
    changed_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this version")


class DriftRow(Base):
    """One look at how an entry answers here, or a person's word on it."""

    __tablename__ = "routing_drift"

    entry_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 ...")
    event: Mapped[str] = mapped_column(String(16))
    identity: Mapped[str] = mapped_column(String(64), comment="of what was asked and where; hex")
    agreement: Mapped[str | None] = mapped_column(String(8), comment="between 0 and 1, as it was recorded")
    answers: Mapped[str | None] = mapped_column(Text, comment="JSON, of a baseline: answers to fixed probes")
    at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this row")


forbid(cast(Table, DriftRow.__table__), Refuse.UPDATE, Refuse.DELETE)
