"""Asks the feed again and again while the product serves, so that a revocation takes effect within a minute."""

import logging
import threading
from collections.abc import Callable

from app.errors import Conflict, NotRecorded, RegistryRefused

log = logging.getLogger(__name__)
EVERY_SECONDS = 30.0
FIRST_RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 600.0
SPREAD = 0.2


def pause(failures: int, chance: float, *, every_seconds: float = EVERY_SECONDS) -> float:
    """Seconds until the feed is asked again.

    After a failure soon, then twice as long each time, up to ten minutes; spread by a fifth, so that a country's
    schools do not ask a mirror that came back all in one second.

    Args:
        failures: how many askings in a row have failed; 0: the last one succeeded.
        chance: between 0 and 1, drawn anew for each pause.
    """
    plain = every_seconds
    if failures:
        plain = min(FIRST_RETRY_SECONDS * 2 ** min(failures - 1, 20), LONGEST_RETRY_SECONDS)
    return plain * (1 - SPREAD * chance)


class Refresher:
    """One thread that takes the feed's newest list; what is refused leaves the list in force as it is.

    Args:
        take: asks the feed once, as `RegistryStore.take` or `.pull` do; in demonstration mode it lets the
            ministry of this machine freshen its signatures first.
        pause: seconds until the next asking, from the number of failures in a row.
    """

    def __init__(self, take: Callable[[], object], *, pause: Callable[[int], float]) -> None:
        self._take, self._pause = take, pause
        self._failures = 0
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
            self._failures += 1
            log.warning("the registry's feed gave nothing: %s", error)
            return False
        self._failures = 0
        return True

    def _run(self) -> None:
        while not self._ended.wait(self._pause(self._failures)):
            self.once()
