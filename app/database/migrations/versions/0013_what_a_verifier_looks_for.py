"""Erasures of the log are found without reading a million records: by a verifier, before it reads them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ERASURES = sa.text("kind = 'erasure'")


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_audit_record_erasure",
        "audit_record",
        ["record_id"],
        unique=False,
        sqlite_where=ERASURES,
        postgresql_where=ERASURES,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_audit_record_erasure", table_name="audit_record")
