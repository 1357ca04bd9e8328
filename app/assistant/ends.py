"""How a step ends the line: an outcome for the record and an event for the person."""

import logging
import traceback
from collections.abc import Sequence
from uuid import UUID

from app.assistant.events import Event, NothingFound, Refused, Withheld
from app.audit import Outcome
from app.errors import Words
from knowledge.retriever import Retrieval

LOGGER = logging.getLogger("ustaz")
PAPERS = "ask.flag.papers"


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


def nothing_found(found: Retrieval) -> End:
    """The curriculum holds nothing on it: no model is called and nothing is invented."""
    reason = Words(key="ask.nothing_found")
    if found.codes_elsewhere:
        reason = Words(key="ask.nothing_found.elsewhere", facts={"code": ", ".join(found.codes_elsewhere)})
    if found.unknown_codes:
        reason = Words(key="ask.nothing_found.code", facts={"code": ", ".join(found.unknown_codes)})
    return End(Outcome.NO_PASSAGE, NothingFound(words=reason), reason)


def papers_offered(found: Retrieval) -> tuple[Words, ...]:
    """What is said where nothing answers but own papers of the school may; they are the first passages found."""
    return (Words(key=PAPERS, facts={"n": len(found.offered)}),) if found.offered else ()


def offered(passages: Sequence[str], notices: Sequence[Words]) -> tuple[str, ...]:
    """Those of the passages found that a notice offers."""
    return tuple(passages[: next((int(one.facts["n"]) for one in notices if one.key == PAPERS), 0)])


def which_programme(found: Retrieval) -> Words:
    """A code of the question stands in several programmes: they are named to the person, who chooses."""
    codes = dict.fromkeys(objective.code for objective in found.ambiguous)
    return Words(key="ask.ambiguous", facts={"code": ", ".join(codes)})


def note_broken(error: Exception, exchange: UUID) -> None:
    """Tell operators where the line broke, never with what."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    LOGGER.error("exchange %s broke: %s at %s", exchange, type(error).__name__, where)
