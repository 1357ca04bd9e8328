"""Requests, decisions and holds over sealed content, and the pruning of old segments."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HEX = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
WORDS = "sealed under a key of its own; words that somebody typed"
APPENDED = (
    "audit_request",
    "audit_request_target",
    "audit_decision",
    "audit_hold",
    "audit_hold_lifted",
    "audit_pruned",
)
PRUNABLE = ("audit_record", "audit_sealed")
PRUNED = """SELECT 1 FROM audit_leaf l JOIN audit_pruned p ON l.leaf_index < p.until_leaf
    WHERE l.record_id = OLD.record_id"""
REFUSE_UNPRUNED = f"""
CREATE OR REPLACE FUNCTION audit_refuse_unpruned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({PRUNED}) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_request",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="open or erase"),
        sa.Column("asked_by", HEX, nullable=False, comment="pseudonym; never the one who decides"),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column(
            "school",
            sa.String(length=64),
            nullable=True,
            comment="of all records concerned; null where there are several schools or none",
        ),
        sa.Column(
            "basis", sa.String(length=32), nullable=True, comment="of an erasure: a word for its ground"
        ),
        sa.Column("pseudonym", HEX, nullable=True, comment="of an erasure: whose texts"),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="of an erasure: whose papers"),
        sa.Column("before", UtcDateTime(), nullable=True, comment="of an erasure: only what is older"),
        sa.Column("days", sa.SmallInteger(), nullable=False, comment="how long an approval to read holds"),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment=WORDS),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record of the request"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_audit_request")),
    )
    op.create_index("ix_audit_request_asked_by", "audit_request", ["asked_by", "made_at"])
    op.create_index("ix_audit_request_made_at", "audit_request", ["made_at"])
    op.create_table(
        "audit_request_target",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("exchange_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("request_id", "record_id", name=op.f("pk_audit_request_target")),
    )
    op.create_index("ix_audit_request_target_record", "audit_request_target", ["record_id"])
    op.create_index("ix_audit_request_target_exchange", "audit_request_target", ["exchange_id"])
    op.create_table(
        "audit_decision",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("decided_by", HEX, nullable=False, comment="pseudonym; never the one who asked"),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment=WORDS),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True, comment="end of the right to read"),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the record of the decision"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_audit_decision")),
    )
    op.create_table(
        "audit_hold",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("placed_by", HEX, nullable=False, comment="pseudonym"),
        sa.Column("school", sa.String(length=64), nullable=True),
        sa.Column("pseudonym", HEX, nullable=True),
        sa.Column("held_record", sa.Uuid(), nullable=True, comment="one record, and those of its exchange"),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment=WORDS),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record"),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_audit_hold")),
    )
    op.create_table(
        "audit_hold_lifted",
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_by", HEX, nullable=False, comment="pseudonym"),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment=WORDS),
        sa.Column("lifted_at", UtcDateTime(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False, comment="the admin_change record"),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_audit_hold_lifted")),
    )
    op.create_table(
        "audit_pruned",
        sa.Column("until_leaf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "record_id", sa.Uuid(), nullable=False, comment="the erasure record that says so in the tree"
        ),
        sa.PrimaryKeyConstraint("until_leaf", name=op.f("pk_audit_pruned")),
    )
    _triggers(op.get_bind().dialect.name)


def _triggers(dialect: str) -> None:
    """The new tables are append-only, and records may be deleted where a pruning on record covers them."""
    for table in APPENDED:
        for verb in ("update", "delete"):
            trigger = f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table}"
            if dialect == "sqlite":
                op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
            else:
                op.execute(f"{trigger} FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
        if dialect != "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            )
    if dialect != "sqlite":
        op.execute(REFUSE_UNPRUNED)
    for table in PRUNABLE:
        name = f"{table}_refuse_delete"
        when = f"CREATE TRIGGER {name} BEFORE DELETE ON {table}"
        if dialect == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
            op.execute(
                f"{when} WHEN NOT EXISTS ({PRUNED}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"{when} FOR EACH ROW EXECUTE FUNCTION audit_refuse_unpruned()")
