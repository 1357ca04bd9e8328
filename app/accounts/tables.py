"""Tables of the people duty: schools, persons, grants, answers to the notice, sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class SchoolRow(Base):
    """One school, by the code that grants, policies and records carry."""

    __tablename__ = "school"

    code: Mapped[str] = mapped_column(
        primary_key=True, comment="lower-case letters, digits, hyphens; never changes"
    )
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    created_at: Mapped[datetime]


class PersonRow(Base):
    """One person; the only place that holds a display name."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("issuer", "identifier"),
        CheckConstraint("status IN ('active', 'suspended')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(comment="`iss` of the identity provider")
    identifier: Mapped[str] = mapped_column(comment="`sub` at that issuer; e-mail is never a key")
    name: Mapped[str] = mapped_column(comment="personal data: never in the clear part of a record")
    school: Mapped[str | None] = mapped_column(ForeignKey("school.code"), index=True)
    status: Mapped[str]
    language: Mapped[str | None] = mapped_column(comment="kk, ru or en; null follows the browser")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(comment="grows with every change of roles or status")


class GrantRow(Base):
    """A role of a person in a school or everywhere."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    scope: Mapped[str] = mapped_column(comment="code of a school, or * for all")
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None] = mapped_column(comment="person who granted; null is the command line")


class InvitationRow(Base):
    """One invitation; whoever types its code in time becomes a person of the school."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey("school.code"), index=True)
    name: Mapped[str] = mapped_column(comment="personal data: never in the clear part of a record")
    roles: Mapped[str] = mapped_column(comment="JSON list of roles in that school")
    code_sha256: Mapped[str] = mapped_column(
        unique=True, comment="hex; the code itself is shown once and kept nowhere"
    )
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(comment="person who invited")
    until: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(comment="the person it became")
    withdrawn_at: Mapped[datetime | None]


class NoticeRow(Base):
    """A person's latest answer to one version of the notice; earlier answers stand in the log."""

    __tablename__ = "notice_answer"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    language: Mapped[str]
    answered_at: Mapped[datetime]


class SessionRow(Base):
    """One sign-in at the identity provider, as first seen here; ended by sign-out in all tabs."""

    __tablename__ = "account_session"

    key: Mapped[str] = mapped_column(
        primary_key=True, comment="hex of a hash over issuer, subject, times and nonce"
    )
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(index=True, comment="auth_time, else iat, of the token")
    ended_at: Mapped[datetime | None]
    refused_for: Mapped[str | None] = mapped_column(
        comment="reason of the last refusal recorded, until let in again"
    )
    wrong_codes: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="invitation codes typed that let nobody in"
    )
