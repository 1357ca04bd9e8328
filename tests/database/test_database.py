"""The one way to write: durable, grouped, isolated, and refusing what would lose the log."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import Base, Database
from app.errors import BadSetting, NotRecorded


class Probe(Base):
    __tablename__ = "test_probe"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


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
