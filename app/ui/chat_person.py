"""Who acts from a part of the page that runs by itself: read from the database again, as the whole page does."""

from app.accounts import Principal, Refused
from app.errors import Forbidden
from app.ui.context import Context


def present(context: Context) -> Principal:
    """The person as they stand now; a part that reruns alone never passes the shell.

    Raises:
        Forbidden: they are not let in any more.
    """
    now = context.services.accounts.recheck(context.person)
    if isinstance(now, Refused):
        raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
    return now
