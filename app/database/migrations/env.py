"""Alembic's environment: runs on the connection that `migrate` hands in."""

from alembic import context

from app.database.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=False,
)
context.run_migrations()
