"""One durable write that may be tried again: a lost connection leaves it open whether the commit came through."""

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import NotRecorded

T = TypeVar("T")
PAUSES = (0.1, 0.4, 1.0)


def durably(database: Database, work: Callable[[Session, bool], T], *, single: bool = False) -> T:
    """Run `work(session, again)` in a transaction and return its value once that is durable.

    A lost connection is tried again, at most three times within two seconds, and a row that is there already
    once. `again` is then true: work must look whether it was written after all, by it or by a twin.
    `single`: the first time, work executes one statement and nothing else.

    Raises:
        NotRecorded: the engine did not take it.
    """
    for attempt, pause in enumerate((*PAUSES, None)):
        try:
            return database.write(
                lambda session, again=attempt > 0: work(session, again),  # type: ignore[misc]
                rows=True,
                single=single and attempt == 0,
            )
        except NotRecorded as error:
            if pause is None or not _lost(error.__cause__):
                raise
            time.sleep(pause)
        except IntegrityError as error:
            if attempt > 0:
                raise NotRecorded(f"the database holds something else in its place: {error}") from error
        except SQLAlchemyError as error:
            raise NotRecorded(f"the database refused the write: {error}") from error
    raise NotRecorded("the database could not be reached")


def _lost(cause: BaseException | None) -> bool:
    """Whether the connection went away, so that nobody knows if the commit was done."""
    if not isinstance(cause, DBAPIError):
        return False
    if type(cause.orig).__module__.startswith("sqlite3"):
        return False
    return cause.connection_invalidated or isinstance(cause, OperationalError)
