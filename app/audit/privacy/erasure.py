"""Erasure: the keys of what is erased are deleted in the transaction that writes the record saying so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, or_, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.canonical import parse
from app.audit.fields import ENDS, Kind
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.privacy import wording
from app.audit.privacy.erased import ErasedKeys
from app.audit.privacy.holdings import Holding, Holdings, Paper
from app.audit.privacy.holds import Holds
from app.audit.privacy.request import Request, Scope
from app.audit.privacy.requests import plain
from app.audit.record import find
from app.audit.tables import KEY, OPEN, RECORD
from app.database import Entry
from app.errors import BadArgument, Conflict, Forbidden, NotFound

OF_EXCHANGE = (Kind.ASKED.value, *sorted(ENDS))
OWNER = case((RECORD.c.kind.in_(OF_EXCHANGE), RECORD.c.exchange_id), else_=RECORD.c.record_id)
A_RECORD = 400
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What an erasure would take: keys in all, and whose text goes with them; `held` of them are on hold."""

    keys: int
    records: int
    exchanges: int
    conversations: int
    documents: int
    drafts: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a scope reaches now: the owners of keys, which of them are held, and the schools they belong to.

    A person who has changed school leaves texts in several; what belongs to no school is in none of them.
    """

    owners: tuple[UUID, ...]
    exchanges: int
    records: int
    papers: tuple[Holding, ...]
    held: frozenset[UUID]
    schools: frozenset[str]

    @property
    def losses(self) -> Losses:
        """The counts."""
        count = {paper: sum(one.paper is paper for one in self.papers) for paper in Paper}
        return Losses(
            keys=len(self.owners),
            records=self.records,
            exchanges=self.exchanges,
            conversations=count[Paper.CONVERSATION],
            documents=count[Paper.DOCUMENT],
            drafts=count[Paper.DRAFT],
            held=len(self.held),
        )


class Erasure:
    """Counts what would go, and lets it go. Nothing of the tree is touched."""

    def __init__(
        self, means: Means, keys: Keys, holds: Holds, holdings: Holdings, erased: ErasedKeys
    ) -> None:
        self._means = means
        self._keys = keys
        self._holds = holds
        self._holdings = holdings
        self._erased = erased

    def losses(self, scope: Scope) -> Losses:
        """The dry run."""
        return self._means.database.read(lambda session: self.found(session, scope)).losses

    def carry_out(
        self,
        session: Session,
        request: Request,
        approved_by: str,
        role: str | None,
        schools: frozenset[str] | None = None,
    ) -> None:
        """Delete the keys of an approved request; the caller's transaction writes the decision.

        Args:
            approved_by: `iss|sub` of the second person.
            schools: where that person decides; None: everywhere.

        Raises:
            BadArgument: it names neither a person nor a record nor a school.
            Conflict: some of it is on hold.
            Forbidden: some of it belongs to a school where the second person does not decide.
        """
        found = self.found(session, request.scope)
        if schools is not None and not found.schools <= schools:
            raise Forbidden(
                f"texts of {len(found.schools - schools)} schools out of reach",
                key="erasure.cannot.other_schools",
            )
        if found.held:
            raise Conflict(f"{len(found.held)} are on hold", key="erasure.cannot.held", n=len(found.held))
        parts = max(1, -(-len(found.owners) // A_RECORD))
        for part in range(parts):
            owners = found.owners[part * A_RECORD : (part + 1) * A_RECORD]
            gone = delete_keys(session, owners)
            entry = Entry(
                kind="erasure",
                school=request.school,
                actor=approved_by,
                role=role,
                clear={
                    "basis": None if request.basis is None else request.basis.value,
                    "range": plain(request.scope),
                    "asked_by": request.asked_by,
                    "approved_by": self._keys.pseudonym(approved_by),
                    "keys": len(gone),
                    "request": str(request.request_id),
                    "part": part + 1,
                    "parts": parts,
                    "owners": [str(one) for one in gone],
                },
            )
            appending.record(self._means, self._keys, session, entry)

    def found(self, session: Session, scope: Scope) -> Found:
        """What has a key within the scope; a question under way keeps its key until it has ended.

        Raises:
            BadArgument: the scope names neither a person nor a record nor a school: it would be everybody's texts.
            NotFound: no such record.
        """
        if (scope.school, scope.pseudonym, scope.record_id) == (None, None, None):
            raise BadArgument("an erasure by age is of one school", key="erasure.cannot.no_school")
        owner = OWNER.label("owner")
        under_way = RECORD.c.exchange_id.in_(select(OPEN.c.exchange_id))
        conditions = [*self._conditions(session, scope), KEY.c.owner_id == OWNER]
        conditions.append(or_(RECORD.c.exchange_id.is_(None), ~under_way))
        rows = session.execute(
            select(RECORD.c.record_id, RECORD.c.kind, RECORD.c.school, owner).where(*conditions)
        ).all()
        owners = dict.fromkeys(row.owner for row in rows)
        owners.update(dict.fromkeys(self._about_person(session, scope)))
        records = len(rows) + len(owners) - len({row.owner for row in rows})
        words = wording.within(session, scope, tuple(owners))
        papers = tuple(self._papers(session, scope))
        held = {one.owner_id for one in papers if self._paper_held(session, one)}
        over = self._holds.over_records(session)
        if over is not None:
            held.update(session.scalars(select(OWNER).where(*conditions, over)))
            held.update(one for one in self._about_person(session, scope) if self._held(session, one, over))
            held.update(wording.held(session, words, over))
        owners.update(dict.fromkeys((*words, *(one.owner_id for one in papers))))
        schools = {str(row.school) for row in rows if row.school is not None}
        schools.update(one.school for one in papers if one.school is not None)
        return Found(
            owners=tuple(owners),
            exchanges=len({row.owner for row in rows if row.kind in OF_EXCHANGE}),
            records=records,
            papers=papers,
            held=frozenset(held),
            schools=frozenset(schools),
        )

    def note(self, records: Sequence[tuple[UUID, Sequence[UUID]]]) -> None:
        """Keep erasure records and their keys outside the database too.

        Raises:
            OSError: the file did not take them.
        """
        for record_id, owners in records:
            self._erased.add(record_id, owners)

    def settle(self) -> int:
        """Delete keys that an erasure on record, here or outside, named: what a restored backup brought back.

        Both lists are made equal too. Gives how many keys were deleted again.

        Raises:
            NotRecorded: it is not durable.
        """
        outside = dict(self._erased.entries())
        inside = dict(self._means.database.read(lambda session: list(_erasures(session))))
        named = dict.fromkeys(one for owners in (*outside.values(), *inside.values()) for one in owners)
        back = self._means.database.read(lambda session: existing_keys(session, tuple(named)))
        for start in range(0, len(back), A_RECORD):
            self._erase_again(back[start : start + A_RECORD])
        self.note([(record, owners) for record, owners in inside.items() if record not in outside])
        return len(back)

    def _erase_again(self, owners: Sequence[UUID]) -> None:
        def work(session: Session) -> None:
            gone = delete_keys(session, owners)
            if not gone:
                return
            entry = Entry(
                kind="erasure",
                clear={
                    "basis": "restored",
                    "range": {},
                    "keys": len(gone),
                    "owners": [str(one) for one in gone],
                },
            )
            appending.record(self._means, self._keys, session, entry)

        self._means.database.write(work)

    def _conditions(self, session: Session, scope: Scope) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if scope.school is not None and scope.pseudonym is None:
            conditions.append(RECORD.c.school == scope.school)
        if scope.pseudonym is not None:
            conditions.append(RECORD.c.pseudonym == scope.pseudonym)
        if scope.before is not None:
            conditions.append(RECORD.c.created_at < scope.before)
        if scope.record_id is not None:
            record = find(session, scope.record_id)
            if record is None:
                raise NotFound(f"no record {scope.record_id}", key="erasure.cannot.no_record")
            same = [RECORD.c.record_id == scope.record_id]
            if record.exchange_id is not None:
                same.append(RECORD.c.exchange_id == record.exchange_id)
            conditions.append(or_(*same))
        return conditions

    def _about_person(self, session: Session, scope: Scope) -> list[UUID]:
        """Records that others wrote about the person and that name them under seal (who was added, why suspended)."""
        if scope.person_id is None or scope.record_id is not None:
            return []
        rows = session.execute(
            select(RECORD.c.record_id, RECORD.c.body)
            .where(RECORD.c.kind == Kind.ADMIN_CHANGE.value, KEY.c.owner_id == RECORD.c.record_id)
            .where(RECORD.c.school == scope.school, RECORD.c.pseudonym.is_distinct_from(scope.pseudonym))
        )
        wanted = str(scope.person_id)
        return [row.record_id for row in rows if parse(row.body)["details"].get("person") == wanted]

    def _papers(self, session: Session, scope: Scope) -> list[Holding]:
        if scope.record_id is not None:
            return []
        papers = {one.owner_id: one for one in self._holdings.within(session, scope)}
        return [papers[one] for one in existing_keys(session, tuple(papers))]

    def _paper_held(self, session: Session, paper: Holding) -> bool:
        pseudonym = None if paper.subject is None else self._keys.pseudonym(paper.subject)
        return self._holds.over(
            session, school=paper.school, pseudonym=pseudonym, changed_at=paper.changed_at
        )

    @staticmethod
    def _held(session: Session, record_id: UUID, over: ColumnElement[bool]) -> bool:
        held = select(RECORD.c.record_id).where(RECORD.c.record_id == record_id, over)
        return session.scalar(held) is not None


def delete_keys(session: Session, owners: Sequence[UUID]) -> tuple[UUID, ...]:
    """Delete the keys of these owners; gives those that had one."""
    gone: list[UUID] = []
    for start in range(0, len(owners), CHUNK):
        chosen = KEY.c.owner_id.in_(owners[start : start + CHUNK])
        gone.extend(session.scalars(delete(KEY).where(chosen).returning(KEY.c.owner_id)))
    return tuple(sorted(gone))


def existing_keys(session: Session, owners: Sequence[UUID]) -> tuple[UUID, ...]:
    """Those of these owners that have a key."""
    found: list[UUID] = []
    for start in range(0, len(owners), CHUNK):
        chosen = KEY.c.owner_id.in_(owners[start : start + CHUNK])
        found.extend(session.scalars(select(KEY.c.owner_id).where(chosen)))
    return tuple(found)


def _erasures(session: Session) -> Iterator[tuple[UUID, tuple[UUID, ...]]]:
    """Every erasure record that names keys."""
    rows: Any = session.execute(
        select(RECORD.c.record_id, RECORD.c.body).where(RECORD.c.kind == Kind.ERASURE.value)
    )
    for row in rows:
        owners = parse(row.body)["details"].get("owners")
        if owners:
            yield row.record_id, tuple(UUID(one) for one in owners)
