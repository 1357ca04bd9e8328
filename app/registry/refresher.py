"""Asks the feed again and again while the product serves, so that a revocation takes effect within a minute."""

import logging
import threading
from collections.abc import Callable

from app.errors import Conflict, NotRecorded, RegistryRefused

log = logging.getLogger(__name__)
EVERY_SECONDS = 60.0


class Refresher:
    """One thread that takes the feed's newest list; what is refused leaves the list in force as it is.

    Args:
        take: asks the feed once, as `RegistryStore.take` or `.pull` do; in demonstration mode it lets the
            ministry of this machine freshen its signatures first.
        every_seconds: pause between two askings; a feed that fails is asked again after the same pause.
    """

    def __init__(self, take: Callable[[], object], *, every_seconds: float = EVERY_SECONDS) -> None:
        self._take, self._every = take, every_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="registry-refresher", daemon=True)

    def start(self) -> None:
        """Begin; the first asking comes after one pause, because a start has just taken the list."""
        self._thread.start()

    def close(self) -> None:
        """End, waiting for an asking that is under way."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def once(self) -> bool:
        """Ask once; whether the feed gave a list that is in force now."""
        try:
            self._take()
        except (RegistryRefused, Conflict, NotRecorded, OSError) as error:
            log.warning("the registry's feed gave nothing: %s", error)
            return False
        return True

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self.once()
