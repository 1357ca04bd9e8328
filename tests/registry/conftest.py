"""A ministry for every test of the registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database import Base, Database
from tests.registry.lists import Ministry


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    return Ministry(tmp_path / "ministry")


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """Where the engine does not matter."""
    import app.registry.tables
    import app.routing.tables  # noqa: F401 - registers the tables

    opened = Database(f"sqlite:///{tmp_path / 'school.db'}")
    opened.write(lambda session: Base.metadata.create_all(session.connection()))
    yield opened
    opened.close()
