"""A ministry for every test of the registry."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.database import Database
from tests.registry.lists import Ministry


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    return Ministry(tmp_path / "ministry")


@pytest.fixture
def sqlite_database(tmp_path: Path, tables_in_sqlite: Callable[[str], Path]) -> Iterator[Database]:
    """Where the engine does not matter."""
    shutil.copyfile(tables_in_sqlite("all_tables"), tmp_path / "school.db")
    opened = Database(f"sqlite:///{tmp_path / 'school.db'}")
    yield opened
    opened.close()
