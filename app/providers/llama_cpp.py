"""A model inside this process: xllamacpp's server on loopback, behind a key, fed with weights known by hash."""

import gc
import secrets
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from app.errors import Failure, ProviderFailed
from app.providers.catalogue import Means
from app.providers.provider import Call, Chunk, Prompt
from app.providers.servers import Note, Running, Start, find
from app.providers.weights import digest_of

CLOSE_SECONDS = 10.0


Find = Callable[[Path, str], Note | None]


def start(weights: Path, context_tokens: int, threads: int) -> Running:
    """Load weights and listen on a free loopback port.

    The server is silent, keeps no prompts (no cache in memory, no slots to look into), has no pages, and
    answers nobody without the key, except that it is healthy.

    Raises:
        ProviderFailed: it is not installed here, or cannot load these weights.
    """
    try:
        import xllamacpp
    except ImportError as error:
        raise ProviderFailed(Failure.UNREACHABLE, "xllamacpp is not installed on this machine") from error
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx, params.n_parallel = context_tokens, 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.ui = params.endpoint_slots = params.endpoint_props = False
    params.endpoint_metrics = True
    params.cache_ram_mib, params.verbosity, params.offline = 0, -1, True
    key = secrets.token_urlsafe(32)
    params.api_keys = [key]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ProviderFailed(Failure.UNREACHABLE, "the embedded server could not load the weights") from error
    # A server that is ended before its loop runs never ends, and holds every thread of Python meanwhile. Its
    # counters are told by that loop: once they are told it runs.
    server.handle_metrics()
    held: list[Any] = [server]
    address = str(server.listening_address)
    del server

    def close() -> None:
        held.clear()  # the server ends with its last reference
        gc.collect()

    return Running(address=address, port=httpx.URL(address).port or 0, key=key, close=close)


