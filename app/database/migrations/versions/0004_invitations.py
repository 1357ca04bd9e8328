"""Invitations into a school."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column(
            "name", sa.String(), nullable=False, comment="personal data: never in the clear part of a record"
        ),
        sa.Column("roles", sa.String(), nullable=False, comment="JSON list of roles in that school"),
        sa.Column(
            "code_sha256",
            sa.String(),
            nullable=False,
            comment="hex; the code itself is shown once and kept nowhere",
        ),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False, comment="person who invited"),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True, comment="the person it became"),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["school"], ["school.code"], name=op.f("fk_invitation_school_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invitation_code_sha256")),
    )
    op.create_index(op.f("ix_invitation_school"), "invitation", ["school"], unique=False)
    op.create_index(op.f("ix_invitation_until"), "invitation", ["until"], unique=False)
    op.add_column(
        "account_session",
        sa.Column(
            "wrong_codes",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="invitation codes typed that let nobody in",
        ),
    )
