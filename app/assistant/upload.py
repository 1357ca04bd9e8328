"""What becomes of a document that a school adds or removes, step by step, as its page shows it."""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from uuid import UUID

from app.errors import Words
from knowledge.ingest import Status
from knowledge.readers.reasons import Reason

LARGEST = 10 * 1024 * 1024
"""Bytes of one file, the same as Streamlit's `maxUploadSize`; checked again where the bytes arrive."""
MOST_WAITING = 30
"""Documents of one school that may wait at once."""
LONGEST_NAME = 200
UNNAMED = "—"


class Wish(StrEnum):
    """What is to be done with a document."""

    ADD = "add"
    REMOVE = "remove"


class Stage(StrEnum):
    """Where it stands; the last four are ends."""

    WAITING = "waiting"
    READING = "reading"
    CHECKING = "checking"
    INDEXING = "indexing"
    FINISHING = "finishing"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ENDS = frozenset({Stage.DONE, Stage.REFUSED, Stage.FAILED, Stage.INTERRUPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One document on its way.

    Attributes:
        name: the name that the file came with; data, never part of a path.
        done, total: passages so far, of how many (0: not known yet).
        reasons: of the file itself, why it was refused or read in part.
        words: another reason why it came to nothing.
    """

    id: UUID
    school: str
    wish: Wish
    name: str = field(repr=False)
    sha256: str
    size: int
    stage: Stage = Stage.WAITING
    done: int = 0
    total: int = 0
    status: Status | None = None
    passages: int = 0
    held_back: int = 0
    reasons: tuple[Reason, ...] = ()
    words: Words | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.stage in ENDS


def shown_name(given: str) -> str:
    """The last part of a name that a browser gave, without control characters, at most 200 characters with its ending."""
    last = PurePosixPath(given.replace("\\", "/")).name
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C").strip()
    if len(kept) > LONGEST_NAME:
        ending = suffix_of(kept)[:16]
        kept = kept[: LONGEST_NAME - len(ending)] + ending
    return kept or UNNAMED


def suffix_of(name: str) -> str:
    """The ending of a name in small letters, with its dot; empty if there is none."""
    return PurePosixPath(name).suffix.lower()


def format_of(name: str) -> str:
    """The ending as a record may hold it in clear: letters and digits, else nothing that a person could have written."""
    ending = suffix_of(name).removeprefix(".")
    return ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "other"
