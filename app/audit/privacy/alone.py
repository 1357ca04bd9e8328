"""One at a time: whoever places a hold, and whoever deletes what a hold might keep."""

from sqlalchemy import text
from sqlalchemy.orm import Session

ADVISORY_KEY = 0x75737461_7A686C64  # "ustazhld"


def alone(session: Session) -> None:
    """Wait for the others, until the end of this transaction; call it before anything else in it.

    SQLite has one writer at a time anyway. On PostgreSQL what is read after it holds all that they committed.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})
