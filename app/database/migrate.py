"""Brings the schema of a database to this version's; in one transaction, before anything else uses it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from app.database.database import Database
from app.errors import BadSetting

HOME = Path(__file__).parent / "migrations"
LOCK = 0x757374617A  # "ustaz"
WAIT_SECONDS = 120


def migrate(database: Database) -> bool:
    """Apply what is missing.

    Returns:
        Whether anything was applied.

    Raises:
        BadSetting: the database was written by a newer version.
    """
    config = Config()
    config.set_main_option("script_location", str(HOME))
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head()

    def work(session: Session) -> bool:
        connection = session.connection()
        if database.dialect == "postgresql":
            # Replicas that start together take turns; the later one finds nothing left to do.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{WAIT_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return False
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise BadSetting("USTAZ_DATABASE: it was written by a newer version of Ustaz; update this one")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True

    return database.write(work)
