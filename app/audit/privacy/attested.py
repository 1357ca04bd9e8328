"""Whether an approval stands in the log itself: rows of the tables alone give nobody a right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.fields import Kind
from app.audit.keyring import KeyRing
from app.audit.merkle import leaf_hash
from app.audit.privacy.request import RequestKind
from app.audit.privacy.tables import DECISION, REQUEST
from app.audit.record import Record, find, unsealed
from app.errors import NotFound, TamperedLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval in force, with the records that the request named when it was made."""

    request_id: UUID
    records: frozenset[UUID]


def approvals(session: Session, ring: KeyRing, *, asked_by: str, now: datetime) -> tuple[Approval, ...]:
    """The approvals to read in force for this pseudonym, each on record by two persons."""
    rows = session.execute(
        select(
            REQUEST.c.request_id,
            REQUEST.c.asked_by,
            REQUEST.c.record_id.label("asked"),
            DECISION.c.record_id.label("decided"),
            DECISION.c.decided_by,
            DECISION.c.until,
        )
        .join(DECISION, DECISION.c.request_id == REQUEST.c.request_id)
        .where(
            REQUEST.c.asked_by == asked_by,
            REQUEST.c.kind == RequestKind.OPEN.value,
            DECISION.c.approved.is_(True),
            DECISION.c.decided_by != REQUEST.c.asked_by,
            DECISION.c.until > now,
        )
    ).all()
    found = (_attested(session, ring, row) for row in rows)
    return tuple(one for one in found if one is not None)


def _attested(session: Session, ring: KeyRing, row: Any) -> Approval | None:
    asked = _said(session, ring, row.asked, row.request_id, "opening_asked", row.asked_by)
    decided = _said(session, ring, row.decided, row.request_id, "opening_approved", row.decided_by)
    if asked is None or decided is None:
        return None
    if decided.get("asked_by") != row.asked_by or decided.get("until") != row.until.isoformat():
        return None
    return Approval(
        request_id=row.request_id, records=frozenset(UUID(one) for one in asked.get("records") or ())
    )


def _said(
    session: Session, ring: KeyRing, record_id: UUID, request_id: UUID, event: str, by: str
) -> Mapping[str, Any] | None:
    """The details of a record, if it is this person's word on this request.

    The reason sealed in it must open: whoever can only write rows has no key to seal one under a new record's id.
    """
    record = find(session, record_id)
    if record is None or record.kind != Kind.ADMIN_CHANGE or not _whole(record):
        return None
    clear = record.clear
    details: Mapping[str, Any] = clear["details"]
    if (clear["pseudonym"], clear["event"], details.get("request")) != (by, event, str(request_id)):
        return None
    try:
        reason = unsealed(session, ring, record)
    except (NotFound, TamperedLog):
        return None
    return details if reason else None


def _whole(record: Record) -> bool:
    named = record.clear.get("record_id") == str(record.record_id)
    return named and leaf_hash(record.body).hex() == record.leaf_hash
