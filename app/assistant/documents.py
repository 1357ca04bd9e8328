"""A school's own documents: listed, fed, removed and looked at by its admin alone; every change on record before it is one."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.accounts import Accounts, Permission, Principal
from app.accounts import Refused as NotLetIn
from app.assistant.document_turn import Turn
from app.assistant.ingesting import Ingesting
from app.assistant.intake import Intake, Order, interrupted
from app.assistant.upload import LARGEST, UNNAMED, Stage, Upload, Wish, format_of, shown_name, suffix_of
from app.audit import AuditLog
from app.database import Entry
from app.errors import Forbidden, NotFound
from app.runtime import Runtime
from knowledge import manifest, readers
from knowledge.manifest import DocumentRecord, HeldBack
from knowledge.readers.reasons import Reason, ReasonKey, Refused

Facts = Mapping[str, Any]
READ, CHANGE = Permission.SCHOOL_DOCUMENTS_READ, Permission.SCHOOL_DOCUMENTS_CHANGE
FOLDER = "intake"


class Documents:
    """What the admin of a school may do with its material; each call asks anew who that is, and stays in their school.

    Args:
        home: the data folder; what waits lies in a private folder below it.
    """

    def __init__(
        self, home: Path, accounts: Accounts, audit: AuditLog, runtime: Runtime, ingesting: Ingesting
    ) -> None:
        self._accounts, self._audit, self._runtime = accounts, audit, runtime
        self._index = ingesting.home
        self._intake = Intake(home / FOLDER, runtime, Turn(ingesting, self._record))
        self._known: dict[Path, tuple[int, DocumentRecord]] = {}
        self._reading = threading.Lock()

    def start(self) -> None:
        """Find what a killed process left: what is in the index is done, the rest is listed as interrupted and recorded."""
        for left in self._intake.left_behind():
            try:
                school, digest, record_id = str(left["school"]), str(left["sha256"]), UUID(left["record"])
                upload = interrupted(left, self._name(record_id, school))
            except (KeyError, ValueError):
                continue
            there = any(one.sha256 == digest for one in self._records(school))
            if there is (upload.wish is Wish.ADD):
                continue
            facts = {"event": "document_interrupted", "document": digest, "wish": str(upload.wish)}
            self._audit.append(Entry(kind="admin_change", school=school, clear=facts))
            self._intake.show(upload, record_id)

    def close(self) -> None:
        """Stop the worker."""
        self._intake.close()

    def list(self, principal: Principal) -> tuple[DocumentRecord, ...]:
        """The documents of the person's school that stand in the index, newest first.

        Raises:
            Forbidden: the person may not read them (recorded).
        """
        school = self._admitted(principal, READ).school or ""
        standing = [one for one in self._records(school) if one.superseded_by is None]
        return tuple(sorted(standing, key=lambda one: (one.added_at, one.name), reverse=True))

    def uploads(self, principal: Principal) -> tuple[Upload, ...]:
        """What is on its way, and what ended lately.

        Raises:
            Forbidden: the person may not read the school's documents (recorded).
        """
        return self._intake.uploads(self._admitted(principal, READ).school or "")

    def held_back(self, principal: Principal, sha256: str) -> tuple[HeldBack, ...]:
        """The passages of a document that were kept out, each with the reason and its place.

        Raises:
            Forbidden: the person may not read the school's documents (recorded).
        """
        school = self._admitted(principal, READ).school or ""
        return manifest.school_held_back(self._index, school, sha256)

    def add(
        self,
        principal: Principal,
        name: str,
        data: bytes,
        *,
        subject: str = "",
        grades: tuple[int, ...] = (),
    ) -> Upload:
        """Take a file for the school's index: recorded, then queued; a file that cannot be read comes back refused.

        Args:
            name: as the browser gave it; data only.

        Raises:
            Forbidden: the person may not change the school's documents (recorded).
            NotRecorded: it could not be recorded; nothing was kept.
            Conflict: too many documents of the school wait, or this one does already.
        """
        person = self._admitted(principal, CHANGE)
        upload = Upload(
            id=self._runtime.new_id(),
            school=person.school or "",
            wish=Wish.ADD,
            name=shown_name(name),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
        )
        facts = {"format": format_of(upload.name), "subject": subject, "grades": list(grades)}
        order = self._ordered(person, upload, "document_received", facts)
        refused = self._refusal(upload.name, data)
        if refused is not None:
            ended = replace(upload, stage=Stage.REFUSED, reasons=(refused,))
            self._record(order, "document_refused", {"reasons": [str(refused.key)]})
            self._intake.show(ended)
            return ended
        order = replace(order, subject=subject, grades=grades)
        return self._intake.submit(order, data, suffix_of(upload.name))

    def remove(self, principal: Principal, sha256: str) -> Upload:
        """Take a document out of the index and delete its text: recorded, then queued.

        Raises:
            Forbidden: the person may not change the school's documents (recorded).
            NotFound: the school has no such document.
            NotRecorded: it could not be recorded; nothing changed.
            Conflict: it waits to be removed already.
        """
        person = self._admitted(principal, CHANGE)
        found = [one for one in self._records(person.school or "") if one.sha256 == sha256]
        if not found:
            raise NotFound("the school has no such document", key="documents.gone")
        upload = Upload(
            id=self._runtime.new_id(),
            school=person.school or "",
            wish=Wish.REMOVE,
            name=found[0].name,
            sha256=sha256,
            size=found[0].size,
        )
        order = self._ordered(person, upload, "document_removed", {"passages": found[0].passages})
        return self._intake.submit(order)

    def dismiss(self, principal: Principal) -> None:
        """List what ended no more.

        Raises:
            Forbidden: the person may not read the school's documents (recorded).
        """
        self._intake.dismiss(self._admitted(principal, READ).school or "")

    def _refusal(self, name: str, data: bytes) -> Reason | None:
        """Why a file is not even kept: its name says a kind that is not read, or it is too large or empty."""
        if len(data) > LARGEST:
            return Reason.of(ReasonKey.TOO_LARGE, bytes=len(data), most=LARGEST)
        if not data:
            return Reason.of(ReasonKey.EMPTY_FILE)
        try:
            readers.reader_for(name)
        except Refused as refused:
            return refused.reason
        return None

    def _ordered(self, person: Principal, upload: Upload, event: str, facts: Facts) -> Order:
        """Record the wish before anything else happens; the name stands in the sealed part."""
        role = person.role_for(CHANGE)
        order = Order(
            upload=upload, record_id=upload.id, actor=person.subject, role=None if role is None else str(role)
        )
        self._intake.check(upload)
        clear = {"size": str(upload.size), **facts}
        record_id = self._record(order, event, clear, sealed={"name": upload.name})
        return replace(order, record_id=record_id)

    def _record(self, order: Order, event: str, facts: Facts, sealed: Facts | None = None) -> UUID:
        entry = Entry(
            kind="admin_change",
            school=order.upload.school,
            actor=order.actor,
            role=order.role,
            clear={"event": event, "document": order.upload.sha256, **facts},
            sealed=sealed,
        )
        return self._audit.append(entry).record_id

    def _name(self, record_id: UUID, school: str) -> str:
        """The name under which a document was asked for; it stands nowhere but in the sealed part of that record."""
        found = self._audit.find(record_id)
        try:
            return (None if found is None else self._audit.file_name(found, school=school)) or UNNAMED
        except (NotFound, Forbidden):  # erased, or no file of this school
            return UNNAMED

    def _records(self, school: str) -> tuple[DocumentRecord, ...]:
        """The records of one school, each file read again only when it changed."""
        found: dict[str, DocumentRecord] = {}
        with self._reading:
            for path in manifest.school_files(self._index, school):
                try:
                    stamp = path.stat().st_mtime_ns
                    if self._known.get(path, (0, None))[0] != stamp:
                        self._known[path] = (stamp, manifest.read_record(path))
                except FileNotFoundError:  # removed just now
                    continue
                found[path.stem] = self._known[path][1]
        return tuple(found.values())

    def _admitted(self, principal: Principal, permission: Permission) -> Principal:
        """The person as the database has them now, with a school in which they hold the permission."""
        now = self._accounts.recheck(principal)
        if isinstance(now, NotLetIn):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        self._accounts.require(now, permission, now.school)
        if now.school is None:
            raise Forbidden("the person belongs to no school", permission=str(permission))
        return now


def added(record: DocumentRecord) -> datetime | None:
    """When a document was added; None where it was ingested without that being noted."""
    try:
        return datetime.fromisoformat(record.added_at)
    except ValueError:
        return None
