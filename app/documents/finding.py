"""What a check says of a document: one fact in words, at one place or about the whole."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import Words


class Weight(StrEnum):
    """How much it matters: `BROKEN` is against the form or the rules, `DOUBT` wants a look, `NOTE` informs."""

    BROKEN = "broken"
    DOUBT = "doubt"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding.

    Attributes:
        check: the check that found it, named as its file in `checks/`.
        field: id of the field it is about; "" is the whole document.
    """

    check: str
    weight: Weight
    words: Words
    field: str = ""
