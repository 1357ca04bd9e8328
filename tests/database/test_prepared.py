"""Statements compiled once: the same rows and the same errors as SQLAlchemy's own way, on each engine."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit.tables import OPEN, PENDING
from app.database import Database, Prepared
from app.errors import NotRecorded

ONE, TWO = UUID(int=1), UUID(int=2)
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
INSERT = Prepared.insert(OPEN)
FIND = Prepared(select(OPEN.c.opened_at).where(OPEN.c.exchange_id == bindparam("exchange")))


def row(exchange: UUID) -> dict[str, object]:
    return {"exchange_id": exchange, "record_id": TWO, "instance_id": ONE, "opened_at": AT}


def test_no_rows_are_no_statement(database: Database) -> None:
    database.write(lambda session: INSERT.run_many(session, []), rows=True)

    assert database.read(lambda session: FIND.first(session, exchange=ONE)) is None


def test_a_prepared_insert_writes_what_an_ordinary_one_does(database: Database) -> None:
    database.write(lambda session: INSERT.run(session, **row(ONE)), rows=True)
    database.write(lambda session: session.execute(insert(OPEN), row(TWO)))
    found = database.read(lambda session: session.execute(select(OPEN).order_by(OPEN.c.exchange_id)).all())
    raw = database.read(lambda session: [FIND.all(session, exchange=one) for one in (ONE, TWO)])

    assert [tuple(one) for one in found] == [(ONE, TWO, ONE, AT), (TWO, TWO, ONE, AT)]
    assert raw[0] == raw[1]


def test_many_rows_are_one_call(database: Database) -> None:
    database.write(lambda session: INSERT.run_many(session, [row(ONE), row(TWO)]), rows=True)

    assert database.read(lambda session: len(session.execute(select(OPEN)).all())) == 2


def test_a_duplicate_is_raised_as_sqlalchemy_raises_it_and_shows_no_values(database: Database) -> None:
    database.write(lambda session: INSERT.run(session, **row(ONE)), rows=True)

    with pytest.raises(IntegrityError) as refused:
        database.write(lambda session: INSERT.run(session, **row(ONE)), rows=True)
    if database.dialect == "sqlite":
        assert str(AT.year) not in str(refused.value)


def test_a_table_that_is_not_there_is_an_error_of_the_database(database: Database) -> None:
    database.write(lambda session: session.execute(text("DROP TABLE audit_open")))

    with pytest.raises(DBAPIError):
        database.read(lambda session: FIND.first(session, exchange=ONE))
    with pytest.raises(NotRecorded):
        database.write(lambda session: INSERT.run(session, **row(ONE)), rows=True)


def test_what_a_broken_work_wrote_in_rows_is_taken_back_alone(database: Database) -> None:
    def broken(session: object) -> None:
        INSERT.run(session, **row(ONE))  # type: ignore[arg-type]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        database.write(broken, rows=True)
    database.write(lambda session: Prepared.insert(PENDING).run(session, record_id=TWO), rows=True)

    assert database.read(lambda session: session.execute(select(OPEN)).all()) == []
    assert database.read(lambda session: session.scalar(select(PENDING.c.record_id))) == TWO
