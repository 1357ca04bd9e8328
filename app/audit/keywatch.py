"""Whether the key files are still there while the process runs: nothing is recorded under a key that may be lost."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from app.errors import NotRecorded, Words

LOGGER = logging.getLogger("ustaz.audit")


class KeyWatch:
    """Looks at the files before a record or a step is written; a look costs microseconds.

    What was sealed under a master key that nobody has any more can never be opened, not even by the auditor: so
    without its key the log takes nothing, and takes again as soon as the file is back.

    Args:
        held: for each key the value that this process works with, as hex.
    """

    def __init__(self, folder: Path, held: Mapping[str, str]) -> None:
        self._held = {folder / f"{name}.key": value for name, value in held.items()}
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._said: Path | None = None

    @property
    def alarm(self) -> Words | None:
        """Which file is missing or changed, if one is."""
        for path, value in self._held.items():
            if not self._whole(path, value):
                return Words(key="audit.alarm.key", facts={"file": f"keys/{path.name}"})
        return None

    def require(self) -> None:
        """Be content that every key is there.

        Raises:
            NotRecorded: one is missing, unreadable, or another key than this process works with.
        """
        for path, value in self._held.items():
            if not self._whole(path, value):
                if self._said != path:
                    self._said = path
                    LOGGER.error(
                        "keys/%s is missing or changed: nothing is recorded until it is back", path.name
                    )
                raise NotRecorded(f"keys/{path.name} is missing or changed: put it back")
        self._said = None

    def _whole(self, path: Path, value: str) -> bool:
        try:
            state = os.stat(path)
            mark = (state.st_ino, state.st_mtime_ns, state.st_size)
            if self._seen.get(path) != mark:
                text = path.read_text(encoding="ascii").strip()
                if text != value:
                    return False
                self._seen[path] = mark
        except (OSError, ValueError):
            return False
        return True
