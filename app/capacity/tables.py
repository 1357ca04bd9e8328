"""The tables of budgets: what a school set, what was used each day, and what it was used for; no words of anybody."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, Date, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.database import Base


class BudgetRow(Base):
    """One version of a school's budget for a day; the highest version holds, added and never altered; null: no limit."""

    __tablename__ = "capacity_budget"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 ..."
    )
    school_requests: Mapped[int | None] = mapped_column(BigInteger)
    school_tokens: Mapped[int | None] = mapped_column(BigInteger)
    school_cost: Mapped[int | None] = mapped_column(BigInteger, comment="whole units of the currency")
    person_requests: Mapped[int | None] = mapped_column(BigInteger)
    person_tokens: Mapped[int | None] = mapped_column(BigInteger)
    person_cost: Mapped[int | None] = mapped_column(BigInteger, comment="whole units of the currency")
    changed_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this version")


class SpentRow(Base):
    """What a school or one of its people used on one day."""

    __tablename__ = "capacity_spent"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, comment="the school's own day")
    holder: Mapped[str] = mapped_column(
        String(36), primary_key=True, comment="id of the person; empty: the whole school"
    )
    requests: Mapped[int] = mapped_column(BigInteger, default=0)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0, comment="calls under way by their estimate")
    cost: Mapped[int] = mapped_column(BigInteger, default=0, comment="millionths of a unit of the currency")


class UsageCountRow(Base):
    """How many exchanges of a school ended in one way on one day, and the tokens of their calls."""

    __tablename__ = "capacity_usage"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, comment="the school's own day of the end")
    entry_id: Mapped[str] = mapped_column(String(200), primary_key=True, comment="empty: none was routed to")
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    task: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(32), primary_key=True)
    exchanges: Mapped[int] = mapped_column(BigInteger, default=0)
    input_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    output_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    cost: Mapped[int] = mapped_column(BigInteger, default=0, comment="millionths of a unit of the currency")


forbid(cast(Table, BudgetRow.__table__), Refuse.UPDATE, Refuse.DELETE)
