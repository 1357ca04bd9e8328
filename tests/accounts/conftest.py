"""A school with invented people, and a recorder that keeps what it was told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.accounts import EVERYWHERE, Accounts, Grant, Principal, Role
from app.accounts.changing import Operator
from app.database import Database, Entry
from app.errors import NotRecorded
from app.runtime import Runtime

ISSUER = "https://id.example.kz/realms/schools"
NAMES = {"kk": "Бірінші мектеп", "ru": "Первая школа", "en": "First school"}


@dataclass
class Notebook:
    """A recorder in memory; `broken` makes it refuse, as a full disk would."""

    runtime: Runtime
    entries: list[Entry] = field(default_factory=list)
    broken: bool = False

    def record(self, session: Session, entry: Entry) -> UUID:
        if self.broken:
            raise NotRecorded("the disk is full")
        self.entries.append(entry)
        return self.runtime.new_id()

    def events(self, kind: str | None = None) -> list[str]:
        return [str(entry.clear["event"]) for entry in self.entries if kind in (None, entry.kind)]

    @property
    def last(self) -> Entry:
        return self.entries[-1]


@pytest.fixture
def database(people_tables: None, database_url: str) -> Iterator[Database]:
    """A database with the tables of this duty alone, on each engine."""
    opened = Database(database_url)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def notebook(runtime: Runtime) -> Notebook:
    return Notebook(runtime)


@pytest.fixture
def accounts(database: Database, notebook: Notebook, runtime: Runtime) -> Accounts:
    """Two schools; in the first a teacher, an admin who teaches, and outside them an auditor."""
    made = Accounts(database, notebook, runtime)
    operator = Operator()
    made.add_school(operator, code="first", names=NAMES)
    made.add_school(operator, code="second", names=NAMES)
    people: list[tuple[str, str | None, list[Grant]]] = [
        ("teacher", "first", [Grant(role=Role.TEACHER, scope="first")]),
        (
            "admin",
            "first",
            [Grant(role=Role.TEACHER, scope="first"), Grant(role=Role.SCHOOL_ADMIN, scope="first")],
        ),
        ("stranger", "second", [Grant(role=Role.TEACHER, scope="second")]),
        ("auditor", None, [Grant(role=Role.AUDITOR, scope=EVERYWHERE)]),
    ]
    for identifier, school, grants in people:
        made.add_person(
            operator,
            issuer=ISSUER,
            identifier=identifier,
            name=f"Ойдан {identifier}",
            school=school,
            grants=grants,
        )
    notebook.entries.clear()
    return made


def claims(identifier: str, at: datetime, **more: Any) -> dict[str, Any]:
    """The claims of an ID token issued at a moment."""
    return {
        "iss": ISSUER,
        "sub": identifier,
        "iat": int(at.timestamp()),
        "nonce": "n1",
        "is_logged_in": True,
        **more,
    }


def enter(accounts: Accounts, identifier: str, at: datetime, **more: Any) -> Principal:
    """Sign in somebody who must be let in."""
    found = accounts.current(claims(identifier, at, **more))
    assert isinstance(found, Principal)
    return found
