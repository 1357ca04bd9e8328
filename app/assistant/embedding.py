"""The embedding model as a side call: asked for at the gate each time, called only when it is in force."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from app.assistant.turn import admitted
from app.audit import AuditLog
from app.database import Entry
from app.errors import Failure, ProviderFailed, UstazError
from app.registry import RegistryStore
from app.routing import Gate, Permit, Refusal
from guardrails.worker import NoWorker, Overrun, Workers
from knowledge.embedding import Embedder

KIND = "embedder"
RECENT = 256
"""Vectors of the last questions that are at hand: a rail reads a message before retrieval looks for it."""


class EmbedderRefused(UstazError):
    """The embedding model may not be called now; `words` say why."""

    key = "ask.refused.no_embedder"


class PeakReader(Protocol):
    """The same weights, run once more for what single tokens say: `knowledge.token_peaks`."""

    model_id: str
    dim: int

    def peaks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of `dim` for each text."""
        ...


class Permits(Protocol):
    """What gets the gate's permit of a call before the call is made."""

    def append(self, permit: Permit, /) -> None:
        """Keep it for the record."""
        ...


class _Open:
    """The permits of one question while its rails are waited for; afterwards the record is made, and a rail that was cut off calls no more."""

    def __init__(self, permits: Permits) -> None:
        self._permits: Permits | None = permits
        self._lock = threading.Lock()

    def append(self, permit: Permit, /) -> None:
        """Raises:
        EmbedderRefused: nobody waits for the call any more.
        """
        with self._lock:
            if self._permits is None:
                raise EmbedderRefused("the rail was cut off")
            self._permits.append(permit)

    def close(self) -> None:
        with self._lock:
            self._permits = None


_noted: ContextVar[Permits | None] = ContextVar("noted", default=None)


