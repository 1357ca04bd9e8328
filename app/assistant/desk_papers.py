"""What is done with a document as a whole: renamed, finished, archived, listed, flagged, exported."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.assistant.conversations import shortened
from app.assistant.desk_ground import READ, Ground, entry_of, field_of, named
from app.assistant.desk_history import Step
from app.assistant.desk_library import DeskLibrary, LibraryPage
from app.assistant.desk_store import Held
from app.assistant.feedback import REASONS
from app.audit import AuditLog, Receipt
from app.database import Database
from app.documents import Document, Kind
from app.documents.material import Shelf
from app.errors import BadArgument
from app.runtime import Runtime


class Papers(Ground):
    """The part of the desk that looks at documents from outside."""

    def __init__(self, database: Database, audit: AuditLog, runtime: Runtime, shelf: Shelf) -> None:
        super().__init__(database, audit, runtime)
        self._shelf = shelf
        self._library = DeskLibrary(audit, shelf)

    def rename(self, principal: Principal, document: UUID, title: str) -> Document:
        """Give it another title, at most 80 characters.

        Raises:
            BadArgument: the title is empty.
        """
        name = shortened(title)
        if not name:
            raise BadArgument("an empty title", key="desk.no_title")

        def work(session: Session, held: Held) -> Document:
            if name == held.document.title:
                return held.document
            return self._store.restate(session, held, Step.RENAME, title=name, final=held.document.final)

        return self._write(principal, document, work)

    def finish(self, principal: Principal, document: UUID) -> Document:
        """Call it final, on record; any later change of a field opens it again."""

        def work(session: Session, held: Held) -> Document:
            if held.document.final:
                return held.document
            done = self._store.restate(session, held, Step.FINISH, title=held.document.title, final=True)
            self._record(session, principal, done, "finished")
            return done

        return self._write(principal, document, work)

    def archive(self, principal: Principal, document: UUID, *, archived: bool = True) -> None:
        """Take it off the list, or put it back, on record; nothing is deleted."""

        def work(session: Session, held: Held) -> None:
            if held.row.archived is not archived:
                held.row.archived = archived
                self._record(session, principal, held.document, "archived" if archived else "brought_back")

        self._write(principal, document, work)

    def library(
        self,
        principal: Principal,
        *,
        words: str = "",
        kind: Kind | None = None,
        archived: bool = False,
        limit: int = 50,
        after: str | None = None,
    ) -> LibraryPage:
        """The person's documents, newest change first; `words` searches titles, topics, classes, subjects and codes.

        Args:
            after: `next` of the page before.

        Raises:
            BadArgument: `after` is no place in the list.
        """
        principal.require(READ)
        return self._database.read(
            lambda session: self._library.page(
                session,
                principal,
                words=words,
                kind=kind,
                archived=archived,
                limit=max(1, limit),
                after=after,
            )
        )

    def flag(
        self, principal: Principal, document: UUID, field: str, *, reason: str, comment: str = ""
    ) -> Receipt:
        """Report a field, also one that no model wrote; a `feedback` record, the comment sealed.

        Raises:
            NotFound: no such document of this person, or no such field.
            ValueError: the reason is none of `feedback.REASONS`.
        """
        principal.require(Permission.OWN_FEEDBACK_GIVE)
        if reason not in REASONS:
            raise ValueError(f"reason {reason!r}")
        held = self.open(principal, document)
        exchange = field_of(held, field).exchange
        if exchange is not None and not self._audit.owns(exchange, actor=principal.subject):
            exchange = None
        return self._audit.append(
            entry_of(
                principal,
                Permission.OWN_FEEDBACK_GIVE,
                "feedback",
                {"what": "report", "reason": reason, **named(held), "field_id": field},
                exchange=exchange,
                sealed={"comment": comment} if comment else None,
            )
        )

    def exported(self, principal: Principal, document: UUID, format: str) -> tuple[Document, Receipt]:
        """Record that a document leaves as a file: the revision that the record names, and the receipt for the file.

        Raises:
            NotFound: no such document of this person.
        """
        held = self.open(principal, document)
        clear = {"purpose": "document", "count": 1, "language": held.language, **named(held)}
        return held, self._audit.append(entry_of(principal, READ, "export", {**clear, "format": format}))
