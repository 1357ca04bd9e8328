"""What a person keeps beside the log: conversations and documents, by the keys that seal them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.tables import PersonRow
from app.assistant.desk_tables import DeskDocumentRow
from app.assistant.tables import ConversationRow
from app.audit import Holding, Paper, Scope


@dataclass(frozen=True, slots=True)
class Papers:
    """The conversations and documents that an erasure takes along, and those whose time is over."""

    def within(self, session: Session, scope: Scope) -> Sequence[Holding]:
        """The papers of the scope's person or school, not changed since `before`."""
        found: list[Holding] = []
        changed: tuple[tuple[Any, Any], ...] = (
            (ConversationRow, ConversationRow.updated_at),
            (DeskDocumentRow, DeskDocumentRow.changed_at),
        )
        for table, changed_at in changed:
            query = _with_subject(table)
            if scope.person_id is not None:
                query = query.where(table.person_id == scope.person_id)
            elif scope.school is not None:
                query = query.where(table.school == scope.school)
            # A person's erasure takes what they kept before they asked, whenever they last touched it.
            limit = table.created_at if scope.person_id is not None else changed_at
            if scope.before is not None:
                query = query.where(limit < scope.before)
            found.extend(_holding(*row) for row in session.execute(query))
        return found

    def idle(self, session: Session, before: datetime) -> Sequence[Holding]:
        """Conversations without a question since then; documents are their owner's to keep."""
        query = _with_subject(ConversationRow).where(ConversationRow.updated_at < before)
        return [_holding(*row) for row in session.execute(query)]


def _with_subject(table: Any) -> Select[Any]:
    return select(table, PersonRow.issuer, PersonRow.identifier).outerjoin(
        PersonRow, PersonRow.id == table.person_id
    )


def _holding(row: ConversationRow | DeskDocumentRow, issuer: str | None, identifier: str | None) -> Holding:
    if isinstance(row, ConversationRow):
        paper, changed = Paper.CONVERSATION, row.updated_at
    else:
        paper, changed = (Paper.DOCUMENT if row.final else Paper.DRAFT), row.changed_at
    return Holding(
        owner_id=row.id,
        paper=paper,
        school=row.school,
        person_id=row.person_id,
        subject=None if issuer is None else f"{issuer}|{identifier}",
        changed_at=changed,
    )
