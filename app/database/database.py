"""Reading and writing: on SQLite one writer with group commit, on PostgreSQL independent transactions."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql import func

from app.errors import BadSetting, NotRecorded

T = TypeVar("T")
Work = Callable[[Session], Any]
MOST_IN_ONE_COMMIT = 256
COPIED_BACK = 100
"""After so many commits SQLite's log is copied into the database, when those who waited have their answer; what comes in meanwhile waits."""
LOG_PAGES = 4000
"""At so many pages, which only large transactions reach, it is copied in the commit itself, as SQLite does by default at 1,000."""
RESTED = 1.0
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "afs", "ceph"})


class Database:
    """The app's one database.

    `write(work)` runs `work(session)` in a transaction and returns its value only when it is durable
    (SQLite: WAL, `synchronous=FULL`; PostgreSQL: `synchronous_commit=on`). What `work` raises rolls back
    its own changes alone and is raised to the caller. A commit that fails raises `NotRecorded`.
    Work must not call `write` again, must not wait, and may run on another thread.
    """

    def __init__(
        self,
        url: str,
        *,
        busy_seconds: float = 5.0,
        window_seconds: float = 0.002,
        rested_seconds: float = RESTED,
    ) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise BadSetting(
                "USTAZ_DATABASE: it is not the URL of a database, as sqlite:///ustaz.db"
            ) from error
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._refuse_network_file_system()
            self.engine = self._sqlite_engine("BEGIN", busy_seconds)
            self._writer: _Writer | None = _Writer(
                self._sqlite_engine("BEGIN IMMEDIATE", busy_seconds), window_seconds
            )
        elif self.dialect == "postgresql":
            self.engine = self._postgres_engine(busy_seconds)
            _ask_the_rested(self.engine, rested_seconds)
            self._writer = None
            self._single = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            raise BadSetting(f"USTAZ_DATABASE: {self.dialect} is not supported; use sqlite or postgresql")

    def write(self, work: Callable[[Session], T], *, rows: bool = False, single: bool = False) -> T:
        """Run `work` in a transaction; durable when this returns.

        Args:
            rows: work changes rows by statements alone and adds no mapped object, which spares SQLite's writer
                a third of its time.
            single: work executes one statement and nothing else: on PostgreSQL that statement is the transaction,
                one round trip instead of three, and as durable.

        Raises:
            NotRecorded: the engine could not commit (full disk, busy, down).
        """
        if self._writer is not None:
            return self._writer.submit(work, rows=rows).result()
        try:
            engine = self._single if single else self.engine
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)
        except DBAPIError as error:
            if _is_conflict(error):
                raise
            raise NotRecorded(f"the database refused the write: {error.orig}") from error
        except PoolTimeout as error:
            raise NotRecorded("the database refused the write: no connection became free") from error

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that is rolled back at its end; once more from its beginning if the connection is lost.

        A connection that was just used is not asked whether it lives. Work may do nothing that must not be done twice.
        """
        try:
            return self._read(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._read(work)

    def _read(self, work: Callable[[Session], T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                return work(session)
            finally:
                session.rollback()

    def scrub(self, *tables: str) -> bool:
        """Take the remains of deleted rows out of the files; false if that could not be done now.

        SQLite overwrites what is deleted, so its log is emptied; a reader can keep it in use. PostgreSQL writes
        the tables anew, which only their owner may ask for; what its own log held goes with the log's files.
        """
        if self.dialect == "sqlite":
            with closing(sqlite3.connect(str(self.url.database), timeout=5.0)) as connection:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for table in tables:
                    connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        except SQLAlchemyError:
            return False
        return True

    def now(self) -> datetime:
        """The database's clock, in UTC; on SQLite it is the clock of this machine."""
        if self.dialect == "sqlite":
            stamp: str = self.read(
                lambda session: session.execute(
                    text("SELECT strftime('%Y-%m-%dT%H:%M:%f','now')")
                ).scalar_one()
            )
            return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
        moment: datetime = self.read(
            lambda session: session.execute(select(func.clock_timestamp())).scalar_one()
        )
        return moment.astimezone(UTC)

    def close(self) -> None:
        """Finish the writer's queue and give all connections back."""
        if self._writer is not None:
            self._writer.close()
        self.engine.dispose()

    def _refuse_network_file_system(self) -> None:
        if not self.url.database or self.url.database == ":memory:":
            raise BadSetting("USTAZ_DATABASE: an in-memory database loses the log; name a file")
        folder = Path(self.url.database).resolve().parent
        best, kind = "", ""
        with suppress(OSError):
            for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
                _, mount, name, *_ = line.split()
                if folder.is_relative_to(mount) and len(mount) > len(best):
                    best, kind = mount, name
        if kind in NETWORK_FILE_SYSTEMS:
            raise BadSetting(
                f"USTAZ_DATABASE: {folder} is on {kind}; SQLite needs a local disk, or use PostgreSQL"
            )

    def _sqlite_engine(self, begin: str, busy_seconds: float) -> Engine:
        engine = create_engine(self.url, connect_args={"check_same_thread": False, "timeout": busy_seconds})

        @event.listens_for(engine, "connect")
        def _connect(connection: sqlite3.Connection, _: object) -> None:
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
            connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
            if begin == "BEGIN":
                connection.execute("PRAGMA query_only=ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def _postgres_engine(self, busy_seconds: float) -> Engine:
        url = self.url.set(drivername="postgresql+psycopg")
        milliseconds = int(busy_seconds * 1000)
        options = f"-c synchronous_commit=on -c lock_timeout={milliseconds} -c statement_timeout={milliseconds * 6} -c timezone=UTC"
        try:
            return create_engine(
                url,
                pool_size=16,
                max_overflow=16,
                pool_timeout=busy_seconds,
                pool_use_lifo=True,
                connect_args={"options": options, "connect_timeout": max(2, int(busy_seconds))},
            )
        except ModuleNotFoundError as error:
            raise BadSetting(
                "USTAZ_DATABASE: PostgreSQL needs the extra package: pip install 'ustaz[postgres]'"
            ) from error


def _ask_the_rested(engine: Engine, seconds: float) -> None:
    """Ask a connection whether it still lives if it rested for so long; one just used is spared that round trip."""

    @event.listens_for(engine, "checkin")
    def _rest(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["rested"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        if time.monotonic() - record.info.get("rested", time.monotonic()) >= seconds:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError() from error


def _is_conflict(error: DBAPIError) -> bool:
    """A broken constraint is the work's own failing, not the engine's."""
    return type(error).__name__ == "IntegrityError"


@dataclass(frozen=True, slots=True)
class _Order:
    """A work that waits for its commit."""

    work: Work
    rows: bool
    future: Future[Any]


class _Writer:
    """One thread that owns all writes of this process to SQLite and commits them in groups.

    Args:
        window_seconds: how long a group waits, at most, for as many as came the last time: writers that wait for
            one commit come back together after it. A writer that is alone does not wait.
    """

    def __init__(self, engine: Engine, window_seconds: float) -> None:
        self._engine = engine
        self._window = window_seconds
        self._queue: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()
        self._closed = False

    def submit(self, work: Callable[[Session], T], *, rows: bool) -> "Future[T]":
        if threading.current_thread() is self._thread:
            raise RuntimeError("work inside a write must use its own session, not write again")
        if self._closed:
            raise NotRecorded("the database is closed")
        future: Future[T] = Future()
        self._queue.put(_Order(work, rows, future))
        return future

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join(timeout=30)
            self._engine.dispose()

    def _run(self) -> None:
        expected, commits = 1, 0
        while True:
            first = self._queue.get()
            if first is None:
                return
            group, last = self._gather(first, expected)
            expected = len(group)
            self._commit(group)
            commits += 1
            if commits >= COPIED_BACK:
                self._copy_back()
                commits = 0
            if last:
                return

    def _copy_back(self) -> None:
        """Copy the log into the database as far as no reader needs it; what is durable already stays so if this fails."""
        with suppress(SQLAlchemyError, sqlite3.Error), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _gather(self, first: _Order, expected: int) -> tuple[list[_Order], bool]:
        """The orders of the next commit, and whether the writer is to end after it."""
        group, until = [first], time.monotonic() + self._window
        while len(group) < MOST_IN_ONE_COMMIT:
            left = until - time.monotonic() if len(group) < expected else 0
            try:
                following = self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _commit(self, group: list[_Order]) -> None:
        """Run every work in a savepoint of its own; commit all; answer only then."""
        done: list[tuple[Future[Any], Any]] = []
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                driver: Any = session.connection().connection.driver_connection
                for order in group:
                    place = _savepoint(session, driver) if order.rows else session.begin_nested()
                    try:
                        with place:
                            value = order.work(session)
                    except DBAPIError as error:
                        if not _is_conflict(error):
                            raise
                        order.future.set_exception(error)
                    except sqlite3.Error:
                        raise
                    except BaseException as error:
                        order.future.set_exception(error)
                    else:
                        done.append((order.future, value))
                if not driver.in_transaction:
                    # The engine took the transaction back on the way; a commit of nothing would succeed.
                    raise sqlite3.OperationalError("the transaction is gone")
                session.commit()
        except (SQLAlchemyError, sqlite3.Error) as error:
            refusal = NotRecorded(f"the database refused the write: {error}")
            refusal.__cause__ = error
            for order in group:
                if not order.future.done():
                    order.future.set_exception(refusal)
            return
        for future, value in done:
            future.set_result(value)


@contextmanager
def _savepoint(session: Session, driver: sqlite3.Connection) -> Iterator[None]:
    """A savepoint past SQLAlchemy, which keeps no count of the objects in it: for work without any."""
    driver.execute("SAVEPOINT work")
    try:
        yield
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("work that adds or changes mapped objects is written without `rows`")
    except BaseException:
        driver.execute("ROLLBACK TO work")
        driver.execute("RELEASE work")
        session.expunge_all()
        raise
    driver.execute("RELEASE work")
