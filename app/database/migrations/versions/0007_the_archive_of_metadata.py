"""The signed metadata behind every list that was in force."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "registry_archive",
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="hex; a registry_update record names the files of its list by it",
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="bytes as signed"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_registry_archive")),
    )
