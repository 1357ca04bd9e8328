"""The tables of the desk: documents with their newest state, and the row that every change leaves; all text is sealed."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.append_only import Refuse, forbid
from app.database import Base


class DeskDocumentRow(Base):
    """One document of one person at its newest revision."""

    __tablename__ = "desk_document"
    __table_args__ = (Index("ix_desk_document_person", "person_id", "archived", "changed_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(comment="the only person who may list, open or change it")
    school: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    revision: Mapped[int] = mapped_column(comment="that of the newest row of desk_revision")
    final: Mapped[bool]
    archived: Mapped[bool]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    summary: Mapped[bytes] = mapped_column(
        LargeBinary, comment="sealed; what the library lists and searches, opened in memory only"
    )
    snapshot: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed; the whole document")


class DeskRevisionRow(Base):
    """One step of a document's history; added, never altered."""

    __tablename__ = "desk_revision"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("desk_document.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="1, 2, 3 ... without gaps"
    )
    what: Mapped[str] = mapped_column(String(32), comment="a word for what was done; never text")
    field_id: Mapped[str] = mapped_column(String(64), comment="empty: the step is about no field")
    changed: Mapped[bool] = mapped_column(comment="whether it gave the field another value")
    of_revision: Mapped[int | None] = mapped_column(comment="the step that this one undid or did again")
    at: Mapped[datetime]
    sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed; what was before and what came")


class DeskFormRow(Base):
    """One version of a school's own words in one form; the highest version holds, added and never altered."""

    __tablename__ = "desk_form"

    school: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="1, 2, 3 ...")
    key_owner: Mapped[UUID] = mapped_column(comment="whose key seals this version")
    sealed: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed; labels and phrases by place")
    changed_at: Mapped[datetime]
    record_id: Mapped[UUID] = mapped_column(comment="the admin_change record of this version")


for _table in (DeskRevisionRow.__table__, DeskFormRow.__table__):
    forbid(cast(Table, _table), Refuse.UPDATE, Refuse.DELETE)
