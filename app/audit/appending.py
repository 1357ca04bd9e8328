"""From an entry to a record: its pseudonym, its seal, its draft, and the opening of an exchange."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.durable import durably
from app.audit.ending import Asked, taken_over
from app.audit.envelope import Draft, guard
from app.audit.exchange import OpenExchange
from app.audit.fields import ENDS, Kind
from app.audit.keyring import NewKey
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.receipt import Receipt
from app.audit.record import find
from app.audit.tables import OPEN
from app.database import Entry, Prepared
from app.errors import Conflict, NotRecorded

INSERT_OPEN = Prepared.insert(OPEN)


def append(means: Means, keys: Keys, entry: Entry) -> Receipt:
    """Make a record durable; with the same `record_id` again, give the same receipt."""
    means.watch.require()
    draft, key = _draft(means, keys, entry, None)

    def work(session: Session, again: bool) -> Receipt:
        known = find(session, draft.record_id) if again or entry.record_id is not None else None
        if known is None:
            return _write(means, session, draft, key)
        if (known.kind, known.exchange_id) != (draft.kind.value, draft.exchange_id):
            raise Conflict(f"record {draft.record_id} is a record of kind {known.kind}")
        return known.receipt

    return durably(means.database, work)


def record(means: Means, keys: Keys, session: Session, entry: Entry) -> UUID:
    """Add a record to the caller's transaction."""
    means.watch.require()
    draft, key = _draft(means, keys, entry, session)
    return _write(means, session, draft, key).record_id


def open_exchange(means: Means, keys: Keys, entry: Entry) -> OpenExchange:
    """Make a question durable and open its exchange."""
    if entry.kind != Kind.ASKED:
        raise ValueError(f"an exchange is opened by an asked record, not by {entry.kind}")
    guard(entry.clear)
    means.watch.require()
    exchange_id = entry.exchange or means.runtime.new_id()
    record_id = entry.record_id or means.runtime.new_id()
    key = means.ring.make(entry.school, exchange_id)
    draft = _compose(means, keys, entry, record_id, exchange_id, key)

    def work(session: Session, again: bool) -> Receipt:
        known = find(session, record_id) if again else None
        if known is not None:
            return known.receipt
        key.store(session)
        receipt = means.ledger.write(session, draft)
        INSERT_OPEN.run(
            session,
            exchange_id=exchange_id,
            record_id=record_id,
            instance_id=means.ledger.instance_id,
            opened_at=means.runtime.now(),
        )
        return receipt

    try:
        receipt = durably(means.database, work)
    except NotRecorded:
        # On a lost connection it may be durable after all: a question that nobody answers must get its end.
        means.given_up.add(exchange_id)
        raise
    asked = Asked(
        exchange_id=exchange_id,
        record_id=record_id,
        leaf_hash=receipt.leaf_hash,
        school=draft.school,
        pseudonym=draft.pseudonym,
        role=draft.role,
        clear=taken_over(entry.clear),
    )
    return OpenExchange(means, asked, receipt, key.key)


def _draft(means: Means, keys: Keys, entry: Entry, session: Session | None) -> tuple[Draft, NewKey | None]:
    if entry.kind in ENDS or entry.kind == Kind.ASKED:
        raise ValueError(f"a record of kind {entry.kind} is written by its exchange only")
    guard(entry.clear)
    record_id = entry.record_id or means.runtime.new_id()
    key = None if entry.sealed is None else means.ring.make(entry.school, record_id, session)
    return _compose(means, keys, entry, record_id, entry.exchange, key), key


def _compose(
    means: Means, keys: Keys, entry: Entry, record_id: UUID, exchange_id: UUID | None, key: NewKey | None
) -> Draft:
    return Draft(
        kind=Kind(entry.kind),
        record_id=record_id,
        exchange_id=exchange_id,
        school=entry.school,
        pseudonym=None if entry.actor is None else keys.pseudonym(entry.actor),
        role=entry.role,
        clear=entry.clear,
        sealed=None if key is None else means.seal(key.key, record_id, entry.sealed or {}),
        key_owner=None if key is None else key.owner_id,
    )


def _write(means: Means, session: Session, draft: Draft, key: NewKey | None) -> Receipt:
    if key is not None:
        key.store(session)
    return means.ledger.write(session, draft)
