"""How served models answered on this installation."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPENDED = "routing_drift"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        APPENDED,
        sa.Column("entry_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ..."),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column(
            "identity", sa.String(length=64), nullable=False, comment="of what was asked and where; hex"
        ),
        sa.Column(
            "agreement", sa.String(length=8), nullable=True, comment="between 0 and 1, as it was recorded"
        ),
        sa.Column(
            "answers", sa.Text(), nullable=True, comment="JSON, of a baseline: answers to fixed probes"
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of this row"),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_routing_drift")),
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
