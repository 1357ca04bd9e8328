"""The models that a school wants for a task in a language."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "routing_policy",
        sa.Column(
            "defaults", sa.Text(), nullable=True, comment="JSON list of task, language, entry id; null: none"
        ),
    )
