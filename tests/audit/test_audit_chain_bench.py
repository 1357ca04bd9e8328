"""The bar that the log is measured against: the same rows and settings, and truly a chain."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text

from app.audit.canonical import parse
from app.audit.merkle import leaf_hash
from app.audit.tables import KEY, RECORD, SEALED
from app.database import Database
from app.runtime import Runtime
from benchmarks.audit_append import a_chain, our_log, paced
from benchmarks.audit_chain import Chain

SETTINGS = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")


def settings(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        return [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in SETTINGS]


def test_the_chain_is_as_durable_as_the_log(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    chain = Chain(database, Runtime(), writers=1, queue=False)
    assert database._writer is not None

    assert settings(chain._engine) == settings(database._writer._engine) == ["wal", 2, 1, 1]
    chain.close()
    database.close()


@pytest.mark.parametrize("queue", [False, True])
def test_the_chain_writes_the_rows_of_the_log_each_with_the_hash_of_the_one_before(
    database_url: str, tmp_path: Path, queue: bool
) -> None:
    with a_chain(database_url, tmp_path, writers=2, queue=queue) as append:
        done = paced(append, 2, 0.1)
        engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            rows = connection.execute(select(RECORD.c.body).order_by(RECORD.c.sequence)).scalars().all()
            beside = [len(connection.execute(select(table)).all()) for table in (SEALED, KEY)]
        engine.dispose()

    before = ["0" * 64, *(leaf_hash(body).hex() for body in rows)]
    assert len(rows) == len(done.latencies) > 0
    assert [parse(body)["before"] for body in rows] == before[:-1]
    assert beside == [len(rows), len(rows)]


def test_the_log_beside_it_gives_every_record_its_leaf(database_url: str, tmp_path: Path) -> None:
    with our_log(database_url, tmp_path) as append:
        done = paced(append, 2, 0.1)

    assert len(done.latencies) > 0
