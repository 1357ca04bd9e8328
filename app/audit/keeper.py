"""Keeping the log: keys, this process's place in it, its leaves and heads, its heartbeat and the orphans of others."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.audit import appending, indexing
from app.audit import keys as key_files
from app.audit.checkpoint import Checkpoints
from app.audit.clockwatch import ClockWatch
from app.audit.instance import Instance
from app.audit.keyring import KeyRing
from app.audit.keys import Keys
from app.audit.keywatch import KeyWatch
from app.audit.leadership import leadership
from app.audit.ledger import Ledger
from app.audit.means import Means
from app.audit.note import Signer
from app.audit.recovery import Recovery
from app.audit.sequencer import Sequencer
from app.database import Database, Entry
from app.errors import NotRecorded, TamperedLog, Words
from app.runtime import Runtime

LOGGER = logging.getLogger("ustaz.audit")
HEARTBEAT_SECONDS = 10.0
RECOVERY_BEATS = 6
DAY_SECONDS = 86_400.0
NAMED = 500


class Keeper:
    """One process at its work; everything in it begins with `start` and ends with `close`."""

    def __init__(
        self,
        database: Database,
        runtime: Runtime,
        home: Path,
        *,
        app_version: str,
        git_commit: str | None,
        longest: timedelta,
        daily: Callable[[], object] = lambda: None,
    ) -> None:
        self._daily = daily
        self._serving = False
        self._swept_at: float | None = None
        self._found: Words | None = None
        self._database = database
        self._runtime = runtime
        self._home = home
        self._version = app_version
        self._commit = git_commit
        self._longest = longest
        self._keys: Keys | None = None
        self._means: Means | None = None
        self._instance: Instance | None = None
        self._recovery: Recovery | None = None
        self._sequencer: Sequencer | None = None
        self._checkpoints: Checkpoints | None = None
        self._clocks: ClockWatch | None = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def means(self) -> Means:
        """What the write path stands on.

        Raises:
            NotRecorded: the log is not started, or closed.
        """
        if self._means is None:
            raise NotRecorded("the log is not started")
        return self._means

    @property
    def keys(self) -> Keys:
        """The keys.

        Raises:
            NotRecorded: the log is not started, or closed.
        """
        if self._keys is None:
            raise NotRecorded("the log is not started")
        return self._keys

    @property
    def leading(self) -> bool:
        """Whether this process gives out the leaves."""
        return self._sequencer is not None and self._sequencer.leading

    @property
    def alarm(self) -> Words | None:
        """Why nothing is recorded or sequenced, or what was found wrong at the start."""
        if self._means is not None and (missing := self._means.watch.alarm) is not None:
            return missing
        return self._found if self._sequencer is None else self._sequencer.alarm or self._found

    def start(self, *, serve: bool, threads: bool = True) -> None:
        """Begin.

        Args:
            threads: false leaves sequencing and recovery to whoever calls them.

        Raises:
            BadSetting: a key file is not as it must be, or another process serves.
        """
        if self._means is not None:
            raise NotRecorded("the log is started already")
        keys = key_files.load(self._home / "keys", self._database, self._runtime)
        instance = Instance(self._database, self._runtime, self._home / "instances", serving=serve)
        try:
            instance.start()
            ledger = Ledger(
                self._database,
                self._runtime,
                instance.id,
                app_version=self._version,
                git_commit=self._commit,
            )
            ring = KeyRing(self._database, self._runtime, keys.master)
            watch = KeyWatch(
                self._home / "keys",
                # Not the signing key: it may be replaced, and what it signs can be signed later.
                {"master": keys.master.hex(), "pepper": keys.pepper.hex()},
            )
            means = Means(
                database=self._database, runtime=self._runtime, ledger=ledger, ring=ring, watch=watch
            )
            recovery = Recovery(means, instance, self._longest)
            self._reindex(means, keys)
            recovery.heal()
            recovery.run()
        except BaseException:
            instance.free()
            raise
        self._serving = serve
        checkpoints = Checkpoints(
            self._database,
            self._runtime,
            keys.signer,
            self._home / "checkpoints",
            origin=keys.origin,
            renewed=self._renewed,
        )
        self._checkpoints = checkpoints
        self._sequencer = Sequencer(self._database, self._runtime, leadership(self._database), checkpoints)
        self._keys, self._instance, self._means, self._recovery = keys, instance, means, recovery
        self._clocks = ClockWatch(
            self._database, self._runtime, lambda entry: appending.append(means, keys, entry)
        )
        if threads:
            self._begin_threads(self._sequencer)

    def _reindex(self, means: Means, keys: Keys) -> None:
        """Make up the index; rows of old records that were lost are an alarm and a record of their own."""
        lost = indexing.complete(self._database)
        if not lost:
            return
        LOGGER.error("%d old records were missing from the index", len(lost))
        self._found = Words(key="audit.alarm.index_lost", facts={"records": len(lost)})
        facts = {
            "event": "index_completed",
            "count": len(lost),
            "records": [str(one) for one in lost[:NAMED]],
        }
        appending.append(means, keys, Entry(kind="admin_change", clear=facts))

    def close(self) -> None:
        """End: last leaves, last head, goodbye."""
        if self._means is None:
            return
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        self._threads.clear()
        self._stop.clear()
        if self._sequencer is not None:
            self._sequencer.turn(finish=True)
            self._sequencer.release()
        self._means = None
        if self._instance is not None:
            try:
                self._instance.close()
            except (NotRecorded, SQLAlchemyError) as error:
                LOGGER.warning("this process could not say goodbye: %s", error)

    def sequence(self, *, finish: bool = False) -> int:
        """Give leaves now, if this process leads or may lead; gives how many."""
        return 0 if self._sequencer is None else self._sequencer.turn(finish=finish)

    def alone(self) -> bool:
        """Whether this process gives out the leaves and no other writes to the log."""
        if self._instance is None or not self.leading:
            return False
        others = self._instance.others()
        now = self._database.now()
        return not any(self._instance.alive(other, now) for other in others)

    def hand_over(self) -> None:
        """Take up the newest signing key: the next head is signed with both, all later ones with this one."""
        self._renewed()
        self.sequence(finish=True)

    def _renewed(self) -> Signer:
        """The key that signs heads now; not always the one that this process read at its start.

        Another process may have replaced it while this one began, or while this one had lost its lead.

        Raises:
            BadSetting: the file of the new key is not as it must be.
        """
        keys = self.keys
        if self._database.read(lambda session: key_files.replaced(session, keys)):
            self._keys = key_files.load(self._home / "keys", self._database, self._runtime)
        return self.keys.signer

    def recover(self) -> tuple[UUID, ...]:
        """End orphans now; gives their exchanges."""
        return () if self._recovery is None else self._recovery.run()

    def look_at_clocks(self) -> int:
        """Compare the clocks now; gives how many records of doubt were written."""
        return 0 if self._clocks is None else self._clocks.look()

    def _begin_threads(self, sequencer: Sequencer) -> None:
        work = {"audit-sequencer": lambda: sequencer.run(self._stop), "audit-keeper": self._keep}
        for name, target in work.items():
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _keep(self) -> None:
        """The clocks and a heartbeat, and every minute the orphans of others."""
        beats = 0
        while True:
            try:
                if beats and self._instance is not None:
                    self._instance.beat()
                self.look_at_clocks()
                if beats and (beats % RECOVERY_BEATS == 0 or (self._means and self._means.given_up)):
                    self.recover()
                if beats:
                    self._sweep()
            except (NotRecorded, SQLAlchemyError, OSError) as error:
                LOGGER.warning("heartbeat, clocks, recovery or the daily sweep failed: %s", error)
            except TamperedLog as error:
                LOGGER.error("nothing is pruned: %s", error)
            beats += 1
            if self._stop.wait(HEARTBEAT_SECONDS):
                return

    def _sweep(self) -> None:
        """Once a day, in the one process that serves and leads."""
        now = self._runtime.monotonic()
        if not (self._serving and self.leading):
            return
        if self._swept_at is None or now - self._swept_at >= DAY_SECONDS:
            self._swept_at = now
            self._daily()
