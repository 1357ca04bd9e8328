"""Searches that auditors keep under a name, for themselves or for all auditors within whose reach they lie."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from app.audit import appending
from app.audit.canonical import canonical
from app.audit.durable import durably
from app.audit.evidence.tables import QUERY
from app.audit.keys import Keys
from app.audit.means import Means
from app.audit.search import Filter, filter_of
from app.audit.vault import Vault
from app.database import Entry
from app.errors import BadArgument, NotFound

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """A kept search: `author` is a pseudonym; `own`: it is the asking person's; only then may it be dropped."""

    query_id: UUID
    name: str
    wanted: Filter
    shared: bool
    own: bool
    author: str
    saved_at: datetime


class Queries:
    """The kept searches of everybody; who may see which is the caller's question."""

    def __init__(self, means: Means, keys: Keys) -> None:
        self._means = means
        self._keys = keys
        self._vault = Vault(means.runtime, means.ring)

    def all(self, actor: str) -> tuple[SavedQuery, ...]:
        """A person's own and all that are shared, by name."""
        mine = self._keys.pseudonym(actor)

        def work(session: Session) -> tuple[SavedQuery, ...]:
            rows = session.execute(select(QUERY).where(or_(QUERY.c.author == mine, QUERY.c.shared))).all()
            names = self._vault.open_many(session, {row.query_id: row.name for row in rows})
            return tuple(
                _query(row, names[row.query_id].decode(), mine) for row in rows if row.query_id in names
            )

        return tuple(sorted(self._means.database.read(work), key=lambda one: (one.name, one.query_id)))

    def save(self, name: str, wanted: Mapping[str, Any], entry: Entry, *, shared: bool) -> SavedQuery:
        """Keep a search in the transaction of its record; the person's own of the same name gives way.

        Args:
            wanted: the filter as records hold it.
            entry: the record of the keeping; its actor is the author.

        Raises:
            BadArgument: no name, or too long.
            NotRecorded: it is not durable.
        """
        said = " ".join(name.split())
        if not 1 <= len(said) <= LONGEST_NAME:
            raise BadArgument(f"{len(said)} characters", key="examination.cannot.name", most=LONGEST_NAME)
        actor = entry.actor or ""
        older = [one for one in self.all(actor) if one.own and one.name == said]
        runtime = self._means.runtime
        saved = SavedQuery(
            query_id=runtime.new_id(),
            name=said,
            wanted=filter_of(wanted),
            shared=shared,
            own=True,
            author=self._keys.pseudonym(actor),
            saved_at=runtime.now(),
        )

        def work(session: Session, again: bool) -> None:
            known = select(QUERY.c.query_id).where(QUERY.c.query_id == saved.query_id)
            if again and session.scalar(known) is not None:
                return
            appending.record(self._means, self._keys, session, entry)
            for one in older:
                self._forget(session, one.query_id)
            row = {
                "query_id": saved.query_id,
                "author": saved.author,
                "name": self._vault.seal(
                    session, school=entry.school, owner=saved.query_id, data=said.encode()
                ),
                "wanted": canonical(dict(wanted)).decode(),
                "shared": shared,
                "saved_at": saved.saved_at,
            }
            session.execute(insert(QUERY), row)

        durably(self._means.database, work)
        return saved

    def drop(self, query_id: UUID, entry: Entry) -> None:
        """Forget a kept search of the entry's actor in the transaction of its record.

        Raises:
            NotFound: the person has no such search.
            NotRecorded: it is not durable.
        """
        if query_id not in {one.query_id for one in self.all(entry.actor or "") if one.own}:
            raise NotFound(f"no kept search {query_id}")

        def work(session: Session, again: bool) -> None:
            appending.record(self._means, self._keys, session, entry)
            self._forget(session, query_id)

        durably(self._means.database, work)

    def _forget(self, session: Session, query_id: UUID) -> None:
        session.execute(delete(QUERY).where(QUERY.c.query_id == query_id))
        self._vault.erase(session, query_id)


def _query(row: Any, name: str, mine: str) -> SavedQuery:
    return SavedQuery(
        query_id=row.query_id,
        name=name,
        wanted=filter_of(json.loads(row.wanted)),
        shared=row.shared,
        own=row.author == mine,
        author=row.author,
        saved_at=row.saved_at,
    )
