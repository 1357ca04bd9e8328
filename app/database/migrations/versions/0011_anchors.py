"""Heads of the log that were taken outside the database."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPENDED = "audit_anchor"


def upgrade() -> None:
    """Apply."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    root = sa.String(64) if sqlite else sa.String(64, collation="C")
    op.create_table(
        APPENDED,
        sa.Column(
            "place",
            sa.String(length=200),
            nullable=False,
            comment="folder, paper, or witness:<name of its key>",
        ),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", root, nullable=False),
        sa.Column(
            "note",
            sa.Text(),
            nullable=False,
            comment="the signed head, with the witness's cosignature under it",
        ),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("place", "size", name=op.f("pk_audit_anchor")),
    )
    op.create_table(
        "audit_anchor_trouble",
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="leaves under the head that was shown"),
        sa.Column(
            "known", sa.BigInteger(), nullable=False, comment="leaves under the head that the place holds"
        ),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_audit_anchor_trouble")),
    )
    for verb in ("update", "delete"):
        trigger = f"CREATE TRIGGER {APPENDED}_refuse_{verb} BEFORE {verb.upper()} ON {APPENDED}"
        if sqlite:
            op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{APPENDED} is append-only'); END")
        else:
            op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
    if not sqlite:
        op.execute(
            f"CREATE TRIGGER {APPENDED}_refuse_truncate BEFORE TRUNCATE ON {APPENDED} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
