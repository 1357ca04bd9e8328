"""The teacher's desk."""

import sqlalchemy as sa
from alembic import op

from app.database.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPENDED = "desk_revision"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "desk_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "person_id",
            sa.Uuid(),
            nullable=False,
            comment="the only person who may list, open or change it",
        ),
        sa.Column("school", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "revision", sa.Integer(), nullable=False, comment="that of the newest row of desk_revision"
        ),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column(
            "summary",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed; what the library lists and searches, opened in memory only",
        ),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False, comment="sealed; the whole document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_document")),
    )
    op.create_index(
        "ix_desk_document_person",
        "desk_document",
        ["person_id", "archived", "changed_at", "id"],
        unique=False,
    )
    op.create_table(
        APPENDED,
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column(
            "revision", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 ... without gaps"
        ),
        sa.Column(
            "what", sa.String(length=32), nullable=False, comment="a word for what was done; never text"
        ),
        sa.Column(
            "field_id", sa.String(length=64), nullable=False, comment="empty: the step is about no field"
        ),
        sa.Column("changed", sa.Boolean(), nullable=False, comment="whether it gave the field another value"),
        sa.Column(
            "of_revision", sa.Integer(), nullable=True, comment="the step that this one undid or did again"
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="sealed; what was before and what came"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["desk_document.id"], name=op.f("fk_desk_revision_document_id_desk_document")
        ),
        sa.PrimaryKeyConstraint("document_id", "revision", name=op.f("pk_desk_revision")),
    )
    _refuse()


def _refuse() -> None:
    """The triggers that keep appended rows as they are; `audit_refuse` is of the first schema."""
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
