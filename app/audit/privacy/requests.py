"""Asking and deciding: two rows by two persons, each with its record in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.durable import durably
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.privacy.alone import alone
from app.audit.privacy.request import Basis, Decision, Request, RequestKind, Scope
from app.audit.privacy.tables import DECISION, REQUEST, TARGET
from app.audit.record import Record
from app.audit.vault import Vault
from app.database import Entry
from app.errors import BadArgument, Conflict, Forbidden, NotFound

LEAST, MOST = 10, 500
MOST_RECORDS = 500
Carry = Callable[[Session, Request, UUID], None]


class Requests:
    """The requests of everybody; who may ask and who may decide is checked by the caller, except for oneself."""

    def __init__(self, means: Means, keys: Keys) -> None:
        self._means = means
        self._keys = keys
        self._vault = Vault(means.runtime, means.ring)

    def ask_to_open(
        self, *, actor: str, role: str | None, records: Sequence[Record], purpose: str, days: int
    ) -> UUID:
        """Ask to read the sealed content of records, and of the other records of their exchanges.

        Args:
            records: 1 to 500.
            purpose: why, in words: 10 to 500 characters.
            days: how long an approval is to hold, at least 1.

        Raises:
            BadArgument: no words, no records, or too many.
            NotRecorded: it is not durable.
        """
        if not 1 <= len(records) <= MOST_RECORDS:
            raise BadArgument(
                f"{len(records)} records, expected 1 to {MOST_RECORDS}", key="approvals.cannot.records"
            )
        schools = {record.school for record in records}
        ids = sorted({str(record.record_id) for record in records})
        return self._ask(
            kind=RequestKind.OPEN,
            actor=actor,
            role=role,
            scope=Scope(school=schools.pop() if len(schools) == 1 else None),
            basis=None,
            words=purpose,
            days=days,
            targets=records,
            facts={"event": "opening_asked", "records": ids, "days": days},
        )

    def ask_to_erase(
        self,
        *,
        actor: str,
        role: str | None,
        scope: Scope,
        basis: Basis,
        words: str,
        target: Record | None = None,
    ) -> UUID:
        """Ask for an erasure.

        Args:
            target: the record of the scope, if it names one.

        Raises:
            BadArgument: no words.
            NotRecorded: it is not durable.
        """
        return self._ask(
            kind=RequestKind.ERASE,
            actor=actor,
            role=role,
            scope=scope,
            basis=basis,
            words=words,
            days=0,
            targets=() if target is None else (target,),
            facts={"event": "erasure_asked", "basis": basis.value, "range": plain(scope)},
        )

    def _ask(
        self,
        *,
        kind: RequestKind,
        actor: str,
        role: str | None,
        scope: Scope,
        basis: Basis | None,
        words: str,
        days: int,
        targets: Sequence[Record],
        facts: Mapping[str, Any],
    ) -> UUID:
        said = sayable(words)
        request_id, record_id = self._means.runtime.new_id(), self._means.runtime.new_id()
        made_at = self._means.runtime.now()
        entry = Entry(
            kind="admin_change",
            school=scope.school,
            actor=actor,
            role=role,
            clear={**facts, "request": str(request_id)},
            sealed={"words": said},
            record_id=record_id,
        )

        def work(session: Session, again: bool) -> UUID:
            if again and session.scalar(_known(REQUEST, request_id)) is not None:
                return request_id
            appending.record(self._means, self._keys, session, entry)
            row = {
                "request_id": request_id,
                "kind": kind.value,
                "asked_by": self._keys.pseudonym(actor),
                "role": role,
                "school": scope.school,
                "basis": None if basis is None else basis.value,
                "pseudonym": scope.pseudonym,
                "person_id": scope.person_id,
                "before": scope.before,
                "days": days,
                "words": self._sealed(session, scope.school, request_id, said),
                "made_at": made_at,
                "record_id": record_id,
            }
            session.execute(insert(REQUEST), row)
            places = {record.record_id: record.exchange_id for record in targets}
            if places:
                session.execute(
                    insert(TARGET),
                    [
                        {"request_id": request_id, "record_id": one, "exchange_id": exchange}
                        for one, exchange in places.items()
                    ],
                )
            return request_id

        return durably(self._means.database, work)

    def decide(
        self,
        request_id: UUID,
        *,
        actor: str,
        role: str | None,
        approved: bool,
        reason: str,
        carry_out: Carry | None = None,
    ) -> Request:
        """Approve or refuse, once, with a reason; an approved erasure is carried out in the same transaction.

        Args:
            carry_out: given the session, the request and the decision's record.

        Raises:
            BadArgument: no reason in words.
            Conflict: somebody decided already.
            Forbidden: nobody decides about their own request.
            NotFound: no such request.
            NotRecorded: it is not durable.
        """
        said, me = sayable(reason), self._keys.pseudonym(actor)
        record_id, now = self._means.runtime.new_id(), self._means.runtime.now()

        def work(session: Session, again: bool) -> None:
            if approved and carry_out is not None:
                alone(session)
            request = self.find(session, request_id)
            if request.asked_by == me:
                raise Forbidden("nobody decides about their own request", key="approvals.cannot.own")
            if request.decision is not None:
                if again and request.decision.record_id == record_id:
                    return
                raise Conflict("somebody decided already", key="approvals.cannot.decided")
            reads = approved and request.kind is RequestKind.OPEN
            until = now + timedelta(days=request.days) if reads else None
            word = "opening" if request.kind is RequestKind.OPEN else "erasure"
            entry = Entry(
                kind="admin_change",
                school=request.school,
                actor=actor,
                role=role,
                clear={
                    "event": f"{word}_{'approved' if approved else 'refused'}",
                    "request": str(request_id),
                    "asked_by": request.asked_by,
                    "until": None if until is None else until.isoformat(),
                },
                sealed={"words": said},
                record_id=record_id,
            )
            appending.record(self._means, self._keys, session, entry)
            session.execute(
                insert(DECISION),
                {
                    "request_id": request_id,
                    "approved": approved,
                    "decided_by": me,
                    "words": self._sealed(session, request.school, request_id, said),
                    "decided_at": now,
                    "until": until,
                    "record_id": record_id,
                },
            )
            if approved and carry_out is not None:
                carry_out(session, request, record_id)

        durably(self._means.database, work)
        return self.one(request_id)

    def one(self, request_id: UUID) -> Request:
        """One request.

        Raises:
            NotFound: no such request.
        """
        return self._means.database.read(lambda session: self.find(session, request_id))

    def find(self, session: Session, request_id: UUID) -> Request:
        """One request.

        Raises:
            NotFound: no such request.
        """
        found = self._read(session, [REQUEST.c.request_id == request_id], 1)
        if not found:
            raise NotFound(f"no request {request_id}", key="approvals.cannot.none")
        return found[0]

    def of(self, actor: str, *, limit: int = 100) -> tuple[Request, ...]:
        """What a person asked for, newest first."""
        mine = REQUEST.c.asked_by == self._keys.pseudonym(actor)
        return self._means.database.read(lambda session: self._read(session, [mine], limit))

    def about(self, record: Record, *, actor: str) -> tuple[Request, ...]:
        """What a person asked about a record or its exchange, newest first."""
        same = [TARGET.c.record_id == record.record_id]
        if record.exchange_id is not None:
            same.append(TARGET.c.exchange_id == record.exchange_id)
        conditions = [
            REQUEST.c.asked_by == self._keys.pseudonym(actor),
            REQUEST.c.kind == RequestKind.OPEN.value,
            REQUEST.c.request_id.in_(select(TARGET.c.request_id).where(or_(*same))),
        ]
        return self._means.database.read(lambda session: self._read(session, conditions, 20))

    def waiting(
        self, *, schools: frozenset[str] | None, but_not: str, start: int = 0, limit: int = 100
    ) -> tuple[Request, ...]:
        """What waits for a decision, longest first, without what one person asked.

        Args:
            schools: only about records of these schools; None: of all.
            but_not: `iss|sub` of that person.
            start: how many to pass over.
        """
        conditions = _of(schools)
        conditions += [DECISION.c.request_id.is_(None), REQUEST.c.asked_by != self._keys.pseudonym(but_not)]
        return self._means.database.read(
            lambda session: self._read(session, conditions, limit, start=start, oldest_first=True)
        )

    def decided(
        self, *, schools: frozenset[str] | None, start: int = 0, limit: int = 100
    ) -> tuple[Request, ...]:
        """What was decided, newest request first.

        Args:
            schools: only about records of these schools; None: of all.
            start: how many to pass over.
        """
        conditions = [*_of(schools), DECISION.c.request_id.is_not(None)]
        return self._means.database.read(lambda session: self._read(session, conditions, limit, start=start))

    def _read(
        self,
        session: Session,
        conditions: Sequence[ColumnElement[bool]],
        limit: int,
        *,
        start: int = 0,
        oldest_first: bool = False,
    ) -> tuple[Request, ...]:
        order = (REQUEST.c.made_at, REQUEST.c.request_id)
        decided = [column.label(f"d_{column.name}") for column in DECISION.c]
        rows = session.execute(
            select(REQUEST, *decided)
            .outerjoin(DECISION, DECISION.c.request_id == REQUEST.c.request_id)
            .where(*conditions)
            .order_by(*(one if oldest_first else one.desc() for one in order))
            .limit(limit)
            .offset(start)
        ).all()
        ids = [row.request_id for row in rows]
        targets: dict[UUID, list[UUID]] = {}
        for start in range(0, len(ids), 500):
            chosen = TARGET.c.request_id.in_(ids[start : start + 500])
            for one in session.execute(select(TARGET).where(chosen).order_by(TARGET.c.record_id)):
                targets.setdefault(one.request_id, []).append(one.record_id)
        asked = self._vault.open_many(session, {row.request_id: row.words for row in rows})
        said = self._vault.open_many(
            session, {row.request_id: row.d_words for row in rows if row.d_words is not None}
        )
        return tuple(
            _request(
                row, targets.get(row.request_id, []), asked.get(row.request_id), said.get(row.request_id)
            )
            for row in rows
        )

    def _sealed(self, session: Session, school: str | None, owner: UUID, words: str) -> bytes:
        return self._vault.seal(session, school=school, owner=owner, data=words.encode())


def sayable(words: str) -> str:
    """Words on one line, of 10 to 500 characters.

    Raises:
        BadArgument: too few or too many.
    """
    flat = " ".join(words.split())
    if not LEAST <= len(flat) <= MOST:
        raise BadArgument(
            f"{len(flat)} characters, expected {LEAST} to {MOST}",
            key="approvals.cannot.words",
            least=LEAST,
            most=MOST,
        )
    return flat


def plain(scope: Scope) -> dict[str, str]:
    """A scope as a record holds it."""
    named = {
        "school": scope.school,
        "pseudonym": scope.pseudonym,
        "record": None if scope.record_id is None else str(scope.record_id),
        "before": None if scope.before is None else scope.before.isoformat(),
    }
    return {name: value for name, value in named.items() if value is not None}


def _of(schools: frozenset[str] | None) -> list[ColumnElement[bool]]:
    return [] if schools is None else [REQUEST.c.school.in_(schools)]


def _known(table: Any, request_id: UUID) -> Any:
    return select(table.c.request_id).where(table.c.request_id == request_id)


def _request(row: Any, targets: Sequence[UUID], words: bytes | None, said: bytes | None) -> Request:
    decision = None
    if row.d_request_id is not None:
        decision = Decision(
            approved=row.d_approved,
            decided_by=row.d_decided_by,
            words=None if said is None else said.decode(),
            decided_at=row.d_decided_at,
            until=row.d_until,
            record_id=row.d_record_id,
        )
    erases = row.kind == RequestKind.ERASE
    return Request(
        request_id=row.request_id,
        kind=RequestKind(row.kind),
        asked_by=row.asked_by,
        role=row.role,
        school=row.school,
        basis=None if row.basis is None else Basis(row.basis),
        scope=Scope(
            school=row.school,
            pseudonym=row.pseudonym,
            person_id=row.person_id,
            record_id=targets[0] if erases and targets else None,
            before=row.before,
        ),
        days=row.days,
        words=None if words is None else words.decode(),
        made_at=row.made_at,
        record_id=row.record_id,
        targets=tuple(targets),
        decision=decision,
    )
