"""Exports of records with their proofs; that data leave, and which, is recorded before the first byte does."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.accounts import Accounts, Permission, Principal
from app.assistant.auditors import Auditors
from app.assistant.examination import Openings
from app.audit import AuditLog, Filter
from app.audit.canonical import canonical
from app.audit.envelope import stamped
from app.audit.evidence.bundle import Bundle, Selection
from app.audit.evidence.findings import About, Finding
from app.audit.evidence.table import Table
from app.audit.search import plain
from app.errors import BadArgument
from app.runtime import Runtime

EXPORT = Permission.ALL_LOG_EXPORT
LONGEST_PURPOSE = 500
LEFT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """How far an export is: records written, and in all."""

    done: int
    total: int


class Export:
    """One export under way: iterate it to its end, then `path` is a whole ZIP; leaving the `with` deletes it.

    Attributes:
        record_id: the `export` record, durable before this object is given out.
        name: a file name to offer, `ustaz-evidence-20261129-01a20d3aa1a0.zip`.
        count: records in it; `tree_size`: leaves of the signed head that they are proved against.
        path: where the ZIP lies once the iteration has ended.
    """

    def __init__(self, bundle: Bundle, path: Path, record_id: UUID, at: datetime) -> None:
        self.record_id = record_id
        self.name = f"ustaz-evidence-{at:%Y%m%d}-{record_id.hex[:12]}.zip"
        self.count = bundle.selection.count
        self.tree_size = bundle.selection.head.size
        self.path = path
        self._bundle = bundle

    def __iter__(self) -> Iterator[Advance]:
        """Write it, telling how far it is at least every thousand records; ends when the file is whole."""
        part = self.path.with_suffix(".part")
        try:
            for done in self._bundle.write(part):
                yield Advance(done=done, total=self.count)
            part.replace(self.path)
        finally:
            _delete(part)

    def __enter__(self) -> "Export":
        """Itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Delete the file."""
        _delete(self.path)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bundles of records for other machines, narrowed to the schools that the person's grants reach."""

    audit: AuditLog
    accounts: Accounts
    openings: Openings
    runtime: Runtime
    folder: Path

    @property
    def _ground(self) -> Auditors:
        return Auditors(self.audit, self.accounts)

    def export(
        self,
        principal: Principal,
        wanted: Filter,
        *,
        purpose: str,
        table: Table = Table.CSV,
        findings: bool = False,
        opened: bool = False,
        since: str | None = None,
    ) -> Export:
        """Begin an export of all records that a filter leaves and a signed head holds.

        Args:
            purpose: why, in the person's words; sealed in the `export` record.
            findings: put findings on these records and exchanges into the bundle.
            opened: put the texts of these records that are open to the person now into it.
            since: the text of a head that the person holds: the bundle then proves that it has only grown since.

        Raises:
            Forbidden: the person may not export there.
            BadArgument: no purpose, or longer than 500 characters; `since` is no head of this log.
            Conflict: the log does not continue that head.
            NotFound: nothing is signed yet.
            ValueError: not a receipt code.
        """
        person = self._ground.admitted(principal, EXPORT, wanted.school)
        narrowed = self._ground.narrowed(person, EXPORT, wanted)
        why = " ".join(purpose.split())
        if not 1 <= len(why) <= LONGEST_PURPOSE:
            raise BadArgument(f"{len(why)} characters", key="evidence.cannot.purpose", most=LONGEST_PURPOSE)
        self.audit.sequence(finish=True)
        room = self.audit.room
        selection = room.select(narrowed, room.head())
        known = plain(narrowed)
        earlier = room.since(since, selection.head) if since else None
        clear = {
            "filter": known,
            "count": selection.count,
            "format": str(table),
            "tree_size": selection.head.size,
            "findings": findings,
            "opened": opened,
        }
        record_id = self._ground.record(
            person, "export", clear, permission=EXPORT, kind="export", sealed={"purpose": why}
        )
        extra = {
            **({} if earlier is None else {"consistency.txt": earlier.encode()}),
            **(self._findings(person, selection) if findings else {}),
            **(self._opened(person, selection) if opened else {}),
        }
        bundle = room.bundle(selection, wanted=known, table=table, extra=extra)
        return Export(bundle, self._place(record_id), record_id, self.runtime.now())

    def _findings(self, person: Principal, selection: Selection) -> Mapping[str, bytes]:
        """The findings within reach on what is exported; their history, with its texts."""
        reach = person.reach(Permission.ALL_FINDING_READ)
        found = [one for one in self.audit.room.findings.all() if reach.covers(one.school)]
        told = [_told(one) for one in reversed(found) if self._concerns(one, selection)]
        return {"findings.json": json.dumps(told, ensure_ascii=False, indent=1).encode()}

    def _concerns(self, finding: Finding, selection: Selection) -> bool:
        target = finding.target
        if target.about is About.EXCHANGE:
            records = self.audit.records_of(target.id)
        else:
            record = self.audit.find(target.id)
            records = () if record is None else (record,)
        return any(one.index is not None and selection.holds(one.index) for one in records)

    def _opened(self, person: Principal, selection: Selection) -> Mapping[str, bytes]:
        """The texts that are open to the person; that they leave is a record of its own, before they are opened."""
        ids: Sequence[UUID] = [
            one
            for one in sorted(self.openings.open_to(person))
            if (record := self.audit.find(one)) is not None
            and record.index is not None
            and selection.holds(record.index)
        ]
        if not ids:
            return {}
        texts = self.audit.openings.read(
            ids, actor=person.subject, role=person.role_for(EXPORT), school=person.school, purpose="export"
        )
        return {
            f"opened/{one.record.record_id}.json": canonical(one.text)
            for one in texts
            if one.text and one.record.index is not None and selection.holds(one.record.index)
        }

    def _place(self, record_id: UUID) -> Path:
        """Where the file will lie; what an interrupted export left a day ago goes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = self.runtime.now().timestamp()
        for left in self.folder.iterdir():
            with suppress(FileNotFoundError):
                if now - left.stat().st_mtime > LEFT_SECONDS:
                    left.unlink()
        return self.folder / f"{record_id}.zip"


def _told(finding: Finding) -> dict[str, object]:
    return {
        "finding": str(finding.finding_id),
        "about": str(finding.target.about),
        "target": str(finding.target.id),
        "progress": str(finding.progress),
        "severity": str(finding.severity),
        "history": [
            {
                "number": note.number,
                "at": stamped(note.at),
                "author": note.author,
                "progress": str(note.progress),
                "severity": str(note.severity),
                "record": str(note.record_id),
                "text": note.text,
            }
            for note in finding.history
        ],
    }


def _delete(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
