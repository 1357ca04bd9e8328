"""The list in force: taken from a feed after every check, kept apart from it, re-read cheaply at every call."""

import logging
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.database import Database, Entry, Recorder
from app.errors import Conflict, NotRecorded, RegistryRefused, Words
from app.registry.clock import LaterClock
from app.registry.feed import CopyOnStick, Source, stage
from app.registry.registry import Registry
from app.registry.switching import Stored, Switch, stored, switch
from app.registry.tables import InForceRow, ListRow
from app.registry.verification import Evidence, Verified, registry_of, update, verify
from app.runtime import Runtime

log = logging.getLogger(__name__)
STALE_SECONDS = 1.0
FUTURE_TOLERANCE = timedelta(hours=1)
REFUSAL_REPEATS_SECONDS = 3600.0
MOST_TRIES = 3


class Witness(Protocol):
    """Another memory of what was accepted before: the audit log outlives a restored database."""

    def highest(self, list_id: str) -> int:
        """The highest sequence that it knows of a list; 0 if none."""
        ...


class NoWitness:
    """Knows nothing."""

    def highest(self, list_id: str) -> int:
        """See Witness."""
        return 0


@dataclass(frozen=True, slots=True)
class _Held:
    """What was last read from the database."""

    revision: int
    registry: Registry | None
    trouble: Words | None


