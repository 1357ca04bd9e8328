"""The history of a document as it is read: its steps in a list, one step opened, and the document at any revision."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.assistant.desk_history import CHANGE, Change, Version, walked_back
from app.assistant.desk_tables import DeskRevisionRow
from app.audit import AuditLog
from app.documents import Document, Field
from app.errors import NotFound, TamperedLog


@dataclass(frozen=True, slots=True)
class Versions:
    """Reads inside the caller's transaction; whose document it is was asked before."""

    audit: AuditLog

    def list(self, session: Session, document: UUID) -> tuple[Version, ...]:
        """Every step, oldest first; nothing is opened."""
        rows = session.execute(
            select(
                DeskRevisionRow.revision,
                DeskRevisionRow.at,
                DeskRevisionRow.what,
                DeskRevisionRow.field_id,
                DeskRevisionRow.changed,
                DeskRevisionRow.of_revision,
            )
            .where(DeskRevisionRow.document_id == document)
            .order_by(DeskRevisionRow.revision)
        )
        return tuple(
            Version(
                revision=row.revision,
                at=row.at,
                what=row.what,
                field=row.field_id,
                changed=row.changed,
                of=row.of_revision,
            )
            for row in rows
        )

    def changed_after(self, session: Session, document: UUID, field_id: str, seen: int) -> bool:
        """Whether a field got another value after a revision."""
        newest = session.scalar(
            select(func.max(DeskRevisionRow.revision)).where(
                DeskRevisionRow.document_id == document,
                DeskRevisionRow.field_id == field_id,
                DeskRevisionRow.changed.is_(True),
            )
        )
        return newest is not None and newest > seen

    def change(self, session: Session, document: UUID, revision: int) -> Change:
        """What one step changed.

        Raises:
            NotFound: no such step, or the key was erased.
        """
        found = self._changes(
            session, document, _sealed(document).where(DeskRevisionRow.revision == revision)
        )
        if not found:
            raise NotFound("no such version", key="desk.no_version")
        return found[0]

    def version(self, session: Session, newest: Document, revision: int) -> Document:
        """The document as it was at a revision; at that of a rejected text, with that text in its field.

        Raises:
            NotFound: no such revision.
        """
        wanted = self.change(session, newest.id, revision)
        later = _sealed(newest.id).where(DeskRevisionRow.revision > revision)
        document = newest
        for change in self._changes(session, newest.id, later):
            expect(change.revision == document.revision, "history without gaps")
            document = walked_back(document, change)
        return document if wanted.rejected is None else _with(document, wanted.rejected)

    def last(self, session: Session, document: UUID, field_id: str) -> Field | None:
        """A field that is no more, as it was when it was taken away; None if there never was one."""
        gone = _sealed(document).where(
            DeskRevisionRow.field_id == field_id, DeskRevisionRow.changed.is_(True)
        )
        found = self._changes(session, document, gone.limit(1))
        return found[0].before if found else None

    def _changes(self, session: Session, document: UUID, wanted: Select[int, bytes]) -> Sequence[Change]:
        rows = session.execute(wanted).all()
        plain = self.audit.vault.open_series(session, owner=document, sealed=[row.sealed for row in rows])
        changes = [CHANGE.validate_json(zlib.decompress(one)) for one in plain]
        for row, change in zip(rows, changes, strict=True):
            expect(change.document == document and change.revision == row.revision, "the step of its row")
        return changes


def _with(document: Document, field: Field) -> Document:
    """The document with this field in the place of the one with its id, or at its end."""
    if not any(one.id == field.id for one in document.fields):
        return replace(document, fields=(*document.fields, field))
    return replace(document.with_field(field), revision=document.revision)


def _sealed(document: UUID) -> Select[int, bytes]:
    """The steps of a document, newest first."""
    return (
        select(DeskRevisionRow.revision, DeskRevisionRow.sealed)
        .where(DeskRevisionRow.document_id == document)
        .order_by(DeskRevisionRow.revision.desc())
    )


def expect(holds: bool, expected: str) -> None:
    """Refuse what is stored in the place of something else.

    Raises:
        TamperedLog: it does not hold.
    """
    if not holds:
        raise TamperedLog(f"expected {expected}, found another")
