"""What an auditor may see of the log; every reading is a record itself, written before anything is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.accounts import Accounts, Permission, Principal
from app.accounts import Refused as NotLetIn
from app.audit import AuditLog, Filter, Health, Page, Record, Report
from app.database import Entry
from app.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One record with the others of its exchange, oldest first; the clear parts only."""

    record: Record
    exchange: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Auditing:
    """The log as auditors read it, narrowed to the schools that their grants reach."""

    audit: AuditLog
    accounts: Accounts

    def search(
        self, principal: Principal, wanted: Filter, *, after: str | None = None, limit: int = 50
    ) -> tuple[Page, Mapping[str, int]]:
        """One page of records, newest first, and the counts over all that the filter leaves.

        Raises:
            Forbidden: the person may not read the log there.
            ValueError: not a receipt code, or not a place in the list.
        """
        person = self._admitted(principal, Permission.ALL_LOG_READ, wanted.school)
        narrowed = self._narrowed(person, Permission.ALL_LOG_READ, wanted)
        counts = self.audit.counts(narrowed)
        self._record(person, "search", {"filter": _plain(narrowed), "count": sum(counts.values())})
        return self.audit.search(narrowed, after=after, limit=limit), counts

    def open(self, principal: Principal, record_id: UUID) -> Opened:
        """A record and its exchange.

        Raises:
            Forbidden: the person may not read records there.
            NotFound: no such record within the person's reach.
        """
        person = self._admitted(principal, Permission.ALL_RECORD_READ)
        record = self.audit.find(record_id)
        if record is None or not person.reach(Permission.ALL_RECORD_READ).covers(record.school):
            raise NotFound(f"no record {record_id} within reach")
        self._record(person, "open", {"target": str(record_id)})
        exchange = self.audit.records_of(record.exchange_id) if record.exchange_id is not None else (record,)
        return Opened(record=record, exchange=exchange)

    def find(self, principal: Principal, code: str) -> UUID | None:
        """The record that a receipt code names, if it is within reach.

        Raises:
            Forbidden: the person may not read records.
            ValueError: not a receipt code.
        """
        person = self._admitted(principal, Permission.ALL_RECORD_READ)
        found = self.audit.find_code(code)
        if found is not None and not person.reach(Permission.ALL_RECORD_READ).covers(found.school):
            found = None
        self._record(person, "find", {"target": str(found.record_id) if found is not None else "none"})
        return None if found is None else found.record_id

    def health(self, principal: Principal) -> Health:
        """How the log fares.

        Raises:
            Forbidden: the person may not see it.
        """
        self._record(self._admitted(principal, Permission.ALL_INTEGRITY_READ), "health", {})
        return self.audit.health()

    def verify(self, principal: Principal, *, progress: Callable[[int, int], None] | None = None) -> Report:
        """Check the whole log; the wish to do so is recorded first.

        Raises:
            Forbidden: the person may not.
        """
        person = self._admitted(principal, Permission.ALL_INTEGRITY_VERIFY)
        self._record(person, "verify", {})
        return self.audit.verify(progress=progress)

    def prove(self, principal: Principal, record_id: UUID) -> str:
        """The inclusion proof of a record, as a text that is checked offline.

        Raises:
            Forbidden: the person may not read records there.
            NotFound: no such record within reach, or no signed head holds it yet.
        """
        opened = self.open(principal, record_id)
        return self.audit.prove(opened.record.record_id)

    def _admitted(self, principal: Principal, permission: Permission, school: str | None = None) -> Principal:
        now = self.accounts.recheck(principal)
        if isinstance(now, NotLetIn):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        self.accounts.require(now, permission, school)
        return now

    def _narrowed(self, person: Principal, permission: Permission, wanted: Filter) -> Filter:
        reach = person.reach(permission)
        if reach.everywhere or wanted.school is not None:
            return wanted
        if len(reach.schools) != 1:
            raise Forbidden("name one of the schools", key="auditor.name_school")
        return replace(wanted, school=next(iter(reach.schools)))

    def _record(self, person: Principal, purpose: str, clear: Mapping[str, Any]) -> None:
        self.audit.append(
            Entry(
                kind="audit_read",
                school=person.school,
                actor=person.subject,
                role=person.role_for(Permission.ALL_LOG_READ),
                clear={"purpose": purpose, **clear},
            )
        )


def _plain(wanted: Filter) -> dict[str, Any]:
    """A filter as a record holds it: what narrows, as text."""
    named = {name: getattr(wanted, name) for name in Filter.__slots__}
    return {
        name: [str(one) for one in value] if isinstance(value, tuple) else str(value)
        for name, value in named.items()
        if value not in (None, ())
    }
