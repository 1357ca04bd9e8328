"""This process among the others that write to the same log: its number, its locked file, its heartbeat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.audit.filelock import FileLock, is_held
from app.audit.ledger import LANES
from app.audit.tables import INSTANCE, LANE
from app.database import Database
from app.errors import BadSetting
from app.runtime import Runtime

STALE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Another process as the database knows it; the times are the database's."""

    instance_id: UUID
    heartbeat_at: datetime
    ended_at: datetime | None


class Instance:
    """One process that writes records.

    `serving` processes on SQLite exclude each other; a command beside one is an instance of its own.
    """

    def __init__(self, database: Database, runtime: Runtime, folder: Path, *, serving: bool) -> None:
        self.id = runtime.new_id()
        self._database = database
        self._folder = folder
        self._serving = serving
        self._alive = FileLock(self._file(self.id))
        self._serve = (
            FileLock(beside(database, "serve")) if serving and database.dialect == "sqlite" else None
        )

    def start(self) -> None:
        """Lock this instance's file and make it known, with its lanes of record numbers.

        Raises:
            BadSetting: another process serves this SQLite database already.
        """
        if self._serve is not None and not self._serve.acquire():
            raise BadSetting(
                "another `ustaz serve` uses this SQLite database: stop it, or use PostgreSQL for several",
                key="audit.refusal.second_serve",
            )
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._alive.acquire()
        now = self._database.now()
        lanes = [
            {"instance_id": self.id, "lane": lane, "last": 0} for lane in range(LANES[self._database.dialect])
        ]

        def write(session: Session) -> None:
            session.execute(
                insert(INSTANCE),
                {
                    "instance_id": self.id,
                    "serving": self._serving,
                    "started_at": now,
                    "heartbeat_at": now,
                    "ended_at": None,
                },
            )
            session.execute(insert(LANE), lanes)

        self._database.write(write)

    def beat(self) -> None:
        """Say that this process is alive, also to those who held it dead."""
        now = self._database.now()
        mine = (
            update(INSTANCE).where(INSTANCE.c.instance_id == self.id).values(heartbeat_at=now, ended_at=None)
        )
        self._database.write(lambda session: session.execute(mine))

    def alive(self, other: Seen, now: datetime) -> bool:
        """Whether another instance is still there: its file decides where this machine has it, else its heartbeat.

        Args:
            now: the database's clock.
        """
        if other.instance_id == self.id:
            return True
        held = is_held(self._file(other.instance_id))
        if held is None:
            return other.ended_at is None and now - other.heartbeat_at < STALE
        return held

    def seen(self, session: Session, ids: Collection[UUID]) -> dict[UUID, Seen]:
        """Instances as the database knows them."""
        columns = (INSTANCE.c.instance_id, INSTANCE.c.heartbeat_at, INSTANCE.c.ended_at)
        rows = session.execute(select(*columns).where(INSTANCE.c.instance_id.in_(ids)))
        return {
            row.instance_id: Seen(
                instance_id=row.instance_id, heartbeat_at=row.heartbeat_at, ended_at=row.ended_at
            )
            for row in rows
        }

    def others(self) -> tuple[Seen, ...]:
        """Every other instance that has not said goodbye."""
        columns = (INSTANCE.c.instance_id, INSTANCE.c.heartbeat_at, INSTANCE.c.ended_at)
        wanted = select(*columns).where(INSTANCE.c.ended_at.is_(None), INSTANCE.c.instance_id != self.id)
        rows = self._database.read(lambda session: session.execute(wanted).all())
        return tuple(
            Seen(instance_id=row.instance_id, heartbeat_at=row.heartbeat_at, ended_at=row.ended_at)
            for row in rows
        )

    def bury(self, dead: Collection[UUID]) -> None:
        """Note that instances are gone, and take their files away."""
        now = self._database.now()
        gone = update(INSTANCE).where(INSTANCE.c.instance_id.in_(dead), INSTANCE.c.ended_at.is_(None))
        self._database.write(lambda session: session.execute(gone.values(ended_at=now)))
        for one in dead:
            if is_held(self._file(one)) is False:
                self._file(one).unlink(missing_ok=True)

    def close(self) -> None:
        """Say goodbye and free the locks, also when the database does not answer any more."""
        try:
            now = self._database.now()

            def write(session: Session) -> None:
                session.execute(
                    update(INSTANCE).where(INSTANCE.c.instance_id == self.id).values(ended_at=now)
                )
                session.execute(delete(LANE).where(LANE.c.instance_id == self.id, LANE.c.last == 0))

            self._database.write(write)
        finally:
            self.free()

    def free(self) -> None:
        """Free the locks alone."""
        self._alive.release(remove=True)
        if self._serve is not None:
            self._serve.release()

    def _file(self, instance_id: UUID) -> Path:
        return self._folder / f"{instance_id}.lock"


def beside(database: Database, purpose: str) -> Path:
    """A lock file beside an SQLite database."""
    return Path(f"{database.url.database}.{purpose}.lock").resolve()
