"""Fixtures of the whole house: both database engines, still time, translators."""

import functools
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away test databases

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, text
from streamlit.components.v2 import manifest_scanner

from app.database import Base, Database
from app.runtime import Runtime

NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def pytest_collection() -> None:
    """Fourteen thousand tests are made and none goes: there is no garbage to look for."""
    gc.disable()


def pytest_collection_finish() -> None:
    """They stay to the end, so no later look for garbage goes through them."""
    gc.enable()
    gc.collect()
    gc.freeze()


class StillClock:
    """Time that stands until a test moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """Give the main module back: a screen under AppTest leaves its script there, and child processes would run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session", autouse=True)
def _packages_scanned_once() -> Iterator[None]:
    """Every run of an AppTest looks through all installed packages for components, as a server does once at its start."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def runtime(clock: StillClock) -> Runtime:
    return Runtime(now=clock.now, monotonic=clock.monotonic)


ENOUGH_MEMORY = 4 << 30


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail("PostgreSQL is missing: `make test` installs it (apt-get install postgresql)")
    return Path(on_path).resolve().parent


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A private PostgreSQL cluster on a socket of its own, gone with the session."""
    # Not below pytest's folder: every other session that starts takes that one away from the postgres user.
    name = f"ustaz-pg-{uuid4().hex[:8]}"
    socket, data = Path("/tmp") / name, _quick_disk() / name / "data"  # noqa: S108
    binaries = _binaries()
    for folder in {socket, data.parent}:
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [
            *as_postgres,
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "ustaz",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
        ],
        **quiet,
    )  # type: ignore[call-overload]
    options = f"-c listen_addresses='' -k {socket} -c max_connections=300 -c shared_buffers=64MB -c fsync=off"
    subprocess.run(
        [*as_postgres, binaries / "pg_ctl", "-D", data, "-w", "-l", "/dev/null", "-o", options, "start"],
        **quiet,
    )  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://ustaz@/postgres?host={socket}"
    finally:
        subprocess.run([*as_postgres, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
        for folder in (socket, data.parent):
            shutil.rmtree(folder, ignore_errors=True)


def _quick_disk() -> Path:
    """Memory where there is enough: each database is hundreds of files, made and taken away for one test."""
    memory = Path("/dev/shm")  # noqa: S108
    enough = memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH_MEMORY
    return memory if enough else Path("/tmp")  # noqa: S108


PEOPLE = {"school", "person", "role_grant", "invitation", "notice_answer", "account_session"}
TABLES: Mapping[str, Callable[[str], bool]] = {
    "all_tables": lambda table: True,
    "log_tables": lambda table: table.startswith("audit_"),
    "people_tables": lambda table: table in PEOPLE,
}
"""Which tables a test finds in its database, by the name of the fixture that it takes; made once, then copied."""


@pytest.fixture(scope="session")
def tables_in_postgres(postgres_url: str) -> Callable[[str], str]:
    """Gives the name of a database with these tables; copying it costs a fifth of making them."""

    @functools.cache
    def made(which: str) -> str:
        admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {which}"))
        admin.dispose()
        make_tables(postgres_url.replace("/postgres?", f"/{which}?"), which)
        return which

    return made


@pytest.fixture(scope="session")
def tables_in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives a file with these tables."""

    @functools.cache
    def made(which: str) -> Path:
        path = tmp_path_factory.mktemp(which) / "ustaz.db"
        make_tables(f"sqlite:///{path}", which)
        return path

    return made


def make_tables(url: str, which: str) -> None:
    import app.tables  # noqa: F401 - registers every table on Base

    mine = [table for name, table in Base.metadata.tables.items() if TABLES[which](name)]
    database = Database(url)
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=mine))
    database.close()


def tables_of(request: pytest.FixtureRequest) -> str | None:
    """Which tables the test asks for; none: an empty database."""
    return next((name for name in TABLES if name in request.fixturenames), None)


@pytest.fixture
def fresh_postgres(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of its own in the private cluster; empty, unless the test takes tables."""
    name = f"t{uuid4().hex[:12]}"
    which = tables_of(request)
    copied = request.getfixturevalue("tables_in_postgres")(which) if which else None
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        source = f" TEMPLATE {copied} STRATEGY FILE_COPY" if copied else ""
        connection.execute(text(f"CREATE DATABASE {name}{source}"))
    try:
        yield postgres_url.replace("/postgres?", f"/{name}?")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each engine; empty, unless the test takes tables."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("fresh_postgres"))
    path = tmp_path / "ustaz.db"
    if which := tables_of(request):
        shutil.copyfile(request.getfixturevalue("tables_in_sqlite")(which), path)
    return f"sqlite:///{path}"


@pytest.fixture
def all_tables() -> None:
    """Asks `database_url` for a database that has them already."""


@pytest.fixture
def log_tables() -> None:
    """Asks it for one with the tables of the log alone."""


@pytest.fixture
def people_tables() -> None:
    """Asks it for one with the tables of accounts alone."""


@pytest.fixture
def database(all_tables: None, database_url: str) -> Iterator[Database]:
    """A database with all tables, on each engine."""
    opened = Database(database_url)
    try:
        yield opened
    finally:
        opened.close()


CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless; one for the session, because two cannot be driven side by side."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing: `make test` installs it (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, headless=True, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()
