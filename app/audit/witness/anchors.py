"""Where heads of this log go, as the operator has set it, and which of these a verification may lean on."""

from dataclasses import dataclass
from pathlib import Path

from app.audit.verify import Keys
from app.audit.witness.folder import files_in, same_volume

DEFAULT_MINUTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The places.

    Attributes:
        folder: a folder on another volume.
        witness: address of an HTTP witness; `witness_keys` are its verifier lines.
        minutes: how long a record may wait for a place to take a head over it before that is an alarm.
        demonstration: nothing need be set; the pages say so.
    """

    folder: Path | None = None
    witness: str = ""
    witness_keys: str = ""
    minutes: int = DEFAULT_MINUTES
    demonstration: bool = False

    def __post_init__(self) -> None:
        if self.witness and not all(key.timed for key in Keys(self.witness_keys).keys):
            raise ValueError("a key that signs logs, not one that cosigns them")

    @property
    def configured(self) -> bool:
        """Whether any place is set."""
        return self.folder is not None or bool(self.witness)

    def folder_is_here(self, home: Path) -> bool:
        """Whether the folder lies on the volume of the data folder, where it proves nothing against its owner."""
        return self.folder is not None and same_volume(self.folder, home)

    def kept(self, home: Path) -> tuple[Path, ...]:
        """The files of heads that count as kept elsewhere."""
        if self.folder is None or self.folder_is_here(home) or not self.folder.is_dir():
            return ()
        return files_in(self.folder)
