"""Recovery: an exchange whose process died is ended from its journal, exactly once over all processes."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.audit.durable import durably
from app.audit.ending import Asked, asked_of, draft_of, finish, journal_of, take
from app.audit.fields import ABANDONED, ENDS, Kind
from app.audit.instance import Instance
from app.audit.journal import Done, fold, intact, read
from app.audit.means import Means
from app.audit.tables import OPEN, RECORD, RecordRow
from app.errors import TamperedLog

LOGGER = logging.getLogger("ustaz.audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An exchange without its end."""

    exchange_id: UUID
    asked_id: UUID
    instance_id: UUID
    opened_at: datetime


class Recovery:
    """Ends orphans: questions of dead processes, of this one where the end could not be written, and those too old.

    Args:
        longest: the age at which an exchange is over even though its process lives.
    """

    def __init__(self, means: Means, instance: Instance, longest: timedelta) -> None:
        self._means = means
        self._instance = instance
        self._longest = longest

    def run(self) -> tuple[UUID, ...]:
        """End every orphan; gives the exchanges that this process ended."""
        given_up = frozenset(self._means.given_up)
        rows, dead = self._opened()
        now = self._means.runtime.now()
        ended = tuple(
            row.exchange_id
            for row in rows
            if (row.instance_id in dead or row.exchange_id in given_up or now - row.opened_at > self._longest)
            and self._abandon(row)
        )
        self._means.given_up.difference_update(given_up - {row.exchange_id for row in rows}, ended)
        if dead:
            self._instance.bury(dead)
        return ended

    def _opened(self) -> tuple[Sequence[Opened], frozenset[UUID]]:
        """The exchanges without an end, and which of their instances are dead."""
        database = self._means.database
        columns = (OPEN.c.exchange_id, OPEN.c.record_id, OPEN.c.instance_id, OPEN.c.opened_at)
        rows = database.read(lambda session: session.execute(select(*columns)).all())
        if not rows:
            return (), frozenset()
        opened = [
            Opened(
                exchange_id=row.exchange_id,
                asked_id=row.record_id,
                instance_id=row.instance_id,
                opened_at=row.opened_at,
            )
            for row in rows
        ]
        at, ids = database.now(), {one.instance_id for one in opened}
        known = database.read(lambda session: self._instance.seen(session, ids))
        dead = frozenset(one for one in ids if one not in known or not self._instance.alive(known[one], at))
        return opened, dead

    def heal(self) -> int:
        """Put asked records that have neither an end nor an open row back on the list; done once at the start."""
        asked, end = aliased(RecordRow), aliased(RecordRow)
        lost = (
            select(asked.exchange_id, asked.record_id, asked.instance_id, asked.created_at)
            .where(asked.kind == Kind.ASKED.value)
            .where(~exists().where(end.exchange_id == asked.exchange_id, end.kind.in_(sorted(ENDS))))
            .where(~exists().where(OPEN.c.exchange_id == asked.exchange_id))
        )
        rows = self._means.database.read(lambda session: session.execute(lost).all())
        if rows:
            values = [
                {
                    "exchange_id": row.exchange_id,
                    "record_id": row.record_id,
                    "instance_id": row.instance_id,
                    "opened_at": row.created_at,
                }
                for row in rows
            ]
            # Two processes that start at once may both have found them; one of the two lists them.
            with suppress(IntegrityError):
                self._means.database.write(lambda session: session.execute(insert(OPEN), values))
        return len(rows)

    def _abandon(self, orphan: Opened) -> bool:
        record_id = self._means.runtime.new_id()

        def work(session: Session, again: bool) -> bool:
            if not take(session, orphan.exchange_id):
                return again and self._means.ledger.existing(session, record_id) is not None
            row = session.execute(
                select(RECORD.c.body, RECORD.c.leaf_hash).where(RECORD.c.record_id == orphan.asked_id)
            ).first()
            if row is None:
                raise TamperedLog(f"the asked record {orphan.asked_id} is gone")
            asked = asked_of(row.body, row.leaf_hash)
            clear, text = self._folded(session, asked)
            key = self._means.ring.find(session, [asked.exchange_id]).get(asked.exchange_id)
            sealed = None if key is None else self._means.seal(key, record_id, text)
            clear = {
                **clear,
                "outcome": ABANDONED,
                "source": "journal",
                "died_instance": str(orphan.instance_id),
            }
            finish(session, self._means, draft_of(asked, Kind.ABANDONED, record_id, clear, sealed))
            return True

        try:
            return durably(self._means.database, work)
        except TamperedLog as error:
            LOGGER.error("an orphan cannot be ended: %s", error)
            return False

    def _folded(self, session: Session, asked: Asked) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The journal added up; rows that do not open are counted, and the record says it is not intact."""
        rows = journal_of(session, asked.exchange_id)
        key = self._means.ring.find(session, [asked.exchange_id]).get(asked.exchange_id)
        done: list[Done] = []
        clean = intact(rows, asked.exchange_id, asked.leaf_hash)
        for row in rows:
            if key is None:
                break
            try:
                done.append(read(row, exchange_id=asked.exchange_id, exchange_key=key))
            except TamperedLog:
                clean = False
        folded = fold(done)
        journal = {
            "length": len(rows),
            "digest": rows[-1].digest if rows else asked.leaf_hash,
            "intact": clean,
        }
        return {**folded.clear, "journal": journal}, folded.sealed
