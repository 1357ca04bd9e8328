"""A database that does not answer is a refusal in words, also where nothing was to be written."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import NotRecorded


@contextmanager
def reachable() -> Iterator[None]:
    """Within it, what breaks because the database is away or full breaks as `NotRecorded`.

    Raises:
        NotRecorded: the database did not answer, so that nothing can be put on record either.
    """
    try:
        yield
    except DBAPIError as error:
        raise NotRecorded(f"the database does not answer: {type(error.orig).__name__}") from error
    except PoolTimeout as error:
        raise NotRecorded("the database does not answer: no connection became free") from error
