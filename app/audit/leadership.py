"""Who may give out leaf indexes: one process at a time, held by what dies with it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.filelock import FileLock
from app.audit.instance import beside
from app.database import Database
from app.errors import NotRecorded

T = TypeVar("T")
ADVISORY_KEY = 0x75737461_7A6C6F67  # "ustazlog"


class Leadership(Protocol):
    """The right to sequence, and the only way in which its holder writes."""

    def hold(self) -> bool:
        """Take the right, or see that it is still held; never waits."""
        ...

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` durably, as the holder.

        Raises:
            NotRecorded: the right or the database is lost.
            IntegrityError: somebody else sequenced.
        """
        ...

    def release(self) -> None:
        """Give the right back."""
        ...


class FileLeadership:
    """SQLite: a locked file beside the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = FileLock(beside(database, "sequencer"))

    def hold(self) -> bool:
        """Take the lock."""
        return self._lock.acquire()

    def write(self, work: Callable[[Session], T]) -> T:
        """Through the one writer of this process."""
        return self._database.write(work, rows=True)

    def release(self) -> None:
        """Free the lock."""
        self._lock.release()


class AdvisoryLeadership:
    """PostgreSQL: a session's advisory lock. Leaves are written on that very session, so that whoever lost the
    lock with its connection cannot write. The connection must not pass a pooler in transaction mode.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def hold(self) -> bool:
        """Take the lock, on a connection of its own."""
        if self._connection is not None:
            return True
        try:
            connection = self._database.engine.connect()
        except SQLAlchemyError:
            return False
        try:
            taken = connection.execute(
                text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}
            ).scalar_one()
            connection.commit()
        except SQLAlchemyError:
            _discard(connection)
            return False
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True

    def write(self, work: Callable[[Session], T]) -> T:
        """On the session that holds the lock."""
        if self._connection is None:
            raise NotRecorded("this process does not hold the sequencer's lock")
        try:
            with Session(self._connection, expire_on_commit=False) as session, session.begin():
                return work(session)
        except SQLAlchemyError as error:
            self.release()
            if type(error).__name__ == "IntegrityError":
                raise
            raise NotRecorded(f"the database refused the leaves: {error}") from error

    def release(self) -> None:
        """Free the lock and end the session, with which it would go too, but only when the server gets to it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_KEY})
                connection.commit()
            _discard(connection)


def leadership(database: Database) -> Leadership:
    """The kind that fits the engine."""
    return FileLeadership(database) if database.dialect == "sqlite" else AdvisoryLeadership(database)


def _discard(connection: Connection) -> None:
    """Close a connection for good instead of giving it back with its lock."""
    with suppress(SQLAlchemyError):
        connection.invalidate()
    connection.close()
