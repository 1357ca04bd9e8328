"""The library: a person's documents, newest change first, narrowed and searched over summaries opened in memory only."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, defer

from app.accounts import Principal
from app.assistant.desk_store import SUMMARY, Summary
from app.assistant.desk_tables import DeskDocumentRow
from app.audit import AuditLog
from app.documents import Kind
from app.documents.material import Shelf
from app.errors import BadArgument, TamperedLog

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLine:
    """A document in the list."""

    id: UUID
    title: str = field(repr=False)
    kind: Kind
    language: str
    grade: int
    subject: str
    codes: tuple[str, ...]
    class_name: str = field(repr=False)
    changed: datetime
    final: bool
    archived: bool
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPage:
    """Some documents, newest change first; `next` is handed in as `after` to get the ones after, None at the end."""

    lines: tuple[LibraryLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class DeskLibrary:
    """Lists; the names of subjects that a search may use are those of the shelf."""

    audit: AuditLog
    shelf: Shelf

    def page(
        self,
        session: Session,
        principal: Principal,
        *,
        words: str,
        kind: Kind | None,
        archived: bool,
        limit: int,
        after: str | None,
    ) -> LibraryPage:
        """One page; a document whose key was erased is left out.

        Args:
            words: all of them must stand in the title, topic, section, class, subject or codes.

        Raises:
            BadArgument: `after` is no place in the list.
        """
        wanted = words.casefold().split()
        lines: list[LibraryLine] = []
        batch = BATCH if wanted else min(BATCH, limit + 1)
        for row, summary in self._all(
            session, principal, kind=kind, archived=archived, after=after, batch=batch
        ):
            if wanted and not self._holds(summary, wanted):
                continue
            if len(lines) == limit:
                return LibraryPage(lines=tuple(lines), next=_name(lines[-1]))
            lines.append(_line(row, summary))
        return LibraryPage(lines=tuple(lines), next=None)

    def _all(
        self,
        session: Session,
        principal: Principal,
        *,
        kind: Kind | None,
        archived: bool,
        after: str | None,
        batch: int,
    ) -> Iterator[tuple[DeskDocumentRow, Summary]]:
        conditions = [
            DeskDocumentRow.person_id == principal.person_id,
            DeskDocumentRow.archived.is_(archived),
        ]
        if kind is not None:
            conditions.append(DeskDocumentRow.kind == str(kind))
        place = None if after is None else _place(after)
        while True:
            narrowed = conditions if place is None else [*conditions, _older(*place)]
            rows = session.scalars(
                select(DeskDocumentRow)
                .options(defer(DeskDocumentRow.snapshot, raiseload=True))
                .where(*narrowed)
                .order_by(DeskDocumentRow.changed_at.desc(), DeskDocumentRow.id.desc())
                .limit(batch)
            ).all()
            opened = self.audit.vault.open_many(session, {row.id: row.summary for row in rows})
            for row in rows:
                if row.id in opened:
                    summary = SUMMARY.validate_json(zlib.decompress(opened[row.id]))
                    if summary.document != row.id:
                        raise TamperedLog("expected the summary of its document, found another's")
                    yield row, summary
            if len(rows) < batch:
                return
            place = rows[-1].changed_at, rows[-1].id

    def _holds(self, summary: Summary, wanted: list[str]) -> bool:
        subject = self.shelf.catalogue.subject(summary.subject)
        names = () if subject is None else subject.names.values()
        said = (summary.title, summary.topic, summary.section, summary.class_name, *summary.codes, *names)
        text = " ".join(said).casefold()
        return all(word in text for word in wanted)


def _older(changed: datetime, document: UUID) -> ColumnElement[bool]:
    same = and_(DeskDocumentRow.changed_at == changed, DeskDocumentRow.id < document)
    return or_(DeskDocumentRow.changed_at < changed, same)


def _line(row: DeskDocumentRow, summary: Summary) -> LibraryLine:
    return LibraryLine(
        id=row.id,
        title=summary.title,
        kind=Kind(row.kind),
        language=summary.language,
        grade=summary.grade,
        subject=summary.subject,
        codes=summary.codes,
        class_name=summary.class_name,
        changed=row.changed_at,
        final=row.final,
        archived=row.archived,
        revision=row.revision,
    )


def _name(line: LibraryLine) -> str:
    return f"{line.changed.isoformat()}|{line.id}"


def _place(after: str) -> tuple[datetime, UUID]:
    moment, _, document = after.partition("|")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(document)
    except (ValueError, OverflowError) as error:
        raise BadArgument("no place in the library") from error
