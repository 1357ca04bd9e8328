"""What a school allows: an ordered list of registry entries, in versions that are only added to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database, Entry, Recorder
from app.routing.tables import PolicyRow
from app.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPolicy:
    """The entries that a school allows, first choice first; version 0: it has not chosen, nothing is allowed."""

    school: str
    allowed: tuple[str, ...]
    version: int

    @property
    def digest(self) -> str:
        """SHA-256 hex of the choice, for records."""
        return hashlib.sha256(json.dumps([self.school, list(self.allowed)]).encode()).hexdigest()


class Policies:
    """Reads what schools allow; changing it is `SchoolModels.change`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, school: str | None) -> SchoolPolicy:
        """The policy that holds for a school now; nobody outside a school is allowed anything."""
        if school is None:
            return SchoolPolicy(school="", allowed=(), version=0)
        return self._database.read(lambda session: latest(session, school))

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
    wanted = select(PolicyRow).where(PolicyRow.school == school).order_by(PolicyRow.version.desc()).limit(1)
    row = session.scalar(wanted)
    if row is None:
        return SchoolPolicy(school=school, allowed=(), version=0)
    return SchoolPolicy(school=school, allowed=tuple(json.loads(row.allowed)), version=row.version)


def put(session: Session, policy: SchoolPolicy, record_id: UUID, runtime: Runtime) -> None:
    """Add a version; two writers of the same version cannot both succeed."""
    session.add(
        PolicyRow(
            school=policy.school,
            version=policy.version,
            allowed=json.dumps(list(policy.allowed)),
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
        "policy_version": after.version,
    }
