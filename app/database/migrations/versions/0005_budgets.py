"""Budgets of schools, what was used each day, and what it was used for."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPENDED = "capacity_budget"


def counter(name: str, comment: str | None = None) -> sa.Column[int]:
    """A column that is only added to."""
    return sa.Column(name, sa.BigInteger(), nullable=False, comment=comment)


def upgrade() -> None:
    """Apply."""
    units, millionths = "whole units of the currency", "millionths of a unit of the currency"
    limits = [
        sa.Column(
            f"{holder}_{kind}", sa.BigInteger(), nullable=True, comment=units if kind == "cost" else None
        )
        for holder in ("school", "person")
        for kind in ("requests", "tokens", "cost")
    ]
    op.create_table(
        APPENDED,
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ..."),
        *limits,
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of this version"),
        sa.PrimaryKeyConstraint("school", "version", name=op.f("pk_capacity_budget")),
    )
    op.create_table(
        "capacity_spent",
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the school's own day"),
        sa.Column(
            "holder",
            sa.String(length=36),
            nullable=False,
            comment="id of the person; empty: the whole school",
        ),
        counter("requests"),
        counter("tokens", "calls under way by their estimate"),
        counter("cost", millionths),
        sa.PrimaryKeyConstraint("school", "day", "holder", name=op.f("pk_capacity_spent")),
    )
    op.create_table(
        "capacity_usage",
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the school's own day of the end"),
        sa.Column("entry_id", sa.String(length=200), nullable=False, comment="empty: none was routed to"),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        counter("exchanges"),
        counter("input_tokens"),
        counter("output_tokens"),
        counter("cost", millionths),
        sa.PrimaryKeyConstraint(
            "school", "day", "entry_id", "language", "task", "outcome", name=op.f("pk_capacity_usage")
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
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
