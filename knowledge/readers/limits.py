"""What a document may be and may use: measures for the process that reads it, and for what comes out of it."""

from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.readers.reasons import ReasonKey, Refused

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The measures for one file.

    Attributes:
        memory: bytes of address space of the process that reads.
        cpu_seconds: its time on a processor.
        wall_seconds: its time on the clock, for a machine that is busy.
        input: bytes of the file.
        unpacked: bytes that a packed file may become, and one stream of a PDF a fifth of it.
        pages: of a PDF.
        letters: of all text.
        parts: paragraphs and table rows.
        answer: bytes that come back.
    """

    memory: int = 512 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: int = 60
    input: int = 50 * MEGABYTE
    unpacked: int = 100 * MEGABYTE
    pages: int = 500
    letters: int = 3_000_000
    parts: int = 50_000
    answer: int = 24 * MEGABYTE

    def to_mapping(self) -> dict[str, int]:
        """A plain mapping for JSON; `Limits(**plain)` takes it back."""
        return asdict(self)


DOCUMENT = Limits()
OFFICIAL = Limits(
    memory=1024 * MEGABYTE,
    cpu_seconds=180,
    wall_seconds=600,
    input=100 * MEGABYTE,
    unpacked=400 * MEGABYTE,
    pages=10_000,
    letters=60_000_000,
    parts=2_000_000,
    answer=200 * MEGABYTE,
)
"""For the official page of an order, which an administrator imports by the command line."""

MOST_ENTRIES = 2000
LARGEST_RATIO = 100


def content(path: Path, limits: Limits = DOCUMENT) -> bytes:
    """The bytes of a file within the size limit.

    Raises:
        Refused: it is larger, or empty.
    """
    check_size(path.stat().st_size, limits)
    return path.read_bytes()


def check_size(size: int, limits: Limits) -> None:
    """Whether a file of that many bytes is read.

    Raises:
        Refused: it is too large, or empty.
    """
    if size > limits.input:
        raise Refused(ReasonKey.TOO_LARGE, bytes=size, most=limits.input)
    if size == 0:
        raise Refused(ReasonKey.EMPTY_FILE)
