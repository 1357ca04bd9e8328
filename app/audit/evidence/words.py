"""Where words were found in texts that were opened, in a form that a page can show."""

from dataclasses import dataclass, field
from uuid import UUID

SHORTEST_WORDS = 2
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHit:
    """One place in an opened exchange.

    Attributes:
        record_id: the record whose sealed part holds it.
        part: `raw`, `masked`, `prompt`, `raw_output`, `shown`, `withheld`, `comment` ...
        before, found, after: the text around it, at most 80 characters each side.
    """

    record_id: UUID
    exchange_id: UUID | None
    part: str
    before: str = field(repr=False)
    found: str = field(repr=False)
    after: str = field(repr=False)
