"""What an auditor may see of the log; every reading is a record itself, written before anything is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Accounts, Permission, Principal
from app.assistant.auditors import Auditors
from app.audit import AuditLog, Filter, Health, Kind, Page, Record, Report
from app.audit.search import plain
from app.database import Entry
from app.errors import NotFound
from app.protection import Archived, PolicyArchive

ENDS = frozenset({Kind.CLOSED, Kind.ABANDONED})
MOST_NEIGHBOURS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One record with the others of its exchange and the ends of its conversation, oldest first; the clear parts only.

    Attributes:
        gone: the record, or the end of its exchange, had a text that can no longer be opened.
    """

    record: Record
    exchange: tuple[Record, ...]
    conversation: tuple[Record, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBy:
    """The policy that a record names, and the record of the change that made it, where one did and it is within reach."""

    record: Record
    archived: Archived
    change: Record | None


@dataclass(frozen=True, slots=True)
class Auditing:
    """The log as auditors read it, narrowed to the schools that their grants reach."""

    audit: AuditLog
    accounts: Accounts
    archive: PolicyArchive

    @property
    def _ground(self) -> Auditors:
        return Auditors(self.audit, self.accounts)

    def search(
        self, principal: Principal, wanted: Filter, *, after: str | None = None, limit: int = 50
    ) -> tuple[Page, Mapping[str, int]]:
        """One page of records, newest first, and the counts over all that the filter leaves.

        Raises:
            Forbidden: the person may not read the log there.
            ValueError: not a receipt code, or not a place in the list.
        """
        person = self._ground.admitted(principal, Permission.ALL_LOG_READ, wanted.school)
        narrowed = self._ground.narrowed(person, Permission.ALL_LOG_READ, wanted)
        counts = self.audit.counts(narrowed)
        self._ground.record(person, "search", {"filter": plain(narrowed), "count": sum(counts.values())})
        return self.audit.search(narrowed, after=after, limit=limit), counts

    def open(self, principal: Principal, record_id: UUID) -> Opened:
        """A record and its exchange.

        Raises:
            Forbidden: the person may not read records there.
            NotFound: no such record within the person's reach.
        """
        person = self._ground.admitted(principal, Permission.ALL_RECORD_READ)
        record = self.audit.find(record_id)
        if record is None or not person.reach(Permission.ALL_RECORD_READ).covers(record.school):
            raise NotFound(f"no record {record_id} within reach")
        self._ground.record(person, "open", {"target": str(record_id)})
        exchange = self.audit.records_of(record.exchange_id) if record.exchange_id is not None else (record,)
        end = next((one for one in exchange if one.kind in ENDS), record)
        return Opened(
            record=record,
            exchange=exchange,
            conversation=self._conversation(person, record),
            gone=self.audit.readable(end) is False,
        )

    def policy(self, principal: Principal, record_id: UUID) -> JudgedBy:
        """The archived policy that judged what a record is about.

        Raises:
            Forbidden: the person may not read records there.
            NotFound: no such record within the person's reach, it names no policy, or none of its digest ever judged here.
        """
        person = self._ground.admitted(principal, Permission.ALL_RECORD_READ)
        reach = person.reach(Permission.ALL_RECORD_READ)
        record = self.audit.find(record_id)
        if record is None or not reach.covers(record.school):
            raise NotFound(f"no record {record_id} within reach")
        self._ground.record(person, "policy", {"target": str(record_id)})
        exchange = self.audit.records_of(record.exchange_id) if record.exchange_id is not None else ()
        digest = next(filter(None, map(policy_of_record, (record, *exchange))), None)
        archived = None
        if digest is not None:
            began = min(one.created_at for one in (record, *exchange))
            archived = self.archive.find(digest, school=record.school, at=began, record_id=record_id)
        if archived is None:
            raise NotFound(f"record {record_id} names no policy that is kept")
        change = None if archived.version is None else self.audit.find(archived.version.record_id)
        if change is not None and not reach.covers(change.school):
            change = None
        return JudgedBy(record=record, archived=archived, change=change)

    def find(self, principal: Principal, code: str) -> UUID | None:
        """The record that a receipt code names, if it is within reach.

        Raises:
            Forbidden: the person may not read records.
            ValueError: not a receipt code.
        """
        person = self._ground.admitted(principal, Permission.ALL_RECORD_READ)
        found = self.audit.find_code(code)
        if found is not None and not person.reach(Permission.ALL_RECORD_READ).covers(found.school):
            found = None
        self._ground.record(person, "find", {"target": str(found.record_id) if found is not None else "none"})
        return None if found is None else found.record_id

    def health(self, principal: Principal) -> Health:
        """How the log fares.

        Raises:
            Forbidden: the person may not see it.
        """
        self._ground.record(self._ground.admitted(principal, Permission.ALL_INTEGRITY_READ), "health", {})
        return self.audit.health()

    def verify(self, principal: Principal, *, progress: Callable[[int, int], None] | None = None) -> Report:
        """Check the whole log; the wish to do so is recorded first.

        Raises:
            Forbidden: the person may not.
        """
        person = self._ground.admitted(principal, Permission.ALL_INTEGRITY_VERIFY)
        self._ground.record(person, "verify", {})
        return self.audit.verify(progress=progress)

    def print_head(self, principal: Principal) -> bytes:
        """The newest checkpoint as a page for paper; that it was printed is recorded first, and counts as kept.

        Raises:
            Forbidden: the person may not see it.
            NotFound: nothing was signed yet.
        """
        person = self._ground.admitted(principal, Permission.ALL_INTEGRITY_READ)
        self._ground.record(person, "print_head", {})
        note = self.audit.newest_head()
        by = Entry(
            kind="anchored",
            school=person.school,
            actor=person.subject,
            role=person.role_for(Permission.ALL_INTEGRITY_READ),
        )
        return self.audit.print_head(note, by=by)

    def prove(self, principal: Principal, record_id: UUID) -> str:
        """The inclusion proof of a record, as a text that is checked offline.

        Raises:
            Forbidden: the person may not read records there.
            NotFound: no such record within reach, or no signed head holds it yet.
        """
        opened = self.open(principal, record_id)
        return self.audit.prove(opened.record.record_id)

    def _conversation(self, person: Principal, record: Record) -> tuple[Record, ...]:
        """The newest ends of the conversation that a record belongs to, as far as the person's reach goes."""
        if record.conversation_id is None:
            return ()
        ends = tuple(sorted(str(kind) for kind in ENDS))
        wanted = Filter(conversation_id=record.conversation_id, kinds=ends)
        found = self.audit.search(wanted, limit=MOST_NEIGHBOURS).records
        reach = person.reach(Permission.ALL_RECORD_READ)
        return tuple(one for one in reversed(found) if reach.covers(one.school))


def policy_of_record(record: Record) -> str | None:
    """The digest of the policy that a record names: of what judged, or of what a change of the protection made."""
    clear = {**(record.clear.get("details") or {}), **record.clear}
    digest = clear.get("policy_digest")
    # Other changes write an `after_digest` too: of models, a budget, a form, a key.
    if not digest and str(clear.get("event") or "").startswith("protection_"):
        digest = clear.get("after_digest")
    return str(digest) if digest else None
