"""The forms of a school."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPENDED = "desk_form"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        APPENDED,
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ..."),
        sa.Column("key_owner", sa.Uuid(), nullable=False, comment="whose key seals this version"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="sealed; labels and phrases by place"),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of this version"),
        sa.PrimaryKeyConstraint("school", "kind", "language", "version", name=op.f("pk_desk_form")),
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
