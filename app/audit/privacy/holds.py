"""Legal holds: what must stay readable although it was to be erased or its time is over, with a reason, by an approver."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.durable import durably
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.privacy.alone import alone
from app.audit.privacy.requests import sayable
from app.audit.privacy.tables import HOLD, LIFTED
from app.audit.record import find
from app.audit.tables import RECORD
from app.audit.vault import Vault
from app.database import Entry
from app.errors import BadArgument, Conflict, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a hold is about: all that is given must be true of a record. `since` is included, `until` is not."""

    school: str | None = None
    pseudonym: str | None = None
    record_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold in force or lifted; people are pseudonyms, words None once erased."""

    hold_id: UUID
    about: Held
    placed_by: str
    placed_at: datetime
    words: str | None = field(repr=False)
    lifted_by: str | None
    lifted_at: datetime | None

    @property
    def in_force(self) -> bool:
        """Whether it still holds."""
        return self.lifted_at is None


class Holds:
    """Places and lifts; who may is checked by the caller."""

    def __init__(self, means: Means, keys: Keys) -> None:
        self._means = means
        self._keys = keys
        self._vault = Vault(means.runtime, means.ring)

    def place(self, about: Held, *, actor: str, role: str | None, reason: str) -> UUID:
        """Hold back what `about` says from erasure and from its end of time.

        Raises:
            BadArgument: no reason in words, or nothing is named.
            NotFound: no such record.
            NotRecorded: it is not durable.
        """
        said = sayable(reason)
        if about == Held() or (about.since and about.until and about.since >= about.until):
            raise BadArgument(
                "a hold names a person, a record, a school or a time", key="holds.cannot.nothing"
            )
        hold_id, record_id = self._means.runtime.new_id(), self._means.runtime.new_id()
        at = self._means.runtime.now()
        entry = Entry(
            kind="admin_change",
            school=about.school,
            actor=actor,
            role=role,
            clear={"event": "hold_placed", "hold": str(hold_id), "range": _plain(about)},
            sealed={"words": said},
            record_id=record_id,
        )

        def work(session: Session, again: bool) -> UUID:
            alone(session)
            if about.record_id is not None and find(session, about.record_id) is None:
                raise NotFound(f"no record {about.record_id}", key="holds.cannot.no_record")
            known = select(HOLD.c.hold_id).where(HOLD.c.hold_id == hold_id)
            if again and session.scalar(known) is not None:
                return hold_id
            appending.record(self._means, self._keys, session, entry)
            row = {
                "hold_id": hold_id,
                "placed_by": self._keys.pseudonym(actor),
                "school": about.school,
                "pseudonym": about.pseudonym,
                "held_record": about.record_id,
                "since": about.since,
                "until": about.until,
                "words": self._sealed(session, hold_id, said),
                "placed_at": at,
                "record_id": record_id,
            }
            session.execute(insert(HOLD), row)
            return hold_id

        return durably(self._means.database, work)

    def lift(self, hold_id: UUID, *, actor: str, role: str | None, reason: str) -> None:
        """End a hold.

        Raises:
            BadArgument: no reason in words.
            Conflict: it was lifted already.
            NotFound: no such hold.
            NotRecorded: it is not durable.
        """
        said, record_id = sayable(reason), self._means.runtime.new_id()
        at = self._means.runtime.now()

        def work(session: Session, again: bool) -> None:
            hold = next((one for one in self._read(session) if one.hold_id == hold_id), None)
            if hold is None:
                raise NotFound(f"no hold {hold_id}", key="holds.cannot.none")
            if not hold.in_force:
                ours = session.scalar(select(LIFTED.c.record_id).where(LIFTED.c.hold_id == hold_id))
                if again and ours == record_id:
                    return
                raise Conflict("the hold was lifted already", key="holds.cannot.lifted")
            entry = Entry(
                kind="admin_change",
                school=hold.about.school,
                actor=actor,
                role=role,
                clear={"event": "hold_lifted", "hold": str(hold_id)},
                sealed={"words": said},
                record_id=record_id,
            )
            appending.record(self._means, self._keys, session, entry)
            row = {
                "hold_id": hold_id,
                "lifted_by": self._keys.pseudonym(actor),
                "words": self._sealed(session, hold_id, said),
                "lifted_at": at,
                "record_id": record_id,
            }
            session.execute(insert(LIFTED), row)

        durably(self._means.database, work)

    def all(self) -> tuple[Hold, ...]:
        """Every hold, newest first, the lifted ones too."""
        return self._means.database.read(self._read)

    def over_records(self, session: Session) -> ColumnElement[bool] | None:
        """The condition that a record is held; None if nothing is."""
        held = [self._matches(session, hold.about) for hold in self._read(session) if hold.in_force]
        return or_(*held) if held else None

    def over(
        self, session: Session, *, school: str | None, pseudonym: str | None, changed_at: datetime
    ) -> bool:
        """Whether a conversation or document of a person is held; a hold on one record holds no papers."""
        for hold in self._read(session):
            about = hold.about
            if not hold.in_force or about.record_id is not None:
                continue
            if (
                about.school in (None, school)
                and about.pseudonym in (None, pseudonym)
                and (about.since is None or changed_at >= about.since)
                and (about.until is None or changed_at < about.until)
            ):
                return True
        return False

    def _matches(self, session: Session, about: Held) -> ColumnElement[bool]:
        conditions: list[ColumnElement[bool]] = []
        if about.school is not None:
            conditions.append(RECORD.c.school == about.school)
        if about.pseudonym is not None:
            conditions.append(RECORD.c.pseudonym == about.pseudonym)
        if about.since is not None:
            conditions.append(RECORD.c.created_at >= about.since)
        if about.until is not None:
            conditions.append(RECORD.c.created_at < about.until)
        if about.record_id is not None:
            record = find(session, about.record_id)
            same = [RECORD.c.record_id == about.record_id]
            if record is not None and record.exchange_id is not None:
                same.append(RECORD.c.exchange_id == record.exchange_id)
            conditions.append(or_(*same))
        return and_(*conditions)

    def _read(self, session: Session) -> tuple[Hold, ...]:
        rows = session.execute(
            select(HOLD, LIFTED.c.lifted_by, LIFTED.c.lifted_at)
            .outerjoin(LIFTED, LIFTED.c.hold_id == HOLD.c.hold_id)
            .order_by(HOLD.c.placed_at.desc(), HOLD.c.hold_id.desc())
        ).all()
        words = self._vault.open_many(session, {row.hold_id: row.words for row in rows})
        return tuple(_hold(row, words.get(row.hold_id)) for row in rows)

    def _sealed(self, session: Session, owner: UUID, words: str) -> bytes:
        return self._vault.seal(session, school=None, owner=owner, data=words.encode())


def _hold(row: Any, words: bytes | None) -> Hold:
    return Hold(
        hold_id=row.hold_id,
        about=Held(
            school=row.school,
            pseudonym=row.pseudonym,
            record_id=row.held_record,
            since=row.since,
            until=row.until,
        ),
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        words=None if words is None else words.decode(),
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
    )


def _plain(about: Held) -> dict[str, str]:
    named: Sequence[tuple[str, str | None]] = (
        ("school", about.school),
        ("pseudonym", about.pseudonym),
        ("record", None if about.record_id is None else str(about.record_id)),
        ("since", None if about.since is None else about.since.isoformat()),
        ("until", None if about.until is None else about.until.isoformat()),
    )
    return {name: value for name, value in named if value is not None}
