"""The one way to write: durable, grouped, isolated, and refusing what would lose the log."""

import threading
import time
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Table, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import Base, Database
from app.database.database import COPIED_BACK
from app.errors import BadSetting, NotRecorded


class Probe(Base):
    __tablename__ = "test_probe"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


PROBE = cast(Table, Probe.__table__)


def count(database: Database) -> int:
    return database.read(lambda session: session.scalar(select(func.count()).select_from(Probe)) or 0)


def test_an_empty_database_reads_as_empty(database: Database) -> None:
    assert count(database) == 0


def test_parallel_writes_are_all_kept(database: Database) -> None:
    def run(start: int) -> None:
        for number in range(start, start + 25):
            database.write(lambda session, number=number: session.execute(insert(Probe).values(id=number)))  # type: ignore[misc]

    threads = [threading.Thread(target=run, args=(k * 100,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count(database) == 200


def test_a_broken_work_takes_back_its_own_changes_alone(database: Database) -> None:
    def broken(session: Session) -> None:
        session.execute(insert(Probe).values(id=1))
        raise ValueError("no")

    database.write(lambda session: session.execute(insert(Probe).values(id=2)))
    with pytest.raises(ValueError, match="no"):
        database.write(broken)

    assert count(database) == 1


def test_a_duplicate_is_the_works_failing(database: Database) -> None:
    database.write(lambda session: session.execute(insert(Probe).values(id=1)))

    with pytest.raises(IntegrityError):
        database.write(lambda session: session.execute(insert(Probe).values(id=1)))


def test_a_write_that_the_engine_refuses_is_not_recorded(database: Database) -> None:
    with pytest.raises(NotRecorded):
        database.write(lambda session: session.execute(text("SELECT * FROM no_such_table")))


def test_reads_cannot_write_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection()))

    with pytest.raises(OperationalError):
        database.read(lambda session: session.execute(insert(Probe).values(id=1)))
    database.close()


def test_sqlite_is_set_to_survive_power_loss(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")

    def settings(session: Session) -> dict[str, object]:
        return {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        }

    assert database.write(settings) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }
    database.close()


@pytest.mark.postgres
def test_postgresql_commits_synchronously(fresh_postgres: str) -> None:
    database = Database(fresh_postgres)

    assert (
        database.write(lambda session: session.execute(text("SHOW synchronous_commit")).scalar_one()) == "on"
    )
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://a/b"])
def test_a_database_that_would_lose_the_log_is_refused(url: str) -> None:
    with pytest.raises((BadSetting, ModuleNotFoundError)):
        Database(url)


def test_a_closed_database_records_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.close()

    with pytest.raises(NotRecorded):
        database.write(lambda session: None)


def test_works_that_wait_together_share_a_commit_and_a_broken_one_spoils_none(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=[PROBE]))
    commits: list[int] = []
    assert database._writer is not None
    event.listen(database._writer._engine, "commit", lambda connection: commits.append(1))
    holding, held, refused = threading.Event(), threading.Event(), []

    def hold(session: Session) -> None:
        holding.set()
        held.wait(30)

    def run(number: int) -> None:
        def work(session: Session) -> None:
            session.execute(insert(PROBE), {"id": number})
            if number % 5 == 0:
                raise ValueError("no")

        try:
            database.write(work, rows=number % 2 == 0)
        except ValueError:
            refused.append(number)

    threads = [threading.Thread(target=database.write, args=(hold,))]
    threads[0].start()
    assert holding.wait(30)  # alone in its commit: what is written from now on waits behind it
    threads += [threading.Thread(target=run, args=(number,)) for number in range(20)]
    for thread in threads[1:]:
        thread.start()
    while database._writer._queue.qsize() < 20:
        time.sleep(0.001)
    held.set()
    for thread in threads:
        thread.join()
    kept = database.read(lambda session: list(session.scalars(select(Probe.id).order_by(Probe.id))))
    database.close()

    assert sorted(refused) == [0, 5, 10, 15]
    assert kept == [number for number in range(20) if number % 5]
    assert len(commits) == 2


