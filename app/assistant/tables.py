"""Conversations: who they belong to and when; their title is sealed, their turns stand only in the log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class ConversationRow(Base):
    """One conversation of one person; no text in clear."""

    __tablename__ = "conversation"
    __table_args__ = (Index("ix_conversation_person", "person_id", "updated_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(comment="the only person who may list, open or rename it")
    school: Mapped[str | None]
    title: Mapped[bytes] = mapped_column(comment="sealed; opened in memory for its person only")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived: Mapped[bool] = mapped_column(default=False)
