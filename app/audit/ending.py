"""The one end of an exchange: whoever takes its open row writes it, and folds the journal with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, delete, select
from sqlalchemy.orm import Session

from app.audit.canonical import parse
from app.audit.envelope import Draft
from app.audit.fields import ENDS, EXCHANGE, REPEATED, Kind
from app.audit.journal import Written
from app.audit.ledger import Ledger
from app.audit.means import Means
from app.audit.receipt import Receipt
from app.audit.sealing import Sealed
from app.audit.tables import JOURNAL, OPEN, RECORD
from app.database import Prepared

EXCHANGE_ID: BindParameter[Any] = bindparam("exchange")
TAKE = Prepared(delete(OPEN).where(OPEN.c.exchange_id == EXCHANGE_ID).returning(OPEN.c.exchange_id))
JOURNAL_OF = Prepared(
    select(JOURNAL.c.number, JOURNAL.c.kind, JOURNAL.c.body, JOURNAL.c.digest)
    .where(JOURNAL.c.exchange_id == EXCHANGE_ID)
    .order_by(JOURNAL.c.number)
)
FORGET_JOURNAL = Prepared(delete(JOURNAL).where(JOURNAL.c.exchange_id == EXCHANGE_ID))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an end takes over from the record that opened its exchange."""

    exchange_id: UUID
    record_id: UUID
    leaf_hash: str
    school: str | None
    pseudonym: str | None
    role: str | None
    clear: Mapping[str, Any]


def asked_of(body: bytes, leaf_hash: str) -> Asked:
    """The asked record, read from its bytes."""
    envelope = parse(body)
    return Asked(
        exchange_id=UUID(envelope["exchange_id"]),
        record_id=UUID(envelope["record_id"]),
        leaf_hash=leaf_hash,
        school=envelope["school"],
        pseudonym=envelope["pseudonym"],
        role=envelope["role"],
        clear=taken_over({**envelope["details"], **envelope}),
    )


def taken_over(clear: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an end takes over of a question's clear part: the fields of an exchange, and those details that it repeats."""
    repeated = {name: clear[name] for name in REPEATED if name in clear}
    return {**{name: clear.get(name) for name in (*EXCHANGE, "language")}, **repeated}


def draft_of(
    asked: Asked, kind: Kind, record_id: UUID, clear: Mapping[str, Any], sealed: Sealed | None
) -> Draft:
    """The end record of an exchange; what `clear` leaves null is taken from the asked record."""
    given = {name: value for name, value in clear.items() if value is not None}
    return Draft(
        kind=kind,
        record_id=record_id,
        exchange_id=asked.exchange_id,
        school=asked.school,
        pseudonym=asked.pseudonym,
        role=asked.role,
        clear={
            **asked.clear,
            **given,
            "rail": clear.get("rail") or blocking_rail(clear.get("verdicts") or ()),
        },
        sealed=sealed,
        key_owner=asked.exchange_id,
    )


def take(session: Session, exchange_id: UUID) -> bool:
    """Take the right to end an exchange; false if it has an end already. Waits for a journal step in flight."""
    return TAKE.first(session, exchange=exchange_id) is not None


def journal_of(session: Session, exchange_id: UUID) -> tuple[Written, ...]:
    """The journal rows of an exchange, in order."""
    return tuple(
        Written(number=number, kind=kind, body=body, digest=digest)
        for number, kind, body, digest in JOURNAL_OF.all(session, exchange=exchange_id)
    )


def finish(session: Session, means: Means, draft: Draft) -> Receipt:
    """Write the end and delete the journal; the caller has taken the exchange in this transaction."""
    receipt = means.ledger.write(session, draft)
    FORGET_JOURNAL.run(session, exchange=draft.exchange_id)
    return receipt


def existing_end(session: Session, ledger: Ledger, exchange_id: UUID) -> Receipt | None:
    """The receipt of the end that an exchange already has."""
    record_id = session.scalar(
        select(RECORD.c.record_id).where(RECORD.c.exchange_id == exchange_id, RECORD.c.kind.in_(sorted(ENDS)))
    )
    return None if record_id is None else ledger.existing(session, record_id)


def blocking_rail(verdicts: Sequence[Mapping[str, Any]]) -> str | None:
    """The first rail that blocked."""
    return next((verdict.get("rail") for verdict in verdicts if verdict.get("action") == "block"), None)
