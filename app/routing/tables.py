"""The table of what schools allow: a row a change, never altered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class PolicyRow(Base):
    """One version of a school's choice of models; the highest version holds."""

    __tablename__ = "routing_policy"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="1, 2, 3 ..."
    )
    allowed: Mapped[str] = mapped_column(Text, comment="JSON list of entry ids, first choice first")
    changed_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this version")
