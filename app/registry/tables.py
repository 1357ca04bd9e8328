"""The tables of the registry: every list that was ever accepted, and the one in force with all that proves it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class ListRow(Base):
    """A list file as it was signed; kept for ever, so that an auditor can re-derive any decision."""

    __tablename__ = "registry_list"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 hex of body")
    list_id: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="bytes as signed; never serialised anew")
    taken_at: Mapped[datetime] = mapped_column(comment="when this machine first accepted it")

    __table_args__ = (Index("uq_registry_list_sequence", "list_id", "sequence", unique=True),)


class ArchiveRow(Base):
    """A signed file of metadata that a list in force rested on; kept for ever, beside the lists themselves."""

    __tablename__ = "registry_archive"

    sha256: Mapped[str] = mapped_column(
        String(64),
        primary_key=True,
        comment="hex; a registry_update record names the files of its list by it",
    )
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="bytes as signed")


class InForceRow(Base):
    """The list in force: one row, replaced whole, apart from the folders in which updates are tried."""

    __tablename__ = "registry_in_force"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="always 1")
    revision: Mapped[int] = mapped_column(
        BigInteger, comment="counts the switches; tells a replica to read anew"
    )
    list_digest: Mapped[str] = mapped_column(ForeignKey("registry_list.digest"))
    evidence: Mapped[bytes] = mapped_column(
        LargeBinary, comment="all signed bytes from the trusted root down"
    )
    versions: Mapped[str] = mapped_column(Text, comment="JSON: version of each signed role")
    expires_at: Mapped[datetime] = mapped_column(comment="first expiry among the roles")
    taken_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(200))
    profile: Mapped[str] = mapped_column(String(16), comment="online or offline")
    record_id: Mapped[UUID] = mapped_column(comment="the registry_update record of this switch")

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
