"""Keeping the log: keys, this process's place in it, its leaves and heads, its heartbeat and the orphans of others."""

import logging
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.audit import keys as key_files
from app.audit.checkpoint import Checkpoints
from app.audit.instance import Instance
from app.audit.keyring import KeyRing
from app.audit.keys import Keys
from app.audit.leadership import leadership
from app.audit.ledger import Ledger
from app.audit.means import Means
from app.audit.recovery import Recovery
from app.audit.sequencer import Sequencer
from app.database import Database
from app.errors import NotRecorded, Words
from app.runtime import Runtime

LOGGER = logging.getLogger("ustaz.audit")
HEARTBEAT_SECONDS = 10.0
RECOVERY_BEATS = 6


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
    ) -> None:
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
        """Why nothing is sequenced, if so."""
        return None if self._sequencer is None else self._sequencer.alarm

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
            means = Means(database=self._database, runtime=self._runtime, ledger=ledger, ring=ring)
            recovery = Recovery(means, instance, self._longest)
            recovery.heal()
            recovery.run()
        except BaseException:
            instance.free()
            raise
        checkpoints = Checkpoints(self._database, self._runtime, keys.signer, self._home / "checkpoints")
        self._sequencer = Sequencer(self._database, self._runtime, leadership(self._database), checkpoints)
        self._keys, self._instance, self._means, self._recovery = keys, instance, means, recovery
        if threads:
            self._begin_threads(self._sequencer)

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

    def recover(self) -> tuple[UUID, ...]:
        """End orphans now; gives their exchanges."""
        return () if self._recovery is None else self._recovery.run()

    def _begin_threads(self, sequencer: Sequencer) -> None:
        work = {"audit-sequencer": lambda: sequencer.run(self._stop), "audit-keeper": self._keep}
        for name, target in work.items():
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _keep(self) -> None:
        """Heartbeat, and every minute the orphans of others."""
        beats = 0
        while not self._stop.wait(HEARTBEAT_SECONDS):
            beats += 1
            try:
                if self._instance is not None:
                    self._instance.beat()
                if beats % RECOVERY_BEATS == 0:
                    self.recover()
            except (NotRecorded, SQLAlchemyError, OSError) as error:
                LOGGER.warning("heartbeat or recovery failed: %s", error)
