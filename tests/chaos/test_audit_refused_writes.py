"""Full disks, locked files, lost connections: no record, no call; no journal row, no sentence; and then it goes on."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

import app.audit.tables  # noqa: F401 - registers the tables of the log on Base
from app.audit import AuditLog, Filter, Outcome
from app.database import Base, Database
from app.errors import NotRecorded
from app.runtime import Runtime
from tests.audit.cases import TEACHER, asked, exchange, sentence, sign_in


def made(url: str) -> Database:
    opened = Database(url, busy_seconds=0.3) if url.startswith("sqlite") else Database(url)
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("audit_")]
    opened.write(lambda session: Base.metadata.create_all(session.connection(), tables=tables))
    return opened


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = made(f"sqlite:///{tmp_path / 'ustaz.db'}")
    yield opened
    opened.close()


@pytest.fixture
def log(database: Database, tmp_path: Path) -> Iterator[AuditLog]:
    opened = AuditLog(database, Runtime(), tmp_path / "home", app_version="0.1.0")
    opened.start(threads=False)
    yield opened
    opened.close()


def pages(database: Database, most: int | None) -> None:
    """Let the database's disk be full at this many pages beyond what it has; None gives the space back."""

    def work(session: object) -> None:
        execute = session.execute  # type: ignore[attr-defined]
        now = execute(text("PRAGMA page_count")).scalar_one()
        execute(text(f"PRAGMA max_page_count = {1_000_000 if most is None else now + most}"))

    database.write(work)


def fill(log: AuditLog) -> int:
    """Append until the disk is full; gives how many records were taken."""
    for number in range(200):
        try:
            log.append(sign_in())
        except NotRecorded:
            return number
    pytest.fail("the disk never was full")


def test_a_full_disk_refuses_the_question_and_recovers_by_itself(log: AuditLog, database: Database) -> None:
    pages(database, 2)
    kept = fill(log)
    with pytest.raises(NotRecorded):
        log.open(asked("x" * 50_000))
    pages(database, None)
    opened, _ = exchange(log, "Бірінші.")
    log.sequence(finish=True)

    assert len(log.search(Filter(kinds=("auth",)), limit=500).records) == kept
    assert opened.id in {record.exchange_id for record in log.search(Filter()).records}
    assert log.verify().exit_code == 0


def test_a_sentence_that_the_disk_refuses_is_not_shown_and_its_exchange_still_ends(
    log: AuditLog, database: Database
) -> None:
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."))
    pages(database, 0)
    with pytest.raises(NotRecorded):
        opened.journal(
            sentence(
                2, "Never shown. " + "".join(map(chr, random.Random(1).sample(range(0x400, 0x4F0), 200))) * 60
            )
        )
    with pytest.raises(NotRecorded):
        opened.journal(sentence(3, "Nor this."))
    pages(database, None)
    receipt = opened.close(Outcome.FAILED, {"failure": "not_recorded"})
    record = log.find(receipt.record_id)

    assert record is not None
    assert log.unseal(record, actor=TEACHER)["shown"] == ["Shown."]
    assert record.clear["journal"]["intact"] is True


def test_an_end_that_the_disk_refuses_is_written_by_recovery_later(
    log: AuditLog, database: Database, tmp_path: Path
) -> None:
    opened = log.open(asked())
    opened.journal(sentence(1, "Shown."))
    pages(database, 0)
    noise = "".join(random.Random(2).choices("абвгдежзийклмноп", k=60_000))
    with pytest.raises(NotRecorded):
        opened.close(Outcome.ANSWERED, {}, {"raw_output": noise})
    pages(database, None)

    receipt = opened.close(Outcome.ANSWERED)
    assert log.exchanges([opened.id], actor=TEACHER)[0].sealed["shown"] == ["Shown."]
    assert receipt.exchange_id == opened.id


def test_a_database_that_another_process_holds_for_too_long_refuses_the_question(
    log: AuditLog, database: Database
) -> None:
    other = create_engine(database.url, connect_args={"isolation_level": None})
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(NotRecorded):
            log.open(asked())
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()

    assert log.open(asked()).close(Outcome.STOPPED).exchange_id is not None


@pytest.mark.postgres
def test_lost_connections_leave_each_record_exactly_once(fresh_postgres: str, tmp_path: Path) -> None:
    database = made(fresh_postgres)
    log = AuditLog(database, Runtime(), tmp_path / "home", app_version="0.1.0")
    log.start()
    killer = create_engine(
        fresh_postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    over = threading.Event()
    wanted: list[UUID] = []
    refused: list[UUID] = []

    def kill() -> None:
        statement = text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3"
        )
        while not over.wait(0.1):
            with killer.connect() as connection:
                connection.execute(statement)

    def teach(number: int) -> None:
        for _ in range(8):
            record_id = Runtime().new_id()
            wanted.append(record_id)
            try:
                log.append(sign_in(record_id))
                exchange(log, f"{number}.", "Екінші.")
            except NotRecorded:
                refused.append(record_id)

    threads = [threading.Thread(target=teach, args=(number,)) for number in range(6)]
    executioner = threading.Thread(target=kill)
    executioner.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    executioner.join()
    killer.dispose()
    log.close()

    after = AuditLog(database, Runtime(), tmp_path / "home", app_version="0.1.0")
    after.start(threads=False)
    after.recover()
    after.sequence(finish=True)
    records = after.search(Filter(), limit=500).records
    found = Counter(record.record_id for record in records)
    kinds = Counter(record.kind for record in records)
    report = after.verify()
    after.close()
    database.close()

    assert all(found[record_id] == 1 for record_id in wanted if record_id not in refused)
    assert all(number == 1 for number in found.values())
    assert kinds["asked"] == kinds["closed"] + kinds["abandoned"] > 0
    assert (report.exit_code, report.waiting) == (0, 0)
