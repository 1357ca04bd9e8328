"""The design that this log is not: a hash chain over rows, each record committed by itself, as a bar to measure against.

It writes the same rows into the same tables by the same statements and under the same settings as the log does
(record, sealed part, wrapped key; the same indexes and triggers), and one row less than the log, which also queues
each record for its leaf. Each writer has a connection of its own. What makes it a chain: a record holds the hash of the one before it, so that
whoever appends must hold the head until the commit.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.audit.canonical import canonical
from app.audit.envelope import Draft, Stamp, compose
from app.audit.keyring import NewKey
from app.audit.merkle import leaf_hash
from app.audit.tables import RECORD, SEALED
from app.database import Database, Prepared
from app.runtime import Runtime

HEAD = Table(
    "bench_chain_head",
    MetaData(),
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger),
    Column("hash", String(64)),
)
INSERT_RECORD, INSERT_SEALED = map(Prepared.insert, (RECORD, SEALED))
NEWEST = Prepared(select(HEAD.c.sequence, HEAD.c.hash).with_for_update())
MOVE_HEAD = Prepared(update(HEAD).values(sequence=bindparam("to"), hash=bindparam("digest")))
START = {"one": 1, "sequence": 0, "hash": "0" * 64}


class Chain:
    """Appends to the chain.

    Args:
        queue: writers of this process wait for each other in Python and not in SQLite's busy handler, which is
            unfair: the better way for a chain, where one process serves.
        busy_seconds: how long SQLite lets a writer wait.
    """

    def __init__(
        self, database: Database, runtime: Runtime, *, writers: int, queue: bool, busy_seconds: float = 60
    ) -> None:
        self._runtime = runtime
        self._instance = runtime.new_id()
        self._turn: Callable[[], AbstractContextManager[Any]] = nullcontext
        if queue:
            lock = threading.Lock()
            self._turn = lambda: lock
        if database.dialect == "sqlite":
            self._engine = create_engine(
                database.url,
                pool_size=writers,
                connect_args={"check_same_thread": False, "timeout": busy_seconds},
            )
            event.listen(self._engine, "connect", _as_the_log_sets_it)
            event.listen(
                self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
            )
        else:
            self._engine = database.engine
        database.write(lambda session: HEAD.create(session.connection()))
        database.write(lambda session: session.execute(insert(HEAD), START))

    def append(self, draft: Draft, key: NewKey) -> None:
        """Add one record; durable when this returns."""
        with self._turn(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            newest = NEWEST.first(session)
            assert newest is not None
            sequence, before = newest[0] + 1, newest[1]
            now = self._runtime.now()
            stamp = Stamp(
                time=now,
                database_time=now,
                instance_id=self._instance,
                lane=0,
                sequence=sequence,
                app_version="0",
                git_commit=None,
            )
            envelope = {**compose(draft, stamp), "before": before}
            body = canonical(envelope)
            digest = leaf_hash(body).hex()
            key.store(session)
            INSERT_RECORD.run(
                session,
                record_id=draft.record_id,
                instance_id=self._instance,
                lane=0,
                sequence=sequence,
                exchange_id=draft.exchange_id,
                kind=draft.kind.value,
                school=draft.school,
                pseudonym=draft.pseudonym,
                outcome=None,
                language=envelope["language"],
                entry_id=None,
                conversation_id=None,
                rail=None,
                created_at=now,
                body=body,
                leaf_hash=digest,
            )
            if draft.sealed is not None:
                INSERT_SEALED.run(session, record_id=draft.record_id, ciphertext=draft.sealed.ciphertext)
            MOVE_HEAD.run(session, to=sequence, digest=digest)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _as_the_log_sets_it(connection: Any, _: object) -> None:
    """What `app.database` sets on SQLite; the benchmark's test holds the two together."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
