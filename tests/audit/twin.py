"""The second verifier beside the first: whatever one judges, the other must judge the same."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.audit import second_verifier
from app.audit.verify import Result
from app.database import Base, Database


def judged(path: Path, key: Path, *kept: Path) -> tuple[str, int | None]:
    """Verdict and first bad leaf in the words of the first verifier."""
    said = second_verifier.judge(path, key, kept)
    return said.verdict.replace(" ", "_"), None if said.first < 0 else said.first


def of(result: Result) -> tuple[str, int | None]:
    """Verdict and first bad leaf of the first verifier."""
    return result.status.value, result.first_bad_leaf


def sqlite_of(database: Database, folder: Path) -> Path:
    """The database's own file, or a copy of PostgreSQL's tables as an auditor would be given one."""
    if database.dialect == "sqlite":
        return Path(database.url.database or "")
    path = folder / "copy.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as copy, copy:
        for name in [name for name in Base.metadata.tables if name.startswith("audit_")]:
            rows = database.read(
                lambda session, name=name: session.execute(text(f"SELECT * FROM {name}"))  # type: ignore[misc]  # noqa: S608
            )
            columns = list(rows.keys())
            marks = ", ".join("?" for _ in columns)
            copy.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            held = [[plain(value) for value in row] for row in rows]
            copy.executemany(f"INSERT INTO {name} VALUES ({marks})", held)  # noqa: S608
    return path


def plain(value: Any) -> Any:
    """A value as SQLite holds it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
