"""A record as it is read back: its place, its clear part, and how its sealed part is opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.audit.canonical import parse
from app.audit.fields import ENDS, Kind
from app.audit.keyring import KeyRing
from app.audit.receipt import Receipt, code_of, prefix_of
from app.audit.sealing import unseal
from app.audit.tables import KEY, LEAF, RECORD, SEALED
from app.errors import NotFound

COLUMNS = (
    RECORD.c.record_id,
    RECORD.c.kind,
    RECORD.c.exchange_id,
    RECORD.c.school,
    RECORD.c.pseudonym,
    RECORD.c.outcome,
    RECORD.c.language,
    RECORD.c.entry_id,
    RECORD.c.conversation_id,
    RECORD.c.rail,
    RECORD.c.created_at,
    RECORD.c.body,
    RECORD.c.leaf_hash,
    LEAF.c.leaf_index,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of the log; `body` is its bytes as written, `index` its leaf once it has one."""

    record_id: UUID
    kind: str
    exchange_id: UUID | None
    school: str | None
    pseudonym: str | None
    outcome: str | None
    language: str | None
    entry_id: str | None
    conversation_id: str | None
    rail: str | None
    created_at: datetime
    leaf_hash: str
    index: int | None
    body: bytes = field(repr=False)

    @property
    def clear(self) -> Mapping[str, Any]:
        """The clear part, by field name."""
        return parse(self.body)  # type: ignore[no-any-return]

    @property
    def receipt(self) -> Receipt:
        """What names this record."""
        return Receipt(
            record_id=self.record_id,
            exchange_id=self.exchange_id,
            leaf_hash=self.leaf_hash,
            index=self.index,
            code=code_of(self.leaf_hash),
        )


def records() -> Select[Any]:
    """All records with their leaves; narrow it before reading."""
    return select(*COLUMNS).select_from(RECORD.outerjoin(LEAF, LEAF.c.record_id == RECORD.c.record_id))


def record_of(row: Any) -> Record:
    """A row of `records()`."""
    return Record(
        record_id=row.record_id,
        kind=row.kind,
        exchange_id=row.exchange_id,
        school=row.school,
        pseudonym=row.pseudonym,
        outcome=row.outcome,
        language=row.language,
        entry_id=row.entry_id,
        conversation_id=row.conversation_id,
        rail=row.rail,
        created_at=row.created_at,
        leaf_hash=row.leaf_hash,
        index=row.leaf_index,
        body=row.body,
    )


def find(session: Session, record_id: UUID) -> Record | None:
    """A record by its id."""
    row = session.execute(records().where(RECORD.c.record_id == record_id)).first()
    return None if row is None else record_of(row)


def find_code(session: Session, code: str) -> Record | None:
    """The record that a receipt code names.

    Raises:
        ValueError: not a receipt code.
    """
    rows = session.execute(records().where(named_by(code)).limit(2)).all()
    return record_of(rows[0]) if len(rows) == 1 else None


def named_by(code: str) -> ColumnElement[bool]:
    """The condition that a record's leaf hash begins as a receipt code says.

    Raises:
        ValueError: not a receipt code.
    """
    prefix = prefix_of(code)
    return RECORD.c.leaf_hash.between(prefix + "0", prefix + "f" * (64 - len(prefix)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """An ended exchange: what its two records say together, the end's word last; `sealed` is empty once erased."""

    exchange_id: UUID
    asked_at: datetime
    outcome: str
    erased: bool
    receipt: Receipt
    clear: Mapping[str, Any]
    sealed: Mapping[str, Any] = field(repr=False)


def exchanges(session: Session, ring: KeyRing, ids: Iterable[UUID]) -> tuple[StoredExchange, ...]:
    """Many ended exchanges at once, in the order asked for; those without an end are left out.

    Raises:
        TamperedLog: a sealed part does not open.
    """
    wanted = list(dict.fromkeys(ids))
    kinds = [Kind.ASKED.value, *sorted(ENDS)]
    asked: dict[UUID, Any] = {}
    ended: dict[UUID, Any] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            records()
            .add_columns(SEALED.c.ciphertext)
            .outerjoin(SEALED, SEALED.c.record_id == RECORD.c.record_id)
            .where(RECORD.c.exchange_id.in_(wanted[start : start + 500]), RECORD.c.kind.in_(kinds))
        )
        for row in rows:
            (asked if row.kind == Kind.ASKED else ended)[row.exchange_id] = row
    whole = [one for one in wanted if one in asked and one in ended]
    keys = ring.find(session, whole)
    return tuple(_stored(asked[one], ended[one], keys.get(one)) for one in whole)


def _stored(asked: Any, ended: Any, key: bytes | None) -> StoredExchange:
    question, answer = parse(asked.body), parse(ended.body)
    sealed: dict[str, Any] = {}
    for row, clear in ((asked, question), (ended, answer)):
        if key is not None and clear["sealed"] is not None:
            sealed.update(opened(key, row.record_id, row.ciphertext, clear))
    return StoredExchange(
        exchange_id=ended.exchange_id,
        asked_at=asked.created_at,
        outcome=ended.outcome,
        erased=key is None,
        receipt=record_of(ended).receipt,
        clear={**question, **answer},
        sealed=sealed,
    )


def unsealed(session: Session, ring: KeyRing, record: Record) -> Mapping[str, Any]:
    """The sealed part of a record; empty if it never had one.

    Raises:
        NotFound: it was erased.
        TamperedLog: it does not open, or differs from its commitment.
    """
    clear = record.clear
    if clear["sealed"] is None:
        return {}
    owner = UUID(clear["sealed"]["key_owner"])
    key = ring.find(session, [owner]).get(owner)
    ciphertext = session.scalar(select(SEALED.c.ciphertext).where(SEALED.c.record_id == record.record_id))
    if key is None or ciphertext is None:
        raise NotFound("the sealed part was erased", key="audit.refusal.erased")
    return opened(key, record.record_id, ciphertext, clear)


def readable(session: Session, record: Record) -> bool | None:
    """Whether the key and the sealed part of a record are there; None if it never had any."""
    sealed = record.clear["sealed"]
    if sealed is None:
        return None
    key = select(KEY.c.owner_id).where(KEY.c.owner_id == UUID(sealed["key_owner"]))
    text = select(SEALED.c.record_id).where(SEALED.c.record_id == record.record_id)
    return session.scalar(key) is not None and session.scalar(text) is not None


def opened(key: bytes, record_id: UUID, ciphertext: bytes, clear: Mapping[str, Any]) -> Mapping[str, Any]:
    """Open a sealed part with its owner's key and hold it to the commitment in the clear part."""
    commitment: str = clear["sealed"]["commitment"]
    return parse(unseal(key, record_id.bytes, ciphertext, commitment))  # type: ignore[no-any-return]
