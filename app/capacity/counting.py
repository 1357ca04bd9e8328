"""Adding to a counter's row, made where it is missing; the row is held until the transaction ends."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.database import Base


def add(session: Session, counter: type[Base], key: Mapping[str, Any], **amounts: int) -> None:
    """Add amounts to the row of a key; what others added to it at the same moment is kept."""
    table = cast(Table, counter.__table__)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = {column.name: 0 for column in table.columns if column.name not in key} | amounts
    statement = dialect.insert(table).values(**key, **given)
    summed = {name: table.c[name] + statement.excluded[name] for name in given}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=summed))
