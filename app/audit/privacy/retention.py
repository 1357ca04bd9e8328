"""Retention: what is over loses its keys daily, whole months of wrapping keys expire, old segments are pruned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.fields import Kind
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.privacy import wording
from app.audit.privacy.alone import alone
from app.audit.privacy.erasure import CHUNK, OWNER, delete_keys, existing_keys
from app.audit.privacy.holdings import Holdings
from app.audit.privacy.holds import Holds
from app.audit.privacy.pruning import Pruning
from app.audit.privacy.request import Basis
from app.audit.privacy.terms import Terms
from app.audit.tables import KEY, OPEN, RECORD, WRAPPING_KEY
from app.database import Entry

AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What one run did, or would do.

    Attributes:
        texts_before, records_before: the two limits in time.
        keys: texts that lost their keys.
        held: keys that are over but on hold.
        months: wrapping keys that expired, as `school|YYYY-MM`.
        rewrapped: keys of those months that live on under a newer wrapping key.
        pruned: records that were pruned in this run; `pruned_until` leaves are pruned in all.
    """

    dry_run: bool
    texts_before: datetime
    records_before: datetime
    keys: int
    held: int
    months: tuple[str, ...]
    rewrapped: int
    pruned: int
    pruned_until: int

    def document(self) -> dict[str, Any]:
        """The result as JSON values, docs/audit-retention.schema.json."""
        return {
            "schema_version": 1,
            "dry_run": self.dry_run,
            "texts_before": self.texts_before.isoformat(),
            "records_before": self.records_before.isoformat(),
            "keys": self.keys,
            "held": self.held,
            "months": list(self.months),
            "rewrapped": self.rewrapped,
            "pruned": self.pruned,
            "pruned_until": self.pruned_until,
        }


class Retention:
    """Ends what is over; each run leaves erasure records only if it did something."""

    def __init__(self, means: Means, keys: Keys, holds: Holds, holdings: Holdings, terms: Terms) -> None:
        self._means = means
        self._keys = keys
        self._holds = holds
        self._holdings = holdings
        self._terms = terms
        self._pruning = Pruning(means, keys, holds, terms)

    def run(self, *, dry_run: bool = False) -> Sweep:
        """Sweep once.

        Raises:
            NotRecorded: it is not durable.
            TamperedLog: a record that was to be pruned is not what its leaf says; nothing of it is pruned.
        """
        now = self._means.runtime.now()
        limit = self._terms.text_limit(now)
        read = self._means.database.read
        over, held = read(lambda session: self._over(session, limit))
        months = read(lambda session: _months(session, f"{limit:%Y-%m}"))
        dying = frozenset(over)
        rewrapped = 0
        for school, month in months:
            rewrapped += len(read(partial(_survivors, school=school, month=month, dying=dying)))
        ended = len(over)
        if not dry_run:
            ended = sum(
                self._end_texts(over[start : start + AT_ONCE], limit)
                for start in range(0, len(over), AT_ONCE)
            )
            for school, month in months:
                self._end_month(school, month)
        pruned, until = self._pruning.run(self._terms.record_limit(now), dry_run=dry_run)
        return Sweep(
            dry_run=dry_run,
            texts_before=limit,
            records_before=self._terms.record_limit(now),
            keys=ended,
            held=held,
            months=tuple(f"{school}|{month}" for school, month in months),
            rewrapped=rewrapped,
            pruned=pruned,
            pruned_until=until,
        )

    def _over(self, session: Session, limit: datetime) -> tuple[tuple[UUID, ...], int]:
        """The owners whose text is over and free to go, and how many are held.

        An exchange is as old as its end. A conversation without a question since `limit` loses its title. Words of
        requests, holds and findings end with the same term, counted from the decision, the lifting, the closing.
        """
        # By the record's own time: the month of a key is that of its last wrapping, which a hold may have moved.
        mine = [KEY.c.owner_id == OWNER, RECORD.c.created_at < limit]
        under_way = RECORD.c.exchange_id.in_(select(OPEN.c.exchange_id))
        ended = [RECORD.c.kind != Kind.ASKED.value, RECORD.c.exchange_id.is_(None) | ~under_way]
        owners = dict.fromkeys(session.scalars(select(OWNER).where(*mine, *ended)))
        papers = [one.owner_id for one in self._holdings.idle(session, limit)]
        owners.update(dict.fromkeys(existing_keys(session, papers)))
        owners.update(dict.fromkeys(wording.over(session, limit)))
        held = self._held(session, tuple(owners), limit)
        return tuple(one for one in owners if one not in held), len(held)

    def _held(self, session: Session, owners: Sequence[UUID], limit: datetime) -> frozenset[UUID]:
        """Those of these owners that are on hold now."""
        condition = self._holds.over_records(session)
        if condition is None:
            return frozenset()
        held = set(wording.held(session, owners, condition))
        for start in range(0, len(owners), CHUNK):
            some = owners[start : start + CHUNK]
            among = or_(RECORD.c.exchange_id.in_(some), RECORD.c.record_id.in_(some))
            held.update(session.scalars(select(OWNER).where(among, condition)))
        wanted = frozenset(owners)
        for one in self._holdings.idle(session, limit):
            pseudonym = None if one.subject is None else self._keys.pseudonym(one.subject)
            if one.owner_id in wanted and self._holds.over(
                session, school=one.school, pseudonym=pseudonym, changed_at=one.changed_at
            ):
                held.add(one.owner_id)
        return wanted & held

    def _end_texts(self, owners: Sequence[UUID], limit: datetime) -> int:
        """Delete these keys, except what a hold keeps by now; gives how many went."""

        def work(session: Session) -> int:
            alone(session)
            held = self._held(session, owners, limit)
            gone = delete_keys(session, [one for one in owners if one not in held])
            if gone:
                self._record(session, {"range": {"before": limit.isoformat()}, "keys": len(gone)})
            return len(gone)

        return self._means.database.write(work)

    def _end_month(self, school: str, month: str) -> None:
        """Delete the wrapping key of a month that is over; what must live on is wrapped anew first."""

        def work(session: Session) -> None:
            again = _survivors(session, school=school, month=month, dying=frozenset())
            for owner in again:
                self._means.ring.rewrap(session, owner)
            session.execute(
                delete(WRAPPING_KEY).where(WRAPPING_KEY.c.school == school, WRAPPING_KEY.c.month == month)
            )
            facts = {"range": {"months": [f"{school}|{month}"]}, "keys": 0, "rewrapped": len(again)}
            self._record(session, facts)

        self._means.database.write(work)
        self._means.ring.forget(school, month)

    def _record(self, session: Session, facts: dict[str, Any]) -> None:
        clear = {"basis": Basis.RETENTION.value, **facts}
        appending.record(self._means, self._keys, session, Entry(kind="erasure", clear=clear))


def _months(session: Session, limit_month: str) -> list[tuple[str, str]]:
    rows = session.execute(
        select(WRAPPING_KEY.c.school, WRAPPING_KEY.c.month)
        .where(WRAPPING_KEY.c.month < limit_month)
        .order_by(WRAPPING_KEY.c.month, WRAPPING_KEY.c.school)
    )
    return [(row.school, row.month) for row in rows]


def _survivors(session: Session, *, school: str, month: str, dying: frozenset[UUID]) -> list[UUID]:
    chosen = select(KEY.c.owner_id).where(KEY.c.school == school, KEY.c.month == month)
    return [one for one in session.scalars(chosen) if one not in dying]
