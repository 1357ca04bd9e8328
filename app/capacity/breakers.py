"""The breaker of each endpoint: one that keeps failing is left in peace for a while, then tried by one call."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.errors import Failure, ProviderFailed

AFTER, REST_SECONDS, LONGEST_REST = 5, 30.0, 300.0
BREAKING = frozenset(
    {
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.TIMEOUT,
        Failure.STATUS,
        Failure.GARBAGE,
        Failure.CUT,
        Failure.TOO_LARGE,
        Failure.WRONG_MODEL,
    }
)
"""What says that an endpoint is broken; an empty answer or one in the wrong form says it of the question."""
LOGGER = logging.getLogger("ustaz")


@dataclass(slots=True)
class _State:
    failures: int = 0
    rest: float = 0.0
    until: float = 0.0
    tried: bool = False


class Breakers:
    """One breaker for each address, in this process; open after `AFTER` failures in a row.

    It rests `REST_SECONDS`, then one call may try; each failure of that doubles the rest up to `LONGEST_REST`, the
    first whole answer closes it.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._now, self._lock = monotonic, threading.Lock()
        self._states: dict[str, _State] = {}

    def resting(self, endpoint: str) -> float | None:
        """Seconds until it is tried again, more than 0; None: it may be called."""
        with self._lock:
            state = self._states.get(endpoint)
            if state is None or state.failures < AFTER:
                return None
            left = state.until - self._now()
            if left > 0:
                return left
            return 1.0 if state.tried else None

    @contextmanager
    def watch(self, endpoint: str) -> Iterator[None]:
        """Learn from one call how the endpoint fares: it ended well, or raised."""
        with self._lock:
            state = self._states.setdefault(endpoint, _State())
            state.tried = state.failures >= AFTER
        try:
            yield
        except ProviderFailed as error:
            with self._lock:
                state.tried = False
                if error.failure in BREAKING:
                    self._failed(endpoint, state)
            raise
        except BaseException:
            with self._lock:
                state.tried = False  # stopped or withheld: says nothing about the endpoint
            raise
        with self._lock:
            if state.failures >= AFTER:
                LOGGER.warning("%s answers again", endpoint)
            self._states.pop(endpoint, None)

    def _failed(self, endpoint: str, state: _State) -> None:
        state.failures += 1
        if state.failures < AFTER:
            return
        state.rest = min(max(REST_SECONDS, state.rest * 2), LONGEST_REST)
        state.until = self._now() + state.rest
        LOGGER.warning("%s failed %d times in a row and rests %.0f s", endpoint, state.failures, state.rest)
