"""Runs a provider's stream on a thread of its own, so that Stop, time limits and heartbeats never wait for it."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from app.errors import Failure, ProviderFailed
from app.providers import Chunk

END = object()


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

    def start(self) -> None:
        """Begin calling the provider."""
        threading.Thread(target=self._run, name="provider", daemon=True).start()

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
        """Ask the provider to end; it does so at its next chunk or time limit."""
        self._stopped.set()

    def _run(self) -> None:
        try:
            stream = self.stream()
            try:
                for chunk in stream:
                    if self._stopped.is_set():
                        return
                    self._chunks.put(chunk)
            finally:
                close = getattr(stream, "close", None)
                if close is not None:
                    close()
            self._chunks.put(END)
        except BaseException as error:
            self._chunks.put(error)
        finally:
            self.finished()