class Recent:
    """The vectors of the last questions under the digests of their texts, in memory; safe for threads."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, text: str) -> NDArray[np.float32] | None:
        """The vector of a text, if it is one of the last."""
        key = _digest(text)
        with self._lock:
            found = self._vectors.get(key)
            if found is not None:
                self._vectors.move_to_end(key)
            return found

    def keep(self, text: str, vector: NDArray[np.float32]) -> None:
        """Hold it until enough others have come."""
        with self._lock:
            self._vectors[_digest(text)] = vector
            while len(self._vectors) > RECENT:
                self._vectors.popitem(last=False)

    def rows(
        self, texts: Sequence[str], width: int, make: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """One row of `width` for each text; those that are not at hand are made, and held."""
        missing = [text for text in dict.fromkeys(texts) if self.find(text) is None]
        fresh = dict(zip(missing, make(missing), strict=True)) if missing else {}
        for text, vector in fresh.items():
            self.keep(text, vector)
        found = [fresh[text] if text in fresh else self.find(text) for text in texts]
        if any(row is None for row in found):  # pushed out meanwhile by other threads
            return make(texts)
        return np.array(found, dtype=np.float32).reshape(len(texts), width)


@dataclass(frozen=True, slots=True)
class GatedEmbedder:
    """Embeds only while the entry that names these very weights is in force.

    Attributes:
        sha256: digest of the weights that `embedder` and `peaks` loaded, as hashed on this machine.
        peaks: None where the embedder is no model whose tokens a rail can read.
        workers: where questions are embedded that may not wait without end; one that hangs leaves a thread behind.
    """

    embedder: Embedder
    sha256: str
    registry: RegistryStore
    gate: Gate
    peaks: PeakReader | None = None
    recent: Recent = field(default_factory=Recent)
    recent_peaks: Recent = field(default_factory=Recent)
    workers: Workers = field(default_factory=Workers)

    @property
    def model_id(self) -> str:
        """The id of the model behind the gate; naming it calls nothing."""
        return self.embedder.model_id

    @property
    def dim(self) -> int:
        """The width of its vectors."""
        return self.embedder.dim

    def entry_id(self) -> str | None:
        """The entry whose weights these are, in whatever standing; None when no list names them."""
        current = self.registry.current()
        if current is None:
            return None
        same = [entry for entry in current.entries if entry.kind == KIND and entry.sha256 == self.sha256]
        return same[0].entry_id if same else None

    def embed_queries(
        self, texts: Sequence[str], *, permits: Permits | None = None, seconds: float | None = None
    ) -> NDArray[np.float32]:
        """Vectors of questions, shape (len(texts), dim), unit length; one that was asked for just now is not made again.

        Args:
            permits: gets the gate's permit of this call, for the record.
            seconds: longest wait for the model; None where the caller is waited for with a limit itself, as a rail is.

        Raises:
            EmbedderRefused: no entry in force names these weights; nothing was embedded.
            ProviderFailed: `TIMEOUT`, when it took longer, or as many calls as may hang do.
        """
        self._permitted("embedding.query", permits)
        return self.recent.rows(texts, self.dim, lambda missing: self._embed(missing, seconds))

    def embed_messages(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """The same for a rail; None where the model is not in force: retrieval refuses the question then, in its words.

        The gate's permit goes to whoever let the rails look (`noting`).
        """
        try:
            return self.embed_queries(texts, permits=_noted.get())
        except EmbedderRefused:
            return None

    def read_messages(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Vectors as `embed_messages` gives them, and behind each the peaks of its tokens, by one more pass with a permit of its own.

        Shape (len(texts), dim + peaks.dim); None where the model is not in force, or is none whose tokens can be read.
        """
        if self.peaks is None:
            return None
        try:
            vectors = self.embed_queries(texts, permits=_noted.get())
            return np.concatenate([vectors, self.embed_peaks(texts, permits=_noted.get())], axis=1)
        except EmbedderRefused:
            return None

    def embed_peaks(self, texts: Sequence[str], *, permits: Permits | None = None) -> NDArray[np.float32]:
        """Peaks of the tokens of messages, shape (len(texts), peaks.dim); what was read just now is not read again.

        Args:
            permits: gets the gate's permit of this call, for the record.

        Raises:
            EmbedderRefused: no entry in force names these weights, or nobody reads their tokens; nothing was called.
        """
        if self.peaks is None:
            raise EmbedderRefused(f"{self.model_id}: no filters over its tokens")
        self._permitted("embedding.query", permits)
        return self.recent_peaks.rows(texts, self.peaks.dim, self.peaks.peaks)

    def embed_documents(self, texts: Sequence[str], *, permits: Permits | None = None) -> NDArray[np.float32]:
        """Vectors of passages, shape (len(texts), dim), unit length.

        Args:
            permits: gets the gate's permit of this call, for the record.

        Raises:
            EmbedderRefused: no entry in force names these weights; nothing was embedded.
        """
        self._permitted("embedding.passage", permits)
        return self.embedder.embed_documents(texts)

    def _embed(self, texts: Sequence[str], seconds: float | None) -> NDArray[np.float32]:
        """The call itself; one that is left behind gives its vectors to nobody."""
        if seconds is None:
            return self.embedder.embed_queries(texts)
        try:
            vectors = self.workers.run(lambda: self.embedder.embed_queries(texts), seconds=seconds)
        except (Overrun, NoWorker) as error:
            raise ProviderFailed(Failure.TIMEOUT, f"{self.model_id}: {error}") from error
        return cast(NDArray[np.float32], vectors)

    def _permitted(self, purpose: str, permits: Permits | None) -> None:
        """Ask the gate, and hand its permit on before anything is called."""
        permit = self._admit(purpose)
        if permits is not None:
            permits.append(permit)

    def _admit(self, purpose: str) -> Permit:
        entry_id = self.entry_id()
        if entry_id is None:
            raise EmbedderRefused("no entry of the list names these weights")
        answer = self.gate.admit(entry_id, purpose=purpose)
        if isinstance(answer, Refusal):
            raise EmbedderRefused(f"{entry_id}: {answer.reason.key}")
        return answer


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The vectors of passages for a rail: those of the index where it holds them, else embedded at the gate and kept for a while.

    Attributes:
        stored: what the index holds, by ids of passages; asking it calls nothing.
    """

    embedder: GatedEmbedder
    stored: Callable[[Sequence[str]], Mapping[str, NDArray[np.float32]]]
    recent: Recent = field(default_factory=Recent)

    def __call__(self, ids: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32] | None:
        """One row for each passage; None where one has to be embedded and the model is not in force."""
        held = self.stored([one for one in ids if one])
        rows = [
            held[one] if one in held else self.recent.find(text) for one, text in zip(ids, texts, strict=True)
        ]
        missing = [text for text, row in zip(texts, rows, strict=True) if row is None]
        if missing:
            try:
                fresh = iter(self.embedder.embed_documents(missing, permits=_noted.get()))
            except EmbedderRefused:
                return None
            for at, row in enumerate(rows):
                if row is None:
                    rows[at] = vector = next(fresh)
                    self.recent.keep(texts[at], vector)
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.embedder.dim)


@contextmanager
def noting(permits: Permits) -> Iterator[None]:
    """Rails that embed meanwhile add the gate's permits here, for the record of the question that they look at.

    One that is left behind embeds nothing afterwards: its permit would stand in no record.
    """
    noted = _Open(permits)
    token = _noted.set(noted)
    try:
        yield
    finally:
        _noted.reset(token)
        noted.close()


@dataclass(slots=True)
class Embedding:
    """Embeds passages beside any question, and holds the gate's permits until a record takes them."""

    embedder: GatedEmbedder
    _permits: list[Permit] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, as `GatedEmbedder.embed_documents` gives them.

        Raises:
            EmbedderRefused: no entry in force names these weights; nothing was embedded.
        """
        return self.embedder.embed_documents(texts, permits=self)

    def append(self, permit: Permit, /) -> None:
        """Hold a permit; rails that embed meanwhile add theirs."""
        self._permits.append(permit)

    def taken(self) -> dict[str, Any]:
        """What a record says of the permits since the last one; nothing where there are none."""
        rows, self._permits = admitted(self._permits), []
        return {"admitted": rows} if rows else {}


@contextmanager
def embedding_on_record(
    embedder: GatedEmbedder, audit: AuditLog, *, school: str | None = None
) -> Iterator[Embedding]:
    """Work that embeds; what no other record took of its permits has a record of its own when it ends, however it ends.

    Raises:
        NotRecorded: that record could not be made durable.
    """
    work = Embedding(embedder)
    try:
        with noting(work):
            yield work
    finally:
        if left := work.taken():
            clear = {"event": "passages_embedded", **left}
            audit.append(Entry(kind="admin_change", school=school, role="system", clear=clear))


@dataclass(frozen=True, slots=True)
class _Told:
    tell: Callable[[Mapping[str, Any]], None]

    def append(self, permit: Permit, /) -> None:
        self.tell(admitted([permit])[0])


@contextmanager
def telling(tell: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
    """Rails that embed meanwhile tell the gate's permit before each call, in the form of a record; where that fails, nothing is called."""
    with noting(_Told(tell)):
        yield


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
