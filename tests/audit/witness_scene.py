"""A witness on a real socket of this machine, its desk in reach of the test, and a log that knows it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import uvicorn
from sqlalchemy import select

from app.audit import Anchors, AuditLog
from app.audit.checkpoint import Checkpoint, parse, text_of
from app.audit.merkle import CompactRange, consistency, leaf_hash, range_hash
from app.audit.note import Signer
from app.audit.tables import CHECKPOINT
from app.audit.verify import Keys
from app.audit.witness.cosignature import Cosigner
from app.audit.witness.server import Desk, build
from app.audit.witness.witness_key import key_in
from app.audit.witness.witness_state import WitnessState
from app.database import Database
from app.runtime import Runtime
from tests.audit.cases import sign_in
from tests.conftest import NOON, StillClock

NAME = "witness.example/w1"


@dataclass(frozen=True, kw_only=True)
class Served:
    """A witness that answers at `address`."""

    address: str
    cosigner: Cosigner
    desk: Desk

    @property
    def keys(self) -> str:
        return self.cosigner.verifier + "\n"


def desk_in(folder: Path, *verifiers: str, now: Callable[[], object] = lambda: NOON) -> Desk:
    """The desk of a witness that knows these logs; `verifiers` are the texts of their verifier.pub."""
    cosigner = key_in(folder, NAME, Runtime())
    logs = {Keys(one).keys[0].name: Keys(one) for one in verifiers}
    return Desk(logs=logs, cosigner=cosigner, state=WitnessState.open(folder), now=now)  # type: ignore[arg-type]


class Switch:
    """One server for many tests: whose desk it is changes between them."""

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self.port = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk, name)

    def to(self, desk: Desk) -> Served:
        """From now on this desk answers."""
        self.desk = desk
        return Served(address=f"http://127.0.0.1:{self.port}", cosigner=desk.cosigner, desk=desk)


@contextmanager
def serving() -> Iterator[Switch]:
    """uvicorn on a free port; the thread's own error ends the test."""
    switch = Switch()
    config = uvicorn.Config(
        build(cast(Desk, switch)), host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off"
    )
    server, listening, errors = uvicorn.Server(config), config.bind_socket(), list[BaseException]()
    switch.port = listening.getsockname()[1]

    def run() -> None:
        try:
            server.run(sockets=[listening])
        except BaseException as error:
            errors.append(error)
            raise

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield switch
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()
    assert not thread.is_alive()
    assert not errors


class Tale:
    """A log without a database: leaves that are numbers, and heads over them by a key of its own."""

    def __init__(self, signer: Signer, leaves: Sequence[bytes]) -> None:
        self.signer, self.hashes = signer, [leaf_hash(leaf) for leaf in leaves]

    def root(self, size: int) -> bytes:
        tree = CompactRange()
        for value in self.hashes[:size]:
            tree.append(value)
        return tree.root()

    def head(self, size: int) -> str:
        return self.signer.sign(text_of(self.signer.name, size, self.root(size), NOON))

    def proof(self, first: int, second: int) -> list[bytes]:
        if first in (0, second):
            return []

        def find(level: int, index: int) -> bytes:
            tree = CompactRange()
            for value in self.hashes[index << level : (index + 1) << level]:
                tree.append(value)
            return tree.root()

        return [range_hash(low, high, find) for low, high in consistency(first, second)]


def grow(log: AuditLog, number: int = 3) -> None:
    """More records, with leaves and a head over them."""
    for _ in range(number):
        log.append(sign_in())
    log.sequence(finish=True)


def make_anchored(database: Database, home: Path, anchors: Anchors, clock: StillClock) -> AuditLog:
    """A started log with places."""
    runtime = Runtime(now=clock.now, monotonic=clock.monotonic)
    log = AuditLog(database, runtime, home, app_version="0.1.0", git_commit="c0ffee0", anchors=anchors)
    log.start(threads=False)
    return log


def newest(database: Database) -> Checkpoint:
    """The newest head in the tables."""
    note = database.read(
        lambda session: session.scalar(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1))
    )
    assert note is not None
    return parse(note)
