"""What a school chooses of the safety checks, and every policy that judged."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APPENDED = ("protection_choice", "protection_policy")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "protection_choice",
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ..."),
        sa.Column(
            "choice", sa.Text(), nullable=False, comment="canonical JSON; what it does not name is as shipped"
        ),
        sa.Column(
            "policy_digest",
            sa.String(length=64),
            nullable=False,
            comment="of the policy that the choice and the floor of that day made; hex",
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="who changed it; null: a newer floor did"),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of this version"),
        sa.PrimaryKeyConstraint("school", "version", name=op.f("pk_protection_choice")),
    )
    op.create_table(
        "protection_policy",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of `canonical`; hex"),
        sa.Column("canonical", sa.Text(), nullable=False, comment="canonical JSON of the whole policy"),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_protection_policy")),
    )
    op.create_table(
        "protection_sighting",
        sa.Column("school", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the school's own day of the end"),
        sa.Column("side", sa.String(length=8), nullable=False, comment="question or answer"),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "seen",
            sa.String(length=1900),
            nullable=False,
            comment="canonical JSON: rail, categories, score, least action",
        ),
        sa.Column("exchanges", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "school", "day", "side", "language", "seen", name=op.f("pk_protection_sighting")
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPENDED:
        for verb in ("update", "delete"):
            trigger = f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table}"
            if sqlite:
                op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
            else:
                op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
        if not sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            )
