"""A log read by somebody else's eyes: one snapshot of a database that cannot be written through it, without the app."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from app.audit.verify import read_only

RECORDS = text(
    "SELECT l.leaf_index, r.body FROM audit_record r LEFT JOIN audit_leaf l ON l.record_id = r.record_id "
    "ORDER BY l.leaf_index IS NULL, l.leaf_index, r.created_at"
)


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """One consistent view of a log's database, for as long as it is open.

    Raises:
        SQLAlchemyError: it cannot be read.
    """
    engine = read_only(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


def clear_parts(connection: Connection) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
    """Every record's leaf and clear part, in the order of the leaves; empty where the bytes are no record."""
    for row in connection.execute(RECORDS).yield_per(1000):
        try:
            clear = json.loads(row.body)
        except (ValueError, RecursionError):
            clear = {}
        yield row.leaf_index, clear if isinstance(clear, dict) else {}
