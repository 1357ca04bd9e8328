"""Statements of the hot path, compiled once: SQLAlchemy's way from a statement to its text costs more than SQLite's work."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Insert, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.selectable import CompoundSelect, Select

Processor = Callable[[Any], Any]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A statement in one dialect.

    Attributes:
        names: its parameters, in order.
        constants: values that stand in the statement itself.
        processors: how a value is made the driver's.
        positional: the driver takes a tuple, not a mapping.
    """

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    processors: Mapping[str, Processor]
    positional: bool

    def parameters(self, given: Mapping[str, Any]) -> Any:
        values = {**self.constants, **given} if self.constants else given
        processors = self.processors
        made = [processors[name](values[name]) if name in processors else values[name] for name in self.names]
        return tuple(made) if self.positional else dict(zip(self.names, made, strict=True))


class Prepared:
    """One statement; its rows hold the driver's own values (on SQLite, no UUID and no time).

    What the database refuses is raised as SQLAlchemy raises it.

    Args:
        names: the columns that an insert fills; the `bindparam`s of other statements are found by themselves.
    """

    def __init__(
        self,
        statement: Insert | Update | Delete | Select[Any] | CompoundSelect[Any],
        names: Sequence[str] | None = None,
    ) -> None:
        self._statement = statement
        self._names = None if names is None else list(names)
        self._texts: dict[str, _Text] = {}

    @classmethod
    def insert(cls, table: Table) -> "Prepared":
        """The insert of a whole row."""
        return cls(insert(table).inline(), [column.key for column in table.columns])

    def run(self, session: Session, **given: Any) -> None:
        """Execute in the session's transaction."""
        self._execute(session, lambda text: text.parameters(given))

    def run_many(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for each row."""
        if rows:
            self._execute(session, lambda text: [text.parameters(row) for row in rows])

    def count(self, session: Session, **given: Any) -> int:
        """Execute in the session's transaction; how many rows it wrote."""
        rows: int = self._execute(session, lambda text: text.parameters(given)).rowcount
        return rows

    def first(self, session: Session, **given: Any) -> Row | None:
        """The first row."""
        row: Row | None = self._execute(session, lambda text: text.parameters(given)).fetchone()
        return row

    def all(self, session: Session, **given: Any) -> Sequence[Row]:
        """All rows."""
        rows: Sequence[Row] = self._execute(session, lambda text: text.parameters(given)).fetchall()
        return rows

    def _execute(self, session: Session, parameters: Callable[[_Text], Any]) -> Any:
        connection = session.connection()
        text = self._texts.get(connection.dialect.name) or self._compile(connection.dialect)
        values = parameters(text)
        if not text.positional:
            return connection.exec_driver_sql(text.sql, values)
        # SQLite: past SQLAlchemy's execution as well, which costs three times what the database does.
        driver: Any = connection.connection.driver_connection
        try:
            if isinstance(values, list):
                return driver.executemany(text.sql, values)
            return driver.execute(text.sql, values)
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                text.sql, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
            ) from error

    def _compile(self, dialect: Dialect) -> _Text:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._names)
        positional = bool(compiled.positional)
        text = _Text(
            sql=compiled.string,
            names=tuple(compiled.positiontup if positional else compiled.bind_names.values()),
            constants={
                name: bind.value for bind, name in compiled.bind_names.items() if bind.value is not None
            },
            processors=dict(compiled._bind_processors),
            positional=positional,
        )
        self._texts[dialect.name] = text
        return text