def test_mapped_objects_in_a_work_of_rows_are_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=[PROBE]))
    with pytest.raises(RuntimeError, match="without `rows`"):
        database.write(lambda session: session.add(Probe(id=1)), rows=True)
    database.write(lambda session: session.execute(insert(PROBE), {"id": 2}), rows=True)
    assert count(database) == 1
    database.close()


def test_a_transaction_that_the_engine_took_back_is_not_taken_for_a_commit(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=[PROBE]))

    def lost(session: Session) -> None:
        session.execute(insert(PROBE), {"id": 1})
        session.execute(text("ROLLBACK"))

    with pytest.raises(NotRecorded):
        database.write(lost, rows=True)
    assert count(database) == 0
    database.write(lambda session: session.execute(insert(PROBE), {"id": 2}), rows=True)
    assert count(database) == 1
    database.close()


@pytest.mark.postgres
def test_a_connection_that_died_while_it_rested_is_replaced(fresh_postgres: str) -> None:
    database = Database(fresh_postgres, rested_seconds=0.0)
    pid = database.read(lambda session: session.scalar(text("SELECT pg_backend_pid()")))
    other = Database(fresh_postgres)
    other.read(lambda session: session.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}))
    other.close()

    assert database.write(lambda session: session.scalar(text("SELECT pg_backend_pid()"))) != pid
    assert database.write(lambda session: session.scalar(text("SELECT 1")), single=True) == 1
    database.close()


@pytest.mark.postgres
def test_a_reading_is_tried_again_once_when_its_connection_was_just_used_and_is_gone(
    fresh_postgres: str,
) -> None:
    database = Database(fresh_postgres, rested_seconds=3600.0)
    asking, pids = text("SELECT pg_backend_pid()"), list[int]()

    def die() -> None:
        other = Database(fresh_postgres)
        pid = database.read(lambda session: session.execute(asking).scalar_one())
        other.read(lambda session: session.scalar(text("SELECT pg_terminate_backend(:p, 5000)"), {"p": pid}))
        other.close()
        pids.append(pid)

    def end(session: Session) -> None:
        pids.append(session.execute(asking).scalar_one())
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid(), 5000)"))

    die()
    assert database.read(lambda session: session.execute(asking).scalar_one()) not in pids
    die()
    with pytest.raises(NotRecorded):
        database.write(lambda session: session.execute(asking).scalar_one())
    pids.clear()
    with pytest.raises(OperationalError):
        database.read(end)
    assert len(set(pids)) == len(pids) == 2
    database.close()


@pytest.mark.postgres
def test_after_a_single_write_the_same_connection_is_transactional_again(fresh_postgres: str) -> None:
    database = Database(fresh_postgres)
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=[PROBE]))
    asking, broken = text("SELECT pg_backend_pid()"), list[int]()

    def twice(session: Session) -> None:
        broken.append(session.execute(asking).scalar_one())
        session.execute(insert(PROBE), {"id": 1})
        session.execute(insert(PROBE), {"id": 1})

    single = database.write(lambda session: session.execute(asking).scalar_one(), single=True)
    with pytest.raises(IntegrityError):
        database.write(twice)

    assert broken == [single]
    assert count(database) == 0
    database.close()


def test_the_log_of_sqlite_is_copied_back_between_commits_and_does_not_grow(tmp_path: Path) -> None:
    database, log = Database(f"sqlite:///{tmp_path / 'a.db'}"), tmp_path / "a.db-wal"
    database.write(lambda session: session.execute(text("CREATE TABLE t (x)")))

    def written(commits: int) -> int:
        for _ in range(commits):
            database.write(lambda session: session.execute(text("INSERT INTO t VALUES (randomblob(9000))")))
        return log.stat().st_size

    once = written(COPIED_BACK + 5)
    assert written(4 * COPIED_BACK) <= once * 1.5
    database.close()
