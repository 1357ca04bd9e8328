"""Fixtures of the audit log: a log on each engine, and one that a test restarts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.audit import Anchors, AuditLog
from app.database import Database
from app.runtime import Runtime
from tests.audit.keeping import Cupboard
from tests.audit.witness_scene import Served, Switch, desk_in, make_anchored, serving
from tests.conftest import StillClock

MakeLog = Callable[..., AuditLog]


@pytest.fixture(scope="session")
def witness_server() -> Iterator[Switch]:
    """A web server on a real socket; each test gives it the desk of a witness of its own."""
    with serving() as switch:
        yield switch


@pytest.fixture
def database(log_tables: None, database_url: str) -> Iterator[Database]:
    """A database with the tables of the log alone, on each engine."""
    opened = Database(database_url)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path / "home"


@pytest.fixture
def make_log(database: Database, home: Path) -> Iterator[MakeLog]:
    """Makes started logs on one database, without threads unless asked; all are closed at the end."""
    made: list[AuditLog] = []

    def make(*, runtime: Runtime | None = None, serve: bool = False, threads: bool = False) -> AuditLog:
        log = AuditLog(database, runtime or Runtime(), home, app_version="0.1.0", git_commit="c0ffee0")
        log.start(serve=serve, threads=threads)
        made.append(log)
        return log

    yield make
    for log in made:
        log.close()


@pytest.fixture
def log(make_log: MakeLog) -> AuditLog:
    """A started log whose sequencing and recovery the test calls."""
    return make_log()


@pytest.fixture
def witness(
    witness_server: Switch, tmp_path: Path, database: Database, home: Path, clock: StillClock
) -> Served:
    """A witness that knows the log of `home`."""
    make_anchored(database, home, Anchors(), clock).close()
    verifier = (home / "keys" / "verifier.pub").read_text(encoding="utf-8")
    return witness_server.to(desk_in(tmp_path / "witness", verifier, now=clock.now))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder on another volume, as far as a test goes."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def cupboard() -> Cupboard:
    """Papers that erasure and retention find beside the log."""
    return Cupboard()
