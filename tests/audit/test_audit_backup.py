"""Backups in two parts: the log without any key, the keys for thirty days at most; what was erased stays erased."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

from app.audit import AuditLog, Scope, backup, restore_keys
from app.audit.tables import KEY, RECORD
from app.audit.verify import verify
from app.database import Database
from app.errors import BadSetting
from app.runtime import Runtime
from tests.audit.cases import SCHOOL, TEACHER, exchange
from tests.audit.conftest import MakeLog
from tests.audit.keeping import erase
from tests.conftest import NOON, _binaries


def restored(database: Database, log: Path, keys: Path, where: Path) -> Database:
    """Both parts in a new database, as docs/audit.md says."""
    if database.dialect == "sqlite":
        shutil.copy(log, where)
        restore_keys(where, keys)
        return Database(f"sqlite:///{where}")
    admin = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {where.stem}"))
    admin.dispose()
    url = database.url.set(database=where.stem)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    for part in (["--no-owner", str(log)], ["--data-only", str(keys)]):
        subprocess.run([_binaries() / "pg_restore", "--dbname", plain, *part], check=True)
    return Database(url.render_as_string(hide_password=False))


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("erased", [False, True])
def test_a_restored_backup_reads_what_was_not_erased_since(
    database: Database, make_log: MakeLog, home: Path, runtime: Runtime, tmp_path: Path, erased: bool
) -> None:
    log, conversation = make_log(runtime=runtime), runtime.new_id()
    exchange(log, "Shown.", conversation=conversation)
    log.sequence(finish=True)
    parts = backup(url_of(database), tmp_path / "backup", now=NOON)
    if erased:
        erase(log, Scope(school=SCHOOL, pseudonym=log.pseudonym(TEACHER)))
    log.close()
    log_part, keys_part = parts
    again = restored(database, log_part, keys_part, tmp_path / f"restored_{runtime.new_id().hex[-12:]}.db")
    try:
        other = AuditLog(again, runtime, home, app_version="0.1.0")
        other.start(threads=False)
        (found,) = other.conversation(conversation, actor=TEACHER)
        other.close()
    finally:
        again.close()

    assert found.sealed.get("shown") == (None if erased else ["Shown."])


def test_what_is_written_between_the_two_parts_is_in_neither(
    database: Database, make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("one transaction copies both")
    log, run = make_log(), subprocess.run
    exchange(log, "Before.")

    def slow(*arguments: Any, **options: Any) -> Any:
        said = run(*arguments, **options)
        exchange(log, "Meanwhile.")
        return said

    monkeypatch.setattr(subprocess, "run", slow)
    log_part, keys_part = backup(url_of(database), tmp_path / "backup", now=NOON)
    monkeypatch.undo()
    again = restored(database, log_part, keys_part, tmp_path / f"restored_{Runtime().new_id().hex[-12:]}.db")
    try:
        held = again.read(lambda session: session.scalar(select(func.count()).select_from(RECORD)))
        said = verify(url_of(again))
    finally:
        again.close()

    assert held == 2
    assert "key_missing" not in said.found


def test_the_copy_of_the_log_holds_no_key(database: Database, make_log: MakeLog, tmp_path: Path) -> None:
    log = make_log()
    for number in range(20):
        exchange(log, f"Shown {number}.")
    wrapped = database.read(lambda session: session.scalars(select(KEY.c.wrapped)).all())
    copy, keys = backup(url_of(database), tmp_path, now=NOON)
    if database.dialect == "sqlite":
        content = copy.read_bytes()
        with closing(sqlite3.connect(keys)) as connection:
            held = [bytes(row[0]) for row in connection.execute("SELECT wrapped FROM audit_key")]
    else:
        said = [str(_binaries() / "pg_restore"), "--file", "-", str(copy)]
        content = bytes.fromhex(subprocess.run(said, check=True, capture_output=True).stdout.hex())
        wrapped, held = [one.hex().encode() for one in wrapped], []

    assert not [one for one in wrapped if one in content]
    assert sorted(held) in ([], sorted(wrapped))
    assert (copy.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o600, 0o600)


def test_copies_of_keys_live_thirty_days_and_copies_of_the_log_longer(
    database: Database, make_log: MakeLog, tmp_path: Path
) -> None:
    make_log()
    (tmp_path / "ustaz-keys-notes.db").touch()
    first = backup(url_of(database), tmp_path, now=NOON - timedelta(days=31))
    second = backup(url_of(database), tmp_path, now=NOON - timedelta(days=30))
    backup(url_of(database), tmp_path, now=NOON)

    assert [path.exists() for path in (*first, *second)] == [True, False, True, True]
    assert (tmp_path / "ustaz-keys-notes.db").exists()


@pytest.mark.parametrize("days", [0, 31])
def test_longer_than_thirty_days_is_refused(tmp_path: Path, days: int) -> None:
    with pytest.raises(BadSetting):
        backup("sqlite:///none.db", tmp_path, now=NOON, keep_days=days)


def test_what_is_no_log_takes_no_keys(tmp_path: Path) -> None:
    with pytest.raises(BadSetting):
        restore_keys(tmp_path / "none.db", tmp_path / "none.keys")
    for name in ("a.db", "b.db"):
        (tmp_path / name).write_bytes(b"no database at all, only some bytes")
    with pytest.raises(BadSetting):
        restore_keys(tmp_path / "a.db", tmp_path / "b.db")
