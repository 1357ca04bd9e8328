"""What a school allows: an ordered list of registry entries, in versions that are only added to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from app.database import Database, Entry, Prepared, Recorder
from app.routing.tables import PolicyRow
from app.runtime import Runtime

ROWS = cast(Table, PolicyRow.__table__).c
LATEST = Prepared(  # this is asked before every question
    select(ROWS.version, ROWS.allowed, ROWS.defaults)
    .where(ROWS.school == bindparam("school"))
    .order_by(ROWS.version.desc())
    .limit(1)
)
ANSWERS, WRITES = "answer", "write"
"""The tasks that defaults speak of: questions, and the parts of documents (`write`, or one kind: `write.quiz`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """The entry that a school wants for a task in a language, before its general order.

    Attributes:
        task: `answer`, `write` or `write.<kind>`; the more particular one holds.
        language: kk, ru or en.
    """

    task: str
    language: str
    entry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPolicy:
    """The entries that a school allows, first choice first; version 0: it has not chosen, nothing is allowed."""

    school: str
    allowed: tuple[str, ...]
    version: int
    defaults: tuple[Default, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 hex of the choice, for records."""
        whole: list[object] = [self.school, list(self.allowed)]
        if self.defaults:
            whole.append(_plain(self.defaults))
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()

    def default(self, task: str, language: str) -> str | None:
        """The entry wanted for a task in a language; None: the general order holds.

        A side call of a question, such as the rewriting of a follow-up, goes where the question goes.
        """
        wanted = task if task.split(".")[0] == WRITES else ANSWERS
        by_task = {one.task: one.entry_id for one in self.defaults if one.language == language}
        while wanted:
            if wanted in by_task:
                return by_task[wanted]
            wanted = wanted.rpartition(".")[0]
        return None


class Policies:
    """Reads what schools allow; changing it is `SchoolModels.change`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, school: str | None) -> SchoolPolicy:
        """The policy that holds for a school now; nobody outside a school is allowed anything."""
        if school is None:
            return SchoolPolicy(school="", allowed=(), version=0)
        return self._database.read(lambda session: latest(session, school))

    def since(self, school: str) -> datetime | None:
        """When the school's choice was made; None: it has made none."""
        wanted = select(PolicyRow.changed_at).where(PolicyRow.school == school)
        latest_first = wanted.order_by(PolicyRow.version.desc()).limit(1)
        return self._database.read(lambda session: session.scalar(latest_first))

    def allowed_anywhere(self) -> frozenset[str]:
        """The entries that any school allows now."""

        def read(session: Session) -> frozenset[str]:
            schools = session.scalars(select(PolicyRow.school).distinct()).all()
            return frozenset(one for school in schools for one in latest(session, school).allowed)

        return self._database.read(read)

    def seed(
        self, school: str, allowed: Sequence[str], *, recorder: Recorder, runtime: Runtime
    ) -> SchoolPolicy:
        """Give a school its first choice, recorded as the system's; a school that has one keeps it."""

        def work(session: Session) -> SchoolPolicy:
            before = latest(session, school)
            if before.version > 0:
                return before
            after = SchoolPolicy(school=school, allowed=tuple(allowed), version=1)
            entry = Entry(
                kind="admin_change",
                school=school,
                role="system",
                clear=change_of(before, after, "models_seeded"),
            )
            put(session, after, recorder.record(session, entry), runtime)
            return after

        return self._database.write(work)


def latest(session: Session, school: str) -> SchoolPolicy:
    """The highest version of a school's choice."""
    row = LATEST.first(session, school=school)
    if row is None:
        return SchoolPolicy(school=school, allowed=(), version=0)
    version, allowed, defaults = row
    return SchoolPolicy(
        school=school,
        allowed=tuple(json.loads(allowed)),
        version=version,
        defaults=tuple(
            Default(task=task, language=language, entry_id=entry_id)
            for task, language, entry_id in json.loads(defaults or "[]")
        ),
    )


def put(session: Session, policy: SchoolPolicy, record_id: UUID, runtime: Runtime) -> None:
    """Add a version; two writers of the same version cannot both succeed."""
    session.add(
        PolicyRow(
            school=policy.school,
            version=policy.version,
            allowed=json.dumps(list(policy.allowed)),
            defaults=json.dumps(_plain(policy.defaults)),
            changed_at=runtime.now(),
            record_id=record_id,
        )
    )
    session.flush()


def change_of(before: SchoolPolicy, after: SchoolPolicy, event: str) -> dict[str, object]:
    """The clear part of the record of a change."""
    return {
        "event": event,
        "before_digest": before.digest,
        "after_digest": after.digest,
        "before": list(before.allowed),
        "after": list(after.allowed),
        **(
            {"defaults_before": _plain(before.defaults), "defaults_after": _plain(after.defaults)}
            if before.defaults != after.defaults
            else {}
        ),
        "policy_version": after.version,
    }


def _plain(defaults: Sequence[Default]) -> list[list[str]]:
    return [[one.task, one.language, one.entry_id] for one in defaults]
