"""How the desk keeps a document: every step is one transaction that seals the whole document and what the step changed."""

import zlib
from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as stored
from sqlalchemy.orm import Session

from app.accounts import Principal
from app.assistant.desk_history import CHANGE, Change, Step, index_of, with_step
from app.assistant.desk_tables import DeskDocumentRow, DeskRevisionRow
from app.assistant.desk_versions import Versions, expect
from app.audit import AuditLog
from app.documents import Document, Field, Finding
from app.documents.document import DOCUMENT
from app.errors import NotFound
from app.runtime import Runtime


@stored(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the library lists and searches of one document; stored sealed beside it."""

    document: UUID
    title: str
    language: str
    grade: int
    subject: str
    codes: tuple[str, ...]
    topic: str
    section: str
    class_name: str


SUMMARY: TypeAdapter[Summary] = TypeAdapter(Summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document of the person who asks, and its row in the transaction."""

    row: DeskDocumentRow
    document: Document


@dataclass(frozen=True, slots=True)
class DeskStore:
    """Reads and writes documents inside the caller's transaction; every reading is narrowed to one person."""

    audit: AuditLog
    runtime: Runtime

    @property
    def versions(self) -> Versions:
        """The history of the documents."""
        return Versions(self.audit)

    def create(
        self,
        session: Session,
        principal: Principal,
        document: Document,
        what: Step,
        *,
        findings: tuple[Finding, ...] = (),
    ) -> None:
        """Keep the first revision of a new document; `person_id` and school are the principal's."""
        now = self.runtime.now()
        session.add(
            DeskDocumentRow(
                id=document.id,
                person_id=principal.person_id,
                school=principal.school,
                kind=str(document.kind),
                revision=document.revision,
                final=document.final,
                archived=False,
                created_at=now,
                changed_at=now,
                summary=self._seal(
                    session, principal.school, document.id, SUMMARY.dump_json(summary_of(document))
                ),
                snapshot=self._seal(session, principal.school, document.id, DOCUMENT.dump_json(document)),
            )
        )
        session.flush()
        change = Change(
            document=document.id,
            revision=document.revision,
            title=document.title,
            final=document.final,
            findings=findings,
        )
        self._append(session, principal.school, change, what, changed=False, of=None, field_id="")

    def hold(self, session: Session, principal: Principal, document: UUID, *, lock: bool = False) -> Held:
        """The person's document as it stands.

        Args:
            lock: nobody else changes it until the transaction ends.

        Raises:
            NotFound: no such document of this person, or its key was erased.
            TamperedLog: what is stored is not what was stored there.
        """
        row = session.get(DeskDocumentRow, document, with_for_update=True if lock else None)
        if row is None or row.person_id != principal.person_id:
            raise NotFound("no such document of this person", key="desk.not_found")
        (plain,) = self.audit.vault.open_series(session, owner=document, sealed=(row.snapshot,))
        found = DOCUMENT.validate_json(zlib.decompress(plain))
        expect(found.id == document and found.revision == row.revision, "the document of its row")
        return Held(row=row, document=found)

    def step(
        self,
        session: Session,
        held: Held,
        what: str,
        *,
        before: Field | None = None,
        after: Field | None = None,
        place: int | None = None,
        of: int | None = None,
    ) -> Document:
        """Replace a field, add one (`before` is None) or take one away (`after` is None); a final document is open again.

        Args:
            place: where an added field goes, from 0.

        Raises:
            LookupError: `before` is no field of the document.
        """
        fields = held.document.fields
        where = index_of(fields, before.id) if before is not None else place
        where = len(fields) if where is None else where
        document = replace(with_step(held.document, before, after, where), final=False)
        change = Change(
            document=document.id,
            revision=document.revision,
            title=held.document.title,
            final=held.document.final,
            before=before,
            after=after,
            place=where,
        )
        changed = before is None or after is None or before.value != after.value
        field_id = (after or before).id if after or before else ""  # type: ignore[union-attr]
        return self._keep(session, held, document, change, what, changed=changed, of=of, field_id=field_id)

    def reject(self, session: Session, held: Held, field: Field) -> Document:
        """Keep a field's text as a version of its own; the document keeps what it has."""
        document = replace(held.document, revision=held.document.revision + 1)
        change = Change(
            document=document.id,
            revision=document.revision,
            title=document.title,
            final=document.final,
            rejected=field,
        )
        return self._keep(session, held, document, change, Step.REJECTED, field_id=field.id)

    def restate(self, session: Session, held: Held, what: Step, *, title: str, final: bool) -> Document:
        """Give the document another title, or call it final."""
        document = replace(held.document, title=title, final=final, revision=held.document.revision + 1)
        change = Change(
            document=document.id,
            revision=document.revision,
            title=held.document.title,
            final=held.document.final,
        )
        return self._keep(session, held, document, change, what)

    def _keep(
        self,
        session: Session,
        held: Held,
        document: Document,
        change: Change,
        what: str,
        *,
        changed: bool = False,
        of: int | None = None,
        field_id: str = "",
    ) -> Document:
        row, school = held.row, held.row.school
        row.snapshot = self._seal(session, school, document.id, DOCUMENT.dump_json(document))
        row.summary = self._seal(session, school, document.id, SUMMARY.dump_json(summary_of(document)))
        row.revision, row.final, row.changed_at = document.revision, document.final, self.runtime.now()
        self._append(session, school, change, what, changed=changed, of=of, field_id=field_id)
        return document

    def _append(
        self,
        session: Session,
        school: str | None,
        change: Change,
        what: str,
        *,
        changed: bool,
        of: int | None,
        field_id: str,
    ) -> None:
        session.add(
            DeskRevisionRow(
                document_id=change.document,
                revision=change.revision,
                what=str(what),
                field_id=field_id,
                changed=changed,
                of_revision=of,
                at=self.runtime.now(),
                sealed=self._seal(session, school, change.document, CHANGE.dump_json(change)),
            )
        )
        session.flush()

    def _seal(self, session: Session, school: str | None, owner: UUID, data: bytes) -> bytes:
        return self.audit.vault.seal(session, school=school, owner=owner, data=zlib.compress(data))


def summary_of(document: Document) -> Summary:
    """What the library lists it by."""
    brief = document.brief
    return Summary(
        document=document.id,
        title=document.title,
        language=document.language,
        grade=brief.grade,
        subject=brief.subject,
        codes=brief.codes,
        topic=brief.topic,
        section=brief.section,
        class_name=brief.class_name,
    )
