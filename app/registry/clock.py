"""The clock by which expiry is judged: turning back one of two clocks gains nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.runtime import Runtime


class LaterClock:
    """The later of this machine's clock and the database's.

    The database is asked when its owner reads from it anyway; between two readings its time goes on by the
    monotonic clock.
    """

    def __init__(self, runtime: Runtime, database_now: Callable[[], datetime] | None) -> None:
        self._runtime, self._database_now = runtime, database_now
        self._reading: tuple[datetime, float] | None = None

    def read_database(self) -> None:
        """Ask the database for its time, where it has a clock of its own."""
        if self._database_now is not None:
            self._reading = self._database_now(), self._runtime.monotonic()

    def now(self) -> datetime:
        """Aware time in UTC."""
        local = self._runtime.now()
        if self._reading is None:
            return local
        moment, read_at = self._reading
        return max(local, moment + timedelta(seconds=max(0.0, self._runtime.monotonic() - read_at)))
