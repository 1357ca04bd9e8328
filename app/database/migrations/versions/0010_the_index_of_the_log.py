"""What records of the log are found and counted by; the log fills it from its bodies at the next start."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PRUNED = """SELECT 1 FROM audit_leaf l JOIN audit_pruned p ON l.leaf_index < p.until_leaf
    WHERE l.record_id = OLD.record_id"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_facet",
        sa.Column(
            "facet_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="facets.Facet.number of what follows",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("role", "language", "outcome", "entry_id", "task", "rail", "failure")
        ),
        sa.Column("flags", sa.Text(), nullable=False, comment="JSON of [rail, category, action]"),
        sa.PrimaryKeyConstraint("facet_id", name=op.f("pk_audit_facet")),
    )
    op.create_table(
        "audit_index",
        sa.Column(
            "record_id",
            sa.Uuid(),
            nullable=False,
            comment="whoever prunes the record deletes this row with it",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="created_at in microseconds since 1970"),
        sa.Column("day", sa.Integer(), nullable=False, comment="the school's own day, counted from 1970"),
        sa.Column("facet_id", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.String(length=64), nullable=True),
        sa.Column("first_text_ms", sa.Integer(), nullable=True),
        sa.Column("total_ms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_audit_index")),
    )
    for name, columns in (
        ("ix_audit_index_at", ["at", "record_id", "facet_id", "school"]),
        ("ix_audit_index_facet", ["facet_id", "day", "at", "record_id"]),
        ("ix_audit_index_school", ["school", "facet_id", "day", "at", "record_id"]),
    ):
        op.create_index(name, "audit_index", columns, unique=False)
    refuse("audit_facet", "", "audit_refuse")
    refuse("audit_index", f"WHEN NOT EXISTS ({PRUNED}) ", "audit_refuse_unpruned")


def refuse(table: str, when: str, function: str) -> None:
    """Rows of a table are never changed, and deleted only as the condition or the function has it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for verb, unless, calls in (("update", "", "audit_refuse"), ("delete", when, function)):
        trigger = f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table} "
        if sqlite:
            op.execute(f"{trigger}{unless}BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        else:
            op.execute(f"{trigger}FOR EACH ROW EXECUTE FUNCTION {calls}()")
    if not sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
