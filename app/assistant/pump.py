"""Runs a provider's stream on a thread of its own, so that Stop, time limits and heartbeats never wait for it."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from app.errors import Failure, ProviderFailed
from app.providers import Chunk

END = object()
LOGGER = logging.getLogger("ustaz")


@dataclass(slots=True)
class Pump:
    """A provider's chunks, drained in bundles.

    Attributes:
        stream: opens the provider's iterator; called on the pump's thread.
        finished: called when the provider's iterator is closed, also long after a stop.
    """

    stream: Callable[[], Iterator[Chunk]]
    finished: Callable[[], None]
    _chunks: "queue.SimpleQueue[object]" = field(default_factory=queue.SimpleQueue)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _stream: Iterator[Chunk] | None = None

    def start(self) -> None:
        """Begin calling the provider.

        Raises:
            RuntimeError: the machine gives no further thread; `finished` was called.
        """
        try:
            threading.Thread(target=self._run, name="provider", daemon=True).start()
        except RuntimeError:
            self.finished()
            raise

    def bundles(self, heartbeat_seconds: float) -> Iterator[tuple[Chunk, ...]]:
        """What has arrived since the last look, at least once a heartbeat (then perhaps nothing).

        Raises:
            ProviderFailed: what the provider raised; anything else it raised becomes `GARBAGE`.
        """
        while True:
            bundle: list[Chunk] = []
            try:
                item = self._chunks.get(timeout=heartbeat_seconds)
                while True:
                    if item is END or isinstance(item, BaseException):
                        break
                    bundle.append(cast(Chunk, item))
                    item = self._chunks.get_nowait()
            except queue.Empty:
                yield tuple(bundle)
                continue
            if bundle:
                yield tuple(bundle)
            if item is END:
                return
            if isinstance(item, ProviderFailed):
                raise item
            raise ProviderFailed(Failure.GARBAGE, f"{type(item).__name__}") from cast(BaseException, item)

    def stop(self) -> None:
        """End the call now: the provider's iterator is closed from here, also while it waits for its server.

        An iterator that cannot be closed while it runs ends at its next chunk or at its time limit.
        """
        self._stopped.set()
        stream = self._stream
        if stream is not None:
            _close(stream)

    def _run(self) -> None:
        try:
            stream = self._stream = self.stream()
            try:
                # Looked at after `_stream` is set: a stop from now on finds it, one from before is seen here.
                while not self._stopped.is_set():
                    chunk = next(stream, None)
                    if chunk is None:
                        break
                    self._chunks.put(chunk)
            finally:
                self._stream = None
                _close(stream)
            self._chunks.put(END)
        except BaseException as error:
            self._chunks.put(error)
        finally:
            self.finished()


def _close(stream: Iterator[Chunk]) -> None:
    """Close an iterator that can be closed; a stop is no place for further errors."""
    close = getattr(stream, "close", None)
    if close is None:
        return
    try:
        close()
    except ValueError as error:
        if str(error) != "generator already executing":
            LOGGER.warning("a provider's iterator did not close: %s", type(error).__name__)
    except Exception as error:
        LOGGER.warning("a provider's iterator did not close: %s", type(error).__name__)
