"""One published copy of a list on its way out: what it will hold is checked as a school would, then written."""

import os
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tuf.api.metadata import Metadata, Targets

from app.registry.feed import TIMESTAMP, FolderSource, stage
from app.registry.verification import Evidence, Verified, update, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How long the online signatures of one published copy live.

    Attributes:
        lead: seconds that its version numbers are ahead, so that two copies of one moment differ in number.
    """

    name: str
    timestamp: timedelta
    snapshot: timedelta
    revocations: timedelta
    lead: int = 0


ONLINE = Profile(
    name="online", timestamp=timedelta(days=7), snapshot=timedelta(days=30), revocations=timedelta(days=7)
)
OFFLINE = Profile(
    name="offline",
    timestamp=timedelta(days=90),
    snapshot=timedelta(days=90),
    revocations=timedelta(days=90),
    lead=1,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One published folder, `metadata/` and `targets/`, under what is still to be written; a `Source` of both."""

    folder: Path
    profile: Profile
    pending: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str, limit: int) -> bytes | None:
        """See `feed.Source`."""
        return self.pending[name] if name in self.pending else FolderSource(self.folder).read(name, limit)

    def latest(self, role: str) -> bytes | None:
        """The newest metadata of a role; None: nothing is published yet."""
        newest = max(self.versions(role), default=0)
        return self._bytes(f"metadata/{newest}.{role}.json") if newest else None

    def versions(self, role: str) -> tuple[int, ...]:
        """Every published version of a role, lowest first."""
        names = {path.name for path in (self.folder / "metadata").glob(f"*.{role}.json")}
        names |= {name.removeprefix("metadata/") for name in self.pending if name.endswith(f".{role}.json")}
        return tuple(sorted(int(name.split(".")[0]) for name in names if name.split(".")[0].isdecimal()))

    def timestamp(self) -> bytes | None:
        """The published timestamp."""
        return self._bytes(TIMESTAMP) if self._has(TIMESTAMP) else None

    def target(self, role: str, name: str) -> bytes | None:
        """The newest file of a role; None: nothing is published yet."""
        held = self.latest(role)
        return None if held is None else self.target_of(held, name)

    def target_of(self, metadata: bytes, name: str) -> bytes:
        """The file that some metadata names."""
        listed = Metadata[Targets].from_bytes(metadata).signed.targets[name]
        return self._bytes(f"targets/{listed.hashes['sha256']}.{name}")

    def put(self, name: str, body: bytes) -> None:
        """Have a file written with the next `write`."""
        self.pending[name] = body

    def check(self, root: bytes, at: datetime) -> Verified:
        """Take the copy as a school would that has no list yet; nothing is written.

        Raises:
            RegistryRefused: a school would refuse it.
        """
        with tempfile.TemporaryDirectory(prefix="ustaz-issue-") as name:
            staged, work = Path(name) / "staged", Path(name) / "work"
            staged.mkdir()
            work.mkdir()
            stage(self, staged, root=root)
            evidence: Evidence = update(staged, work, root=root, before=None, at=at)
        return verify(evidence, root=root)

    def write(self) -> None:
        """Write what is pending; the timestamp goes last, so that a reader never sees half an issue."""
        for name in sorted(self.pending, key=lambda name: name == TIMESTAMP):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            part.write_bytes(self.pending[name])
            os.replace(part, path)
        self.pending.clear()

    def _has(self, name: str) -> bool:
        return name in self.pending or (self.folder / name).is_file()

    def _bytes(self, name: str) -> bytes:
        return self.pending[name] if name in self.pending else (self.folder / name).read_bytes()


def next_version(held: bytes | None, at: datetime, profile: Profile) -> int:
    """The version of an online role: seconds since 1970, and always above the one before.

    Two copies of a list count apart; by the clock, the later one is the higher in both, so that a school may go
    from one copy to the other and back, and is still protected from an older one.
    """
    last = 0 if held is None else int(Metadata.from_bytes(held).signed.version)
    return max(last + 1, int(at.timestamp()) + profile.lead)
