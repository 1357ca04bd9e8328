"""A pruning is signed by the log's key, so that rights over the database alone do not hide a deletion."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    note = sa.Column(
        "note",
        sa.Text(),
        nullable=False,
        server_default="",
        comment="pruning.text_of, signed by the log's key; without it nothing is pruned",
    )
    op.add_column("audit_pruned", note)
