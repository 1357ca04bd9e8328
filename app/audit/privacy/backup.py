"""Backups of the log in two parts: everything but the keys, and the key tables, whose copies do not live long."""

import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.errors import BadSetting

KEY_TABLES = ("audit_key", "audit_wrapping_key")
LONGEST_DAYS = 30
PARTS = ("log", "keys")


def backup(
    database_url: str, folder: Path, *, now: datetime, keep_days: int = LONGEST_DAYS
) -> tuple[Path, ...]:
    """Write both parts into a folder and delete copies of keys that are older than `keep_days`; gives the new files.

    The parts are apart so that a backup of the log can be kept for years while an erased key is in no backup
    after 30 days.

    Raises:
        BadSetting: the copies of keys are to live longer, the database does not answer, or `pg_dump` is missing or refuses.
        OSError: the folder does not take the files.
    """
    if not 1 <= keep_days <= LONGEST_DAYS:
        raise BadSetting(f"--keep-keys: {keep_days} is not between 1 and {LONGEST_DAYS} days")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = make_url(database_url)
    sqlite = url.get_backend_name() == "sqlite"
    suffix = "db" if sqlite else "dump"
    made = tuple(folder / f"ustaz-{part}-{now:%Y%m%dT%H%M%SZ}.{suffix}" for part in PARTS)
    if sqlite:
        _sqlite(Path(str(url.database)), *made)
    else:
        _postgres(url, *made)
    for path in made:
        path.chmod(0o600)
    for path in folder.glob(f"ustaz-keys-*.{suffix}"):
        if now - _made_at(path, now) > timedelta(days=keep_days):
            path.unlink()
    return made


def _sqlite(source: Path, log: Path, keys: Path) -> None:
    """One snapshot, taken apart: the copy of the log has empty key tables, the copy of the keys has nothing else."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(log)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("ATTACH DATABASE ? AS keys", (str(keys),))
        for table in KEY_TABLES:
            copy.execute(f"CREATE TABLE keys.{table} AS SELECT * FROM main.{table}")  # noqa: S608 - constants only
            copy.execute(f"DELETE FROM main.{table}")  # noqa: S608 - constants only
        copy.commit()
        copy.execute("DETACH DATABASE keys")
        copy.execute("VACUUM")


def _postgres(url: URL, log: Path, keys: Path) -> None:
    """One snapshot, dumped in two parts: what is written meanwhile is in neither."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), poolclass=NullPool, isolation_level="REPEATABLE READ"
    )
    try:
        with engine.connect() as held:
            _dump(url, log, keys, snapshot=str(held.scalar(text("SELECT pg_export_snapshot()"))))
    except SQLAlchemyError as error:
        raise BadSetting(f"the database does not answer: {type(error).__name__}") from error


def _dump(url: URL, log: Path, keys: Path, *, snapshot: str) -> None:
    parts = [f"--table={table}" for table in KEY_TABLES], [f"--exclude-table-data={t}" for t in KEY_TABLES]
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
    if url.password:
        environment["PGPASSWORD"] = unquote(str(url.password))
    for path, chosen, data in ((keys, parts[0], ["--data-only"]), (log, parts[1], [])):
        command = [
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            *chosen,
            *data,
            f"--file={path}",
            plain,
        ]
        try:
            subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603 - no shell, our own words
        except FileNotFoundError as error:
            raise BadSetting("pg_dump is missing: install PostgreSQL's client programs") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()
            raise BadSetting(f"pg_dump refused: {said[-1] if said else error.returncode}") from error


def restore_keys(database: Path, keys: Path) -> int:
    """Put a copy of the keys into a restored copy of an SQLite log; gives how many keys there are then.

    Raises:
        BadSetting: a file is not what it must be.
    """
    if not (database.is_file() and keys.is_file()):
        raise BadSetting("both files must be there: the restored database and the copy of its keys")
    try:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("ATTACH DATABASE ? AS keys", (str(keys),))
            for table in KEY_TABLES:
                connection.execute(f"INSERT OR IGNORE INTO main.{table} SELECT * FROM keys.{table}")  # noqa: S608 - constants only
            connection.commit()
            return int(connection.execute("SELECT COUNT(*) FROM main.audit_key").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise BadSetting(f"not a log and its keys: {error}") from error


def _made_at(path: Path, now: datetime) -> datetime:
    """When a copy was made, by its name; one with another name is left alone."""
    try:
        stamp = path.stem.removeprefix("ustaz-keys-")
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=now.tzinfo)
    except ValueError:
        return now
