"""What every part of the desk stands on: one person's document in one transaction, and what a record says of it."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts import Permission, Principal
from app.assistant.desk_store import DeskStore, Held
from app.audit import AuditLog
from app.database import Database, Entry
from app.documents import Document, Field
from app.errors import BadArgument, NotFound
from app.runtime import Runtime

T = TypeVar("T")
READ, WRITE = Permission.OWN_DOCUMENT_READ, Permission.OWN_DOCUMENT_WRITE
LONGEST_VALUE = 100_000
"""Bytes of one value or one brief as JSON; far more than a lesson holds, far less than what slows a page."""


class Ground:
    """Reads and writes documents of whoever asks; every query is narrowed to that person."""

    def __init__(self, database: Database, audit: AuditLog, runtime: Runtime) -> None:
        self._database, self._audit, self._runtime = database, audit, runtime
        self._store = DeskStore(audit, runtime)

    def open(self, principal: Principal, document: UUID) -> Document:
        """The newest revision.

        Raises:
            NotFound: no such document of this person, or its key was erased.
        """
        return self._read(principal, document, lambda session, held: held.document)

    def _read(self, principal: Principal, document: UUID, work: Callable[[Session, Held], T]) -> T:
        principal.require(READ)
        return self._database.read(
            lambda session: work(session, self._store.hold(session, principal, document))
        )

    def _write(self, principal: Principal, document: UUID, work: Callable[[Session, Held], T]) -> T:
        principal.require(WRITE)
        return self._database.write(
            lambda session: work(session, self._store.hold(session, principal, document, lock=True))
        )

    def _record(
        self, session: Session, principal: Principal, document: Document, what: str, **more: str
    ) -> None:
        clear: dict[str, str | int] = {"what": what, "language": document.language, **named(document), **more}
        self._audit.record(session, entry_of(principal, WRITE, "document", clear))


def entry_of(
    principal: Principal,
    permission: Permission,
    kind: str,
    clear: Mapping[str, str | int],
    *,
    exchange: UUID | None = None,
    sealed: Mapping[str, str] | None = None,
) -> Entry:
    """A record of what a person did under a permission."""
    role = principal.role_for(permission)
    return Entry(
        kind=kind,
        school=principal.school,
        actor=principal.subject,
        role=None if role is None else str(role),
        exchange=exchange,
        clear=clear,
        sealed=sealed,
    )


def named(document: Document) -> dict[str, str | int]:
    """What a record says of a document: never its words."""
    return {
        "document_id": str(document.id),
        "document_kind": str(document.kind),
        "revision": document.revision,
    }


def field_of(document: Document, field_id: str) -> Field:
    """The field of an id.

    Raises:
        NotFound: there is none.
    """
    try:
        return document.field(field_id)
    except LookupError as error:
        raise NotFound("no such field", key="desk.no_field") from error


def short_enough(plain: bytes) -> None:
    """Refuse what is too long to be one field or one brief.

    Raises:
        BadArgument: it is.
    """
    if len(plain) > LONGEST_VALUE:
        raise BadArgument("too long", key="desk.too_long", most=LONGEST_VALUE // 1000)
