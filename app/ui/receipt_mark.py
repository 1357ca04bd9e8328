"""What a file's mark comes to: a mark says anything that its writer wants, so only the log's record makes it true."""

from dataclasses import dataclass
from enum import StrEnum

from app.exports import Mark, read
from app.ui.receipt_check import Checked, Finding, Log, check

EARLIEST, LATEST = 2020, 2200
MOST_REVISIONS = 1_000_000
MOST_MODELS, LONGEST_NAME, LONGEST_VERSION = 10, 80, 32


class Told(StrEnum):
    """What is said of a file."""

    NO_MARK = "no_mark"
    RECORDED = "recorded"
    WAITING = "waiting"
    ANOTHER = "another"
    ABSENT = "absent"
    TAMPERED = "tampered"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """The result for one file; without a mark there is nothing but that.

    Attributes:
        mark: what the file says of itself.
        checked: what the log says of the code in the mark.
    """

    told: Told
    mark: Mark | None = None
    checked: Checked | None = None


def check_file(log: Log, data: bytes, *, verifier: str | None) -> CheckedFile:
    """Read the mark of a file and look its code up as a typed one is; nothing of the file is kept.

    Args:
        verifier: the log's public key; without it nothing can be told.
    """
    mark = read(data)
    if mark is None or not _plausible(mark):
        return CheckedFile(told=Told.NO_MARK)
    checked = check(log, mark.receipt[:LONGEST_VERSION], verifier=verifier)
    return CheckedFile(told=_told(mark, checked), mark=mark, checked=checked)


def _told(mark: Mark, checked: Checked) -> Told:
    match checked.finding:
        case Finding.GENUINE | Finding.WAITING if checked.file != (str(mark.document), mark.revision):
            return Told.ANOTHER
        case Finding.GENUINE:
            return Told.RECORDED
        case Finding.WAITING:
            return Told.WAITING
        case Finding.TAMPERED:
            return Told.TAMPERED
        case Finding.CANNOT_TELL:
            return Told.CANNOT_TELL
        case Finding.ABSENT | Finding.MALFORMED:
            return Told.ABSENT


def _plausible(mark: Mark) -> bool:
    """Whether it holds only what a mark of ours can hold."""
    return (
        EARLIEST <= mark.made_at.year <= LATEST
        and 1 <= mark.revision <= MOST_REVISIONS
        and len(mark.app_version) <= LONGEST_VERSION
        and len(mark.models) <= MOST_MODELS
        and all(len(name) <= LONGEST_NAME for name in mark.models)
    )
