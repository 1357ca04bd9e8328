"""What migrations make is what the tables say, on both engines, triggers included."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

import app.tables  # noqa: F401 - registers every table
from app.database import Base, Database
from app.database.migrate import migrate
from app.errors import BadSetting


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def triggers(database: Database) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.dialect == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return {str(name) for name in database.read(lambda session: session.scalars(text(query)).all())}


def test_a_migrated_database_has_exactly_the_tables_of_the_code(empty: Database) -> None:
    assert migrate(empty)

    def compare(session: Session) -> list[object]:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": False})
        known = {table.name for table in Base.metadata.tables.values() if not table.name.startswith("test_")}
        return [change for change in compare_metadata(context, Base.metadata) if _about(change) in known]

    assert empty.write(compare) == []


def _about(change: object) -> str:
    part = change[0] if isinstance(change, list) else change
    assert isinstance(part, tuple)
    thing = part[1] if not isinstance(part[1], str | None) else part[2]
    return str(getattr(thing, "name", thing)) if not hasattr(thing, "table") else str(thing.table.name)


def test_migrating_twice_changes_nothing(empty: Database) -> None:
    migrate(empty)

    assert not migrate(empty)


def test_migrations_make_the_triggers_that_the_tables_make(
    empty: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    migrate(empty)
    migrated = triggers(empty)

    def make(session: Session) -> None:
        for name in sorted(migrated):
            table = next(table for table in Base.metadata.tables if name.startswith(table + "_refuse"))
            session.execute(
                text(f"DROP TRIGGER {name}" + ("" if empty.dialect == "sqlite" else f" ON {table}"))
            )
        session.execute(text("DROP TABLE alembic_version"))
        Base.metadata.drop_all(session.connection())
        Base.metadata.create_all(session.connection())

    empty.write(make)

    assert triggers(empty) == migrated
    assert migrated


def test_a_database_of_a_newer_version_is_refused(empty: Database) -> None:
    migrate(empty)
    empty.write(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    with pytest.raises(BadSetting, match="newer version"):
        migrate(empty)
