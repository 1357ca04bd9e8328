"""Reading and writing: on SQLite one writer with group commit, on PostgreSQL independent transactions."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from app.errors import BadSetting, NotRecorded

T = TypeVar("T")
Work = Callable[[Session], Any]
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "afs", "ceph"})


class Database:
    """The app's one database.

    `write(work)` runs `work(session)` in a transaction and returns its value only when it is durable
    (SQLite: WAL, `synchronous=FULL`; PostgreSQL: `synchronous_commit=on`). What `work` raises rolls back
    its own changes alone and is raised to the caller. A commit that fails raises `NotRecorded`.
    Work must not call `write` again, must not wait, and may run on another thread.
    """

    def __init__(self, url: str, *, busy_seconds: float = 5.0, window_seconds: float = 0.002) -> None:
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
            self._writer = None
        else:
            raise BadSetting(f"USTAZ_DATABASE: {self.dialect} is not supported; use sqlite or postgresql")

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction; durable when this returns.

        Raises:
            NotRecorded: the engine could not commit (full disk, busy, down).
        """
        if self._writer is not None:
            return self._writer.submit(work).result()
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                return work(session)
        except DBAPIError as error:
            if _is_conflict(error):
                raise
            raise NotRecorded(f"the database refused the write: {error.orig}") from error
        except PoolTimeout as error:
            raise NotRecorded("the database refused the write: no connection became free") from error

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that is rolled back at its end."""
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                return work(session)
            finally:
                session.rollback()

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
                pool_pre_ping=True,
                connect_args={"options": options, "connect_timeout": max(2, int(busy_seconds))},
            )
        except ModuleNotFoundError as error:
            raise BadSetting(
                "USTAZ_DATABASE: PostgreSQL needs the extra package: pip install 'ustaz[postgres]'"
            ) from error


def _is_conflict(error: DBAPIError) -> bool:
    """A broken constraint is the work's own failing, not the engine's."""
    return type(error).__name__ == "IntegrityError"


class _Writer:
    """One thread that owns all writes of this process to SQLite and commits them in groups."""

    def __init__(self, engine: Engine, window_seconds: float) -> None:
        self._engine = engine
        self._window = window_seconds
        self._queue: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()
        self._closed = False

    def submit(self, work: Callable[[Session], T]) -> "Future[T]":
        if threading.current_thread() is self._thread:
            raise RuntimeError("work inside a write must use its own session, not write again")
        if self._closed:
            raise NotRecorded("the database is closed")
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join(timeout=30)
            self._engine.dispose()

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            group, last = [first], False
            while len(group) < 256:
                try:
                    following = (
                        self._queue.get(timeout=self._window) if len(group) > 1 else self._queue.get_nowait()
                    )
                except queue.Empty:
                    break
                if following is None:
                    last = True
                    break
                group.append(following)
            self._commit(group)
            if last:
                return

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        """Run every work in a savepoint of its own; commit all; answer only then."""
        done: list[tuple[Future[Any], Any]] = []
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                session.connection()
                for work, future in group:
                    try:
                        with session.begin_nested():
                            value = work(session)
                    except DBAPIError as error:
                        if not _is_conflict(error):
                            raise
                        future.set_exception(error)
                    except BaseException as error:
                        future.set_exception(error)
                    else:
                        done.append((future, value))
                session.commit()
        except (SQLAlchemyError, sqlite3.Error) as error:
            refusal = NotRecorded(f"the database refused the write: {error}")
            refusal.__cause__ = error
            for _, future in group:
                if not future.done():
                    future.set_exception(refusal)
            return
        for future, value in done:
            future.set_result(value)
