"""A teacher's document as a file: recorded first, then made with its mark, then given."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal
from app.assistant.desk import Desk
from app.audit import Receipt
from app.documents import Document
from app.exports.catalogue import Exported, export, format_of
from app.exports.mark import Mark, mark_of
from app.registry import RegistryStore
from app.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """Files of documents, for every surface that gives them out."""

    desk: Desk
    registry: RegistryStore
    runtime: Runtime
    app_version: str

    def give(self, principal: Principal, document: UUID, format: str) -> tuple[Exported, Receipt]:
        """The document as it is now, in a format of `app.exports.catalogue`, with the record of giving it.

        Raises:
            NotFound: no such document of this person.
            CannotExport: no such format for this kind; nothing was recorded.
            NotRecorded: the export could not be recorded; no file was made.
        """
        format_of(self.desk.open(principal, document).kind, format)
        # The file holds what the record names, also where another tab wrote in between.
        paper, receipt = self.desk.exported(principal, document, format)
        form = self.desk.form(principal.school, paper.kind, paper.language)
        return export(paper, form, self.mark(paper, receipt.code), format), receipt

    def mark(self, document: Document, receipt: str) -> Mark:
        """What a file of the document says of how it was made."""
        current = self.registry.current()
        return mark_of(
            document,
            receipt=receipt,
            made_at=self.runtime.now(),
            app_version=self.app_version,
            name_of=self._names(document.language),
            demonstration=current is None or current.demonstration,
        )

    def _names(self, language: str) -> Callable[[str], str]:
        """What the list calls an entry; one that is on it no more keeps its id."""

        def name_of(entry_id: str) -> str:
            current = self.registry.current()
            entry = None if current is None else current.find(entry_id)
            return entry_id if entry is None else entry.names.get(language) or entry.model_id

        return name_of
