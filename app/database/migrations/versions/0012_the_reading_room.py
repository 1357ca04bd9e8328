"""Findings of auditors with their history, and kept searches."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HEX = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
REFUSED = {
    "audit_finding": ("update", "delete"),
    "audit_finding_step": ("update", "delete"),
    "audit_query": ("update",),
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_finding",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False, comment="record, exchange or sample"),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column(
            "school",
            sa.String(length=64),
            nullable=True,
            comment="of the target; null where it has none or several",
        ),
        sa.Column("author", HEX, nullable=False, comment="pseudonym of who began it"),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_audit_finding")),
    )
    op.create_index("ix_audit_finding_target", "audit_finding", ["target_id"], unique=False)
    op.create_table(
        "audit_finding_step",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ..."),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", HEX, nullable=False, comment="pseudonym"),
        sa.Column("progress", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column(
            "words",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed under the finding's key; null: none",
        ),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of this step"),
        sa.PrimaryKeyConstraint("finding_id", "number", name=op.f("pk_audit_finding_step")),
    )
    op.create_table(
        "audit_query",
        sa.Column("query_id", sa.Uuid(), nullable=False),
        sa.Column("author", HEX, nullable=False, comment="pseudonym"),
        sa.Column(
            "name",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed under a key of its own; words that somebody typed",
        ),
        sa.Column("wanted", sa.Text(), nullable=False, comment="JSON of the filter"),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("query_id", name=op.f("pk_audit_query")),
    )
    op.create_index("ix_audit_query_author", "audit_query", ["author"], unique=False)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, verbs in REFUSED.items():
        for verb in verbs:
            trigger = f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table}"
            if sqlite:
                op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
            else:
                op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
        if not sqlite and "delete" in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            )
