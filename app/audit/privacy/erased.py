"""The list of erased keys outside the database: a restored backup must not bring a text back."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from app.audit.append_file import append


class ErasedKeys:
    """An append-only file beside the checkpoints: one JSON line per erasure record, only identifiers in it."""

    FILE = "erased.keys"

    def __init__(self, folder: Path) -> None:
        self.path = folder / self.FILE

    def add(self, record_id: UUID, owners: Sequence[UUID]) -> None:
        """Note the keys of one erasure record, durably.

        Raises:
            OSError: the file did not take it.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps({"record": str(record_id), "owners": [str(one) for one in owners]}).encode() + b"\n"
        # What a crash cut off gets a line of its own, which no reader takes for an entry.
        append(self.path, lambda tail: (b"\n" if tail and tail[-1:] != b"\n" else b"") + line, mode=0o600)

    def entries(self) -> Iterator[tuple[UUID, tuple[UUID, ...]]]:
        """Every erasure record that is noted, with its keys."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                    yield UUID(entry["record"]), tuple(UUID(one) for one in entry["owners"])
                except (ValueError, KeyError, TypeError):
                    continue
