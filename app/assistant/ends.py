"""How a step ends the line: an outcome for the record and an event for the person."""

from app.assistant.events import Event, Refused, Withheld
from app.audit import Outcome
from app.errors import Words


class End(Exception):
    """Carries the end of an exchange up to where it is recorded."""

    def __init__(self, outcome: Outcome, event: Event, reason: Words | None = None) -> None:
        super().__init__(outcome)
        self.outcome, self.event, self.reason = outcome, event, reason


def refused(reason: Words) -> End:
    """The question is not taken."""
    return End(Outcome.REFUSED, Refused(words=reason), reason)


def withheld(reason: Words) -> End:
    """The rest of the answer is not shown."""
    return End(Outcome.WITHHELD, Withheld(words=reason), reason)