class RegistryStore:
    """Keeps one verified list in force.

    Args:
        root: the trusted root, from the deployment's settings (or the demonstration ministry of this machine).
        demonstration: whether demonstration lists are accepted, and only these.
        list_id: the only list accepted; None: the first one taken decides.
        profile: `online` or `offline`; stands in records and in the registry.
        database_now: the database's clock; None where it is the clock of this machine (SQLite).
    """

    def __init__(
        self,
        database: Database,
        recorder: Recorder,
        runtime: Runtime,
        *,
        root: bytes,
        demonstration: bool = False,
        list_id: str | None = None,
        profile: str = "online",
        witness: Witness | None = None,
        database_now: Callable[[], datetime] | None = None,
    ) -> None:
        self._database, self._recorder, self._runtime = database, recorder, runtime
        self._root, self._demonstration, self._list_id, self._profile = root, demonstration, list_id, profile
        self._witness = witness or NoWitness()
        if database_now is None and database.dialect != "sqlite":
            database_now = database.now
        self._clock = LaterClock(runtime, database_now)
        self._held: _Held | None = None
        self._read_at = 0.0
        self._refused: tuple[str, str, float] | None = None
        self._lock = threading.Lock()
        self._taking = threading.Lock()

    def current(self) -> Registry | None:
        """The list in force, at most a second old; None when there is none that verifies (see `trouble`).

        An expired list is given too: `Registry.in_force` says no to each of its entries.
        """
        return self._read().registry

    def trouble(self) -> Words | None:
        """Why there is no list, in words; None when there is one."""
        return self._read().trouble

    def now(self) -> datetime:
        """The time by which expiry is judged.

        The later of this machine's clock and the database's (read at most once a second), and never before the
        moment at which the list in force was accepted.
        """
        held = self._read()
        later = self._clock.now()
        return max(later, held.registry.taken_at) if held.registry is not None else later

    def body(self) -> bytes | None:
        """The list file in force, byte for byte as it was signed."""
        registry = self.current()
        if registry is None:
            return None
        return self._database.read(
            lambda session: session.scalar(select(ListRow.body).where(ListRow.digest == registry.digest))
        )

    def take(self, folder: Path, source: str) -> Registry:
        """Take what a folder or stick holds: a published copy, or a folder with the copy of the profile. See `pull`."""
        return self.pull(CopyOnStick(folder, self._profile), source)

    def pull(self, feed: Source, source: str) -> Registry:
        """Stage, verify, check and switch to the list that a feed offers; nothing happens when it is no newer.

        Args:
            source: where it came from, for the record.

        Raises:
            RegistryRefused: it was not accepted; the refusal is recorded and the list in force untouched.
            NotRecorded: the switch could not be made durable; the list in force is untouched.
            Conflict: other processes kept switching the list meanwhile.
        """
        with self._taking:
            for _ in range(MOST_TRIES - 1):
                with suppress(Conflict):
                    return self._try(feed, source)
            return self._try(feed, source)

    def _try(self, feed: Source, source: str) -> Registry:
        with tempfile.TemporaryDirectory(prefix="ustaz-registry-") as name:
            staged, work = Path(name) / "staged", Path(name) / "work"
            staged.mkdir()
            work.mkdir()
            try:
                return self._pull(feed, source, staged, work)
            except RegistryRefused as refusal:
                self._record_refusal(refusal, source, staged)
                raise

    def _pull(self, feed: Source, source: str, staged: Path, work: Path) -> Registry:
        row = self._database.read(stored)
        before = self._proved(row)
        stage(feed, staged, root=self._root, held=None if before is None else before.files())
        at = self.now()
        evidence = update(staged, work, root=self._root, before=before, at=at)
        held = self._read()
        if evidence == before and held.registry is not None:
            return held.registry
        verified = verify(evidence, root=self._root)
        self._check(verified, held.registry, at)
        change = Switch(
            evidence=evidence,
            verified=verified,
            revision=row.revision if row is not None else 0,
            at=at,
            source=source,
            profile=self._profile,
            seen_elsewhere=self._witness.highest(verified.document.list_id),
            root=self._root,
        )
        try:
            self._database.write(lambda session: switch(session, self._recorder, change))
        except IntegrityError as error:
            raise Conflict("another process switched the list at the same time") from error
        with self._lock:
            self._held = None
        taken = self.current()
        if taken is None:
            raise NotRecorded("the list was switched and cannot be read back")
        return taken

    def _proved(self, row: Stored | None) -> Evidence | None:
        """What is in force as a base for rollback protection; bytes that no longer verify protect nothing."""
        if row is None:
            return None
        try:
            evidence = Evidence.from_bytes(row.evidence)
            verify(evidence, root=self._root)
        except RegistryRefused as error:
            log.warning("the list in force does not verify any more: %s", error)
            return None
        return evidence

    def _check(self, verified: Verified, held: Registry | None, at: datetime) -> None:
        document = verified.document
        expected = self._list_id or (held.list_id if held is not None else document.list_id)
        if document.list_id != expected:
            raise RegistryRefused(f"{document.list_id} instead of {expected}", key="registry.list.other")
        if document.demonstration != self._demonstration:
            key = (
                "registry.list.demonstration" if document.demonstration else "registry.list.no_demonstration"
            )
            raise RegistryRefused("the demonstration mark is not the one of this mode", key=key)
        if document.issued_at > at + FUTURE_TOLERANCE:
            raise RegistryRefused(f"issued at {document.issued_at}, now {at}", key="registry.list.future")

    def _record_refusal(self, refusal: RegistryRefused, source: str, staged: Path) -> None:
        """Leave a record, once an hour for the same bytes and reason: a feed is asked every minute."""
        hashed = sha256()
        for path in sorted(staged.rglob("*.json")):
            hashed.update(path.name.encode() + b"\x00" + path.read_bytes())
        seen, now = hashed.hexdigest(), self._runtime.monotonic()
        last = self._refused
        if (
            last is not None
            and last[:2] == (seen, refusal.words.key)
            and abs(now - last[2]) < REFUSAL_REPEATS_SECONDS
        ):
            return
        held = self._read().registry
        clear = {
            "verdict": "refused",
            "reason": refusal.words.key,
            "detail": str(refusal)[:500],
            "source": source,
            "profile": self._profile,
            "staged_sha256": seen,
            "list_id": held.list_id if held is not None else None,
            "registry_sequence": held.sequence if held is not None else None,
            "registry_digest": held.digest if held is not None else None,
        }
        entry = Entry(kind="registry_update", clear=clear)
        self._database.write(lambda session: self._recorder.record(session, entry))
        self._refused = (seen, refusal.words.key, now)

    def _read(self) -> _Held:
        """The cache, looked at anew after a second; what cannot be read is no list."""
        with self._lock:
            now = self._runtime.monotonic()
            if self._held is not None and abs(now - self._read_at) < STALE_SECONDS:
                return self._held
            try:
                revision = self._database.read(
                    lambda session: session.scalar(select(func.max(InForceRow.revision)))
                )
                self._clock.read_database()
                if self._held is None or revision is None or self._held.revision != revision:
                    self._held = self._load()
                self._read_at = now
            except SQLAlchemyError as error:
                log.error("the list in force cannot be read: %s", error)
                self._held = None
                return _Held(0, None, Words(key="registry.trouble.unreadable"))
            return self._held

    def _load(self) -> _Held:
        row = self._database.read(stored)
        if row is None:
            return _Held(0, None, Words(key="registry.trouble.none"))
        try:
            verified = verify(Evidence.from_bytes(row.evidence), root=self._root)
            if verified.document.demonstration != self._demonstration:
                raise RegistryRefused("a list of the other mode", key="registry.trouble.unverified")
        except RegistryRefused as error:
            log.error("the list in force does not verify: %s", error)
            return _Held(row.revision, None, Words(key="registry.trouble.unverified"))
        registry = registry_of(
            verified,
            taken_at=row.taken_at,
            source=row.source,
            profile=row.profile,
            update=row.record_id,
        )
        return _Held(row.revision, registry, None)
