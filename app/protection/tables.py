"""The tables of protection: what a school chose, version by version, and every policy that ever judged, by its digest."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, Date, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.database import Base


class ProtectionRow(Base):
    """One version of a school's choice; the highest version holds."""

    __tablename__ = "protection_choice"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 ..."
    )
    choice: Mapped[str] = mapped_column(Text, comment="canonical JSON; what it does not name is as shipped")
    policy_digest: Mapped[str] = mapped_column(
        String(64), comment="of the policy that the choice and the floor of that day made; hex"
    )
    person_id: Mapped[UUID | None] = mapped_column(comment="who changed it; null: a newer floor did")
    changed_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this version")


class JudgingPolicyRow(Base):
    """One policy that judged here; its digest stands in the records of what it judged."""

    __tablename__ = "protection_policy"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of `canonical`; hex")
    canonical: Mapped[str] = mapped_column(Text, comment="canonical JSON of the whole policy")
    kept_at: Mapped[datetime]


class SightingRow(Base):
    """How many questions or answers of a day showed the checks the same; counts alone, of nobody and of no text."""

    __tablename__ = "protection_sighting"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, comment="the school's own day of the end")
    side: Mapped[str] = mapped_column(String(8), primary_key=True, comment="question or answer")
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    seen: Mapped[str] = mapped_column(
        String(1900), primary_key=True, comment="canonical JSON: rail, categories, score, least action"
    )
    exchanges: Mapped[int] = mapped_column(BigInteger, default=0)


for _row in (ProtectionRow, JudgingPolicyRow):
    forbid(cast(Table, _row.__table__), Refuse.UPDATE, Refuse.DELETE)
