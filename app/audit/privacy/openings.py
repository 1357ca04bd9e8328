"""Reading sealed content: only under an approval in force, and only after the look is on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.fields import ENDS, Kind
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.privacy.attested import Approval, approvals
from app.audit.record import Record, opened, record_of, records
from app.audit.tables import RECORD, SEALED
from app.database import Entry
from app.errors import Forbidden

CHUNK = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedText:
    """One record and its text: empty where it never had one, None where it was erased."""

    record: Record
    text: Mapping[str, Any] | None = field(repr=False)

    @property
    def erased(self) -> bool:
        """Whether there was text and its key is gone."""
        return self.text is None


class Openings:
    """The only way from outside to the text of somebody else's records."""

    def __init__(self, means: Means, keys: Keys) -> None:
        self._means = means
        self._keys = keys

    def in_force(self, actor: str) -> frozenset[UUID]:
        """The records that a person asked for and may read now."""
        found = self._means.database.read(lambda session: self._in_force(session, actor))
        return frozenset[UUID]().union(*(one.records for one in found))

    def read(
        self, ids: Iterable[UUID], *, actor: str, role: str | None, school: str | None, purpose: str
    ) -> tuple[OpenedText, ...]:
        """The text of records and of the other records of their exchanges, oldest first.

        The look is made durable before anything is opened, and the approvals are looked at again after it.

        Args:
            ids: records that `actor` asked for, or others of the same exchanges.
            purpose: one word for what is done with the text.

        Raises:
            Forbidden: no approval in force for one of them.
            NotRecorded: the look could not be recorded.
            TamperedLog: text does not open, or differs from its commitment.
        """
        wanted = list(dict.fromkeys(ids))
        read = self._means.database.read
        found = read(lambda session: self._found(session, wanted))
        requests = read(lambda session: self._approvals(session, actor, wanted, found))
        entry = Entry(
            kind="audit_read",
            school=school,
            actor=actor,
            role=role,
            clear={
                "purpose": purpose,
                "target": str(wanted[0]) if len(wanted) == 1 else None,
                "filter": {"records": [str(one) for one in wanted]},
                "count": len(found),
                "requests": sorted(str(one) for one in requests),
            },
        )
        appending.append(self._means, self._keys, entry)

        def work(session: Session) -> tuple[OpenedText, ...]:
            self._approvals(session, actor, wanted, found)
            return self._opened(session, found)

        return read(work)

    def _found(self, session: Session, wanted: Sequence[UUID]) -> tuple[Record, ...]:
        """The records and all others of their exchanges, oldest first."""
        found: dict[UUID, Record] = {}
        exchanges: list[UUID] = []
        for start in range(0, len(wanted), CHUNK):
            rows = session.execute(records().where(RECORD.c.record_id.in_(wanted[start : start + CHUNK])))
            for row in rows:
                found[row.record_id] = record_of(row)
                if row.exchange_id is not None:
                    exchanges.append(row.exchange_id)
        for start in range(0, len(exchanges), CHUNK):
            rows = session.execute(
                records().where(RECORD.c.exchange_id.in_(exchanges[start : start + CHUNK]))
            )
            found.update({row.record_id: record_of(row) for row in rows})
        return tuple(sorted(found.values(), key=_oldest_first))

    def _approvals(
        self, session: Session, actor: str, wanted: Sequence[UUID], found: Sequence[Record]
    ) -> frozenset[UUID]:
        """The approvals in force that cover all of `wanted`.

        Raises:
            Forbidden: one is not covered.
        """
        exchange_of = {record.record_id: record.exchange_id for record in found}
        covered: dict[UUID, UUID] = {}
        for approval in self._in_force(session, actor):
            for one in approval.records:
                covered[one] = approval.request_id
                if (exchange := exchange_of.get(one)) is not None:
                    covered[exchange] = approval.request_id
        given = [covered.get(one) or covered.get(exchange_of.get(one) or one) for one in wanted]
        if not wanted or None in given or not set(wanted) <= set(exchange_of):
            raise Forbidden("no approval in force for this content", key="approvals.cannot.not_approved")
        return frozenset(one for one in given if one is not None)

    def _opened(self, session: Session, found: Sequence[Record]) -> tuple[OpenedText, ...]:
        owners = {
            record.record_id: UUID(sealed["key_owner"])
            for record in found
            if (sealed := record.clear["sealed"]) is not None
        }
        keys = self._means.ring.find(session, set(owners.values()))
        texts: dict[UUID, bytes] = {}
        ids = list(owners)
        for start in range(0, len(ids), CHUNK):
            chosen = SEALED.c.record_id.in_(ids[start : start + CHUNK])
            texts.update(
                (row.record_id, row.ciphertext) for row in session.execute(select(SEALED).where(chosen))
            )
        return tuple(self._text(record, owners, keys, texts) for record in found)

    @staticmethod
    def _text(
        record: Record, owners: Mapping[UUID, UUID], keys: Mapping[UUID, bytes], texts: Mapping[UUID, bytes]
    ) -> OpenedText:
        if record.record_id not in owners:
            return OpenedText(record=record, text={})
        key, ciphertext = keys.get(owners[record.record_id]), texts.get(record.record_id)
        if key is None or ciphertext is None:
            return OpenedText(record=record, text=None)
        return OpenedText(record=record, text=opened(key, record.record_id, ciphertext, record.clear))

    def _in_force(self, session: Session, actor: str) -> tuple[Approval, ...]:
        return approvals(
            session, self._means.ring, asked_by=self._keys.pseudonym(actor), now=self._means.runtime.now()
        )


def _oldest_first(record: Record) -> tuple[datetime, int, UUID]:
    """Of one instant: the question, its end, what was said of it."""
    rank = 0 if record.kind == Kind.ASKED else 1 if record.kind in ENDS else 2
    return record.created_at, rank, record.record_id