class LlamaCpp:
    """Calls the server that stands for an entry; else owns one, started at the first call and used until others are asked for.

    Args:
        standing: finds the server that an operator started for the weights of a digest.
    """

    def __init__(
        self,
        means: Means,
        *,
        start: Start = start,
        monotonic: Callable[[], float] = time.monotonic,
        standing: Find = find,
    ) -> None:
        self._means, self._start, self._monotonic, self._standing = means, start, monotonic, standing
        self._turn = threading.Condition()
        self._running: Running | None = None
        self._loaded: tuple[str, int] | None = None
        self._closed = False
        self._users: set[_Embedded] = set()
        self._guests: set[_Embedded] = set()
        self._digests: dict[tuple[str, int, int, int], str] = {}

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        """The answer of the embedded model; the first call waits for the weights to load."""
        return _Embedded(self, prompt, call)

    def check(self, call: Call) -> Path:
        """The file of weights that the entry approves.

        Raises:
            ProviderFailed: `MISSING_WEIGHTS`, or `WRONG_WEIGHTS` where the file or the entry's hash differs.
        """
        if call.sha256 is None or call.weights is None:
            raise ProviderFailed(Failure.NO_BINDING, f"{call.entry_id} names no weights or no hash")
        if not call.weights.is_file():
            raise ProviderFailed(Failure.MISSING_WEIGHTS, f"{call.weights.name} is not on this machine")
        actual = self._digest(call.weights)
        if actual != call.sha256.lower():
            raise ProviderFailed(Failure.WRONG_WEIGHTS, f"expected sha256 {call.sha256}, actual {actual}")
        return call.weights

    def close(self) -> None:
        """End the server; answers in progress are cut first, for a server waits for its open connections."""
        with self._turn:
            self._closed = True
            using = (*self._users, *self._guests)
        for answer in using:
            answer.close()
        with self._turn:
            self._turn.wait_for(lambda: not self._users, CLOSE_SECONDS)
            self._end()

    @contextmanager
    def running(self, call: Call, user: "_Embedded") -> Generator[Running, None, None]:
        """The server with the call's weights, kept until the block ends."""
        weights = self.check(call)
        loaded = call.context_tokens if call.loaded_tokens is None else call.loaded_tokens
        wanted = (str(call.sha256).lower(), loaded)
        note = self._standing(self._means.models_folder, wanted[0])
        if note is not None and note.context_tokens >= call.context_tokens:
            with self._as_guest(user):
                yield note.running()
            return
        deadline = self._monotonic() + call.timeout_seconds
        with self._turn:
            while self._users and self._loaded != wanted and not self._closed:
                if not self._turn.wait(max(0.0, deadline - self._monotonic())):
                    raise ProviderFailed(Failure.TIMEOUT, "another embedded model answered all the time")
            if self._closed:
                raise ProviderFailed(Failure.UNREACHABLE, "the embedded server has ended")
            if self._running is None or self._loaded != wanted:
                self._end()
                self._running = self._start(weights, loaded, self._means.threads)
                self._loaded = wanted
                self._still(weights, wanted[0])
            running = self._running
            self._users.add(user)
        try:
            yield running
        finally:
            with self._turn:
                self._users.discard(user)
                self._turn.notify_all()

    @contextmanager
    def _as_guest(self, user: "_Embedded") -> Generator[None, None, None]:
        """Note who is answered by a server of its own, which takes no turns with the one that this owns."""
        with self._turn:
            if self._closed:
                raise ProviderFailed(Failure.UNREACHABLE, "the provider has ended")
            self._guests.add(user)
        try:
            yield
        finally:
            with self._turn:
                self._guests.discard(user)

    def client(self, port: int, seconds: float, limit: int) -> httpx.Client:
        """A client that reaches the server and nothing else."""
        return self._means.outbound.client(timeout=seconds, limit_bytes=limit, own_port=port)

    def _still(self, weights: Path, expected: str) -> None:
        """A file that was changed between hashing and loading must not answer."""
        if self._digests.get(_identity(weights)) != expected:
            self._end()
            raise ProviderFailed(Failure.WRONG_WEIGHTS, f"{weights.name} changed while it was loaded")

    def _end(self) -> None:
        running, self._running, self._loaded = self._running, None, None
        if running is not None:
            running.close()

    def _digest(self, path: Path) -> str:
        """The hash of a file; taken again whenever its path, inode, size or time of change differs."""
        identity = _identity(path)
        known = self._digests.get(identity)
        if known is None:
            known = self._digests[identity] = digest_of(path).hexdigest()
        return known


class _Embedded(Iterator[Chunk]):
    """One answer of the embedded server; `close` may come from any thread."""

    def __init__(self, owner: LlamaCpp, prompt: Prompt, call: Call) -> None:
        self._stop: Callable[[], None] | None = None
        self._stopped = threading.Event()
        self._chunks = self._read(owner, prompt, call)

    def __next__(self) -> Chunk:
        return next(self._chunks)

    def close(self) -> None:
        """Stop the generation."""
        self._stopped.set()
        if self._stop is not None:
            self._stop()
        try:
            self._chunks.close()
        except ValueError:
            return  # another thread is reading: the cut connection ends its wait

    def _read(self, owner: LlamaCpp, prompt: Prompt, call: Call) -> Generator[Chunk, None, None]:
        from app.providers.completions import Completion, limit_bytes
        from app.providers.wire import Wire

        with (
            owner.running(call, self) as running,
            owner.client(running.port, call.timeout_seconds, limit_bytes(call)) as client,
        ):
            wire = Wire(
                client,
                url=f"{running.address}/v1/chat/completions",
                key=running.key,
                silence_seconds=call.timeout_seconds,
            )
            completion = Completion(
                prompt,
                # The server reports a file path as its name; the hash of the file has said who answers.
                call=replace(call, check_name=False, fingerprint=None),
                wire=wire,
                served_name=call.served_name or call.entry_id,
            )
            self._stop = completion.close
            if not self._stopped.is_set():
                yield from completion


def _identity(path: Path) -> tuple[str, int, int, int]:
    known = path.stat()
    return str(path), known.st_ino, known.st_size, known.st_mtime_ns


def build(means: Means) -> LlamaCpp:
    """The provider; no server runs before the first call."""
    return LlamaCpp(means)
