"""An exchange under way: each step durable before it is shown, and exactly one end."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.durable import durably
from app.audit.ending import Asked, draft_of, existing_end, finish, journal_of, take
from app.audit.envelope import Draft
from app.audit.fields import Kind, Outcome
from app.audit.journal import Done, Step, Written, fold, intact, write
from app.audit.journalling import AT_ONCE, add
from app.audit.means import Means
from app.audit.receipt import Receipt
from app.audit.tables import JOURNAL
from app.errors import NotRecorded


class OpenExchange:
    """One question whose asked record is durable and whose end is not written yet.

    Args:
        key: the key of the exchange, 32 bytes; its journal and both of its records are sealed under it.
    """

    def __init__(self, means: Means, asked: Asked, receipt: Receipt, key: bytes) -> None:
        self.id: UUID = asked.exchange_id
        self.receipt = receipt
        self._means = means
        self._asked = asked
        self._key = key
        self._began = means.runtime.monotonic()
        self._lock = threading.Lock()
        self._done: list[Done] = []
        self._written: list[Written] = []
        # Steps whose write failed: on a lost connection nobody knows whether they were committed.
        self._unsure: tuple[list[Done], list[Written]] = ([], [])
        self._end: Receipt | None = None

    def journal(self, *steps: Step) -> None:
        """Make steps durable, all of them in one commit; only then may they be shown.

        Raises:
            NotRecorded: they are not durable, or the exchange has its end: show nothing of them.
            ValueError: a clear part holds what it must not.
        """
        with self._lock:
            if self._end is not None or self._unsure[1]:
                raise NotRecorded("the exchange takes no more steps")
            self._means.watch.require()
            done = [Done(step=step, ms=self._elapsed()) for step in steps]
            written = self._chain(done)
            if not written:
                return

            def work(session: Session, again: bool) -> None:
                if again and session.scalar(_digest_at(self.id, written[-1].number)) == written[-1].digest:
                    return
                if not add(session, self.id, written):
                    raise NotRecorded("the exchange has its end already")

            try:
                durably(self._means.database, work, single=len(written) <= AT_ONCE)
            except NotRecorded:
                self._unsure = (done, written)
                raise
            self._done += done
            self._written += written

    def close(
        self,
        outcome: Outcome,
        clear: Mapping[str, Any] | None = None,
        sealed: Mapping[str, Any] | None = None,
    ) -> Receipt:
        """Write the closed record and fold the journal into it, in one transaction.

        What was shown is what the journal holds, whatever `sealed` says. Closing again gives the same receipt;
        if recovery ended the exchange first, its receipt.

        Raises:
            NotRecorded: the end is not durable; recovery will end the exchange.
            ValueError: the clear part holds what it must not.
        """
        with self._lock:
            if self._end is not None:
                return self._end
            record_id = self._means.runtime.new_id()
            prepared = self._prepare(
                record_id, outcome, clear or {}, sealed or {}, self._done, self._written, True
            )

            def work(session: Session, again: bool) -> Receipt | None:
                if not take(session, self.id):
                    return existing_end(session, self._means.ledger, self.id)
                rows = journal_of(session, self.id)
                draft = prepared
                if list(rows) != self._written:
                    done, written, clean = self._reconcile(rows)
                    draft = self._prepare(record_id, outcome, clear or {}, sealed or {}, done, written, clean)
                return finish(session, self._means, draft)

            try:
                end = durably(self._means.database, work)
            except NotRecorded:
                self._means.given_up.add(self.id)
                raise
            if end is None:
                raise NotRecorded("the exchange is neither open nor ended: its records are gone")
            self._end = end
            return end

    def _prepare(
        self,
        record_id: UUID,
        outcome: Outcome,
        clear: Mapping[str, Any],
        sealed: Mapping[str, Any],
        done: Sequence[Done],
        written: Sequence[Written],
        clean: bool,
    ) -> Draft:
        folded = fold(done)
        given = {name: value for name, value in clear.items() if value is not None}
        shown = ("sentences", "characters_shown", "steps")
        whole = {
            **folded.clear,
            **given,
            **{name: folded.clear[name] for name in shown},
            "outcome": Outcome(outcome).value,
            "source": "line",
            "journal": {
                "length": len(written),
                "digest": written[-1].digest if written else self._asked.leaf_hash,
                "intact": clean,
            },
        }
        text = {**folded.sealed, **sealed, "shown": folded.sealed["shown"]}
        return draft_of(
            self._asked, Kind.CLOSED, record_id, whole, self._means.seal(self._key, record_id, text)
        )

    def _reconcile(self, rows: Sequence[Written]) -> tuple[list[Done], list[Written], bool]:
        """What the journal holds when it is not what this process knows to be durable.

        Either the write that failed was committed after all, or somebody changed the journal: then what this
        process showed is kept, and the record says that the journal was not intact.
        """
        done, written = self._unsure
        if written and list(rows) == self._written + written:
            return self._done + done, self._written + written, intact(rows, self.id, self._asked.leaf_hash)
        return self._done, self._written, False

    def _chain(self, done: Sequence[Done]) -> list[Written]:
        written = list(self._written)
        for step in done:
            written.append(
                write(
                    step,
                    exchange_id=self.id,
                    number=len(written) + 1,
                    before=written[-1].digest if written else self._asked.leaf_hash,
                    exchange_key=self._key,
                    randomness=self._means.runtime.randomness,
                )
            )
        return written[len(self._written) :]

    def _elapsed(self) -> int:
        return round((self._means.runtime.monotonic() - self._began) * 1000)


def _digest_at(exchange_id: UUID, number: int) -> Any:
    return select(JOURNAL.c.digest).where(JOURNAL.c.exchange_id == exchange_id, JOURNAL.c.number == number)
