"""Adding steps to the journal of an exchange that is still open: up to a hundred of them in one statement."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import bindparam, insert, select, true, union_all
from sqlalchemy.orm import Session

from app.audit.journal import Written
from app.audit.tables import JOURNAL, OPEN
from app.database import Prepared

AT_ONCE = 100
"""So many steps are one statement; SQLite joins no more than 500 rows so."""
STEP = (JOURNAL.c.number, JOURNAL.c.kind, JOURNAL.c.body, JOURNAL.c.digest)


def add(session: Session, exchange_id: UUID, steps: Sequence[Written]) -> bool:
    """Write the rows of steps, at least one; false, and none is written, if the exchange has its end.

    Whoever would end the exchange at the same time waits until this transaction is done. Up to `AT_ONCE` steps are
    one statement.
    """
    return all(
        _add(session, exchange_id, steps[start : start + AT_ONCE]) for start in range(0, len(steps), AT_ONCE)
    )


def _add(session: Session, exchange_id: UUID, steps: Sequence[Written]) -> bool:
    given = {
        f"{column.name}_{at}": getattr(step, column.name) for at, step in enumerate(steps) for column in STEP
    }
    return _statement(len(steps)).count(session, exchange=exchange_id, **given) == len(steps)


@cache
def _statement(steps: int) -> Prepared:
    """The insert of so many steps, where the exchange is open."""
    still_open = (
        select(OPEN.c.exchange_id)
        .where(OPEN.c.exchange_id == bindparam("exchange"))
        .with_for_update(read=True)
        .subquery("still_open")
    )
    rows = union_all(
        *(
            select(*(bindparam(f"{one.name}_{at}", type_=one.type).label(one.name) for one in STEP))
            for at in range(steps)
        )
    ).subquery("steps")
    found = select(still_open.c.exchange_id, *rows.c).select_from(still_open.join(rows, true()))
    return Prepared(insert(JOURNAL).from_select(["exchange_id", *(one.name for one in STEP)], found))
