"""What people type stands nowhere in clear: marked questions through the whole line, then every byte is searched."""

import logging
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app import bootstrap
from app.accounts import demo
from app.assistant import Question
from app.assistant.events import Done
from app.bootstrap import Services
from app.database import Database
from benchmarks.mock_endpoint import MockEndpoint, Speed
from benchmarks.workshop import ENTRY, EXTRACTIVE, install
from tests.conftest import _binaries

STEM = "қызғалдақ"
ASKED = {
    "kk": "{mark} сыныбында бөлшектерді қалай салыстырамыз?",
    "ru": "Как сравнивать дроби в классе {mark}?",
    "en": "How do we compare fractions in class {mark}?",
}


def mark_of(number: int) -> str:
    """A word that occurs nowhere else, one for each question."""
    return f"{STEM}{number:02d}zqv"


def places(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file under a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def hits(content: bytes) -> bool:
    """Whether a mark stands there, in any coding that a file is likely to use."""
    return any(STEM.encode(coding) in content for coding in ("utf-8", "utf-16-le", "unicode_escape"))


def dumped(database: Database, into: Path) -> bytes:
    """The database as an administrator dumps it."""
    if database.dialect == "sqlite":
        with closing(sqlite3.connect(str(database.url.database))) as connection:
            return "\n".join(connection.iterdump()).encode()
    file = into / "all.dump"
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([_binaries() / "pg_dump", "--format=plain", "--file", file, url], check=True)
    return file.read_bytes()


def raw_files(database: Database, home: Path) -> list[tuple[str, bytes]]:
    """Main file, log and journal of SQLite; the files of the database in PostgreSQL's base directory, and its log."""
    if database.dialect == "sqlite":
        return list(places(home))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        data = Path(str(connection.execute(text("SELECT current_setting('data_directory')")).scalar()))
        oid = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar()
    return [*places(home), *places(data / "base" / str(oid)), *places(data / "pg_wal")]


@pytest.mark.parametrize(
    ("engine", "number"),
    [
        ("sqlite", 5),
        pytest.param("sqlite", 50, marks=pytest.mark.slow),
        pytest.param("postgresql", 50, marks=[pytest.mark.slow, pytest.mark.postgres]),
    ],
)
def test_no_mark_is_found_in_files_dumps_temporary_files_or_program_logs(
    engine: str, number: int, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, temporary, logs = tmp_path / "home", tmp_path / "tmp", tmp_path / "logs"
    for folder in (home, temporary, logs):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    written = logging.FileHandler(logs / "all.log", encoding="utf-8")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(written)
    root.setLevel(logging.DEBUG)
    try:
        with MockEndpoint(Speed(first_seconds=0.0, tokens_a_second=0, tokens=20, language="kk")) as endpoint:
            settings = replace(install(home, endpoint.address), answer_seconds=10.0)
            if engine == "postgresql":
                settings = replace(settings, database_url=str(request.getfixturevalue("fresh_postgres")))
            services = bootstrap.build(settings, serving=True)
            try:
                found = asked(services, number, home, temporary)
            finally:
                services.close()
    finally:
        root.removeHandler(written)
        root.setLevel(level)
        written.close()
    found += list(places(logs)) + list(places(home)) + list(places(temporary))

    assert (logs / "all.log").stat().st_size > 0
    assert [name for name, content in found if hits(content)] == []


def asked(services: Services, number: int, home: Path, temporary: Path) -> list[tuple[str, bytes]]:
    """Ask all, each in a conversation whose title says it too; gives what lies on disk while the process runs."""
    services.policies.seed(
        demo.SCHOOL, (ENTRY, EXTRACTIVE), recorder=services.audit, runtime=services.runtime
    )
    teacher, languages = services.person(), tuple(ASKED)
    ends = []
    for place in range(number):
        language = languages[place % len(languages)]
        words = ASKED[language].format(mark=mark_of(place))
        conversation = services.conversations.start(teacher, words)
        question = Question(text=words, language=language, conversation=conversation)
        ends += [one for one in services.assistant.ask(teacher, question) if isinstance(one, Done)]
    turns = [services.conversations.open(teacher, line.id) for line in services.conversations.lines(teacher)]
    assert len(ends) == number
    # The search would find nothing, too, if nothing had been kept.
    assert {turn.question.count("zqv") for (turn,) in turns} == {1}
    services.audit.sequence(finish=True)
    database = services.database
    return [("dump", dumped(database, temporary.parent)), *raw_files(database, home), *places(temporary)]


def test_the_search_finds_a_mark_that_stands_in_clear() -> None:
    assert hits(f"a {mark_of(7)} b".encode())
    assert hits(mark_of(7).encode("unicode_escape"))
    assert not hits("қызғылт".encode())
