"""A folder on another volume that heads are appended to: a second disk, a share of somebody else, a stick."""

from dataclasses import dataclass
from pathlib import Path

from app.audit.checkpoint import Checkpoint, append_notes, largest_in
from app.audit.witness.place import Grown, NotTaken, Reason
from app.runtime import Runtime

FOLDER = "folder"
SUFFIX = ".checkpoints"
UNREADABLE = (OSError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFolder:
    """One file a day, which is only ever appended to; a head that contradicts what lies there is refused.

    The folder itself is never made: where a stick is unplugged, its mount point would be a folder of this disk.
    """

    path: Path
    runtime: Runtime

    @property
    def name(self) -> str:
        """How records call it; the path stays out of the log."""
        return FOLDER

    def take(self, head: Checkpoint, tree: Grown) -> str:
        """Append every head that is not there yet.

        Raises:
            NotTaken: the folder is not there or not to be written, or it holds a head that the log has no more.
        """
        if not self.path.is_dir():
            raise NotTaken(Reason.MISSING, "the folder is not there")
        try:
            kept = newest_in(self.path)
        except UNREADABLE as error:
            raise NotTaken(Reason.UNREADABLE, f"the folder holds something else: {error}") from error
        if kept is not None:
            if kept.size > head.size:
                raise NotTaken(Reason.ROLLED_BACK, "the folder holds a larger head", known=kept.size)
            if tree.root(kept.size) != kept.root:
                raise NotTaken(Reason.FORK, "the folder holds another head of that size", known=kept.size)
        fresh = tree.after(0 if kept is None else kept.size)
        day = self.path / f"{self.runtime.now():%Y-%m-%d}{SUFFIX}"
        try:
            append_notes(day, "".join(fresh))
        except OSError as error:
            raise NotTaken(Reason.UNREACHABLE, f"the folder took nothing: {error.strerror}") from error
        return head.note


def files_in(folder: Path) -> tuple[Path, ...]:
    """The files of heads in a folder, oldest first."""
    return tuple(sorted(folder.glob(f"*{SUFFIX}")))


def newest_in(folder: Path) -> Checkpoint | None:
    """The largest head of all files: which of them is the newest, a clock that was wrong for a day does not know.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file holds something that is no head.
    """
    found = [largest_in(path) for path in files_in(folder)]
    return max((one for one in found if one is not None), key=lambda one: one.size, default=None)


def same_volume(folder: Path, *others: Path) -> bool:
    """Whether a folder lies on the disk of one of the others, so that whoever loses or changes one has both."""
    try:
        own = folder.stat().st_dev
        return any(own == other.stat().st_dev for other in others if other.exists())
    except OSError:
        return False
