"""The switch to another list, in one transaction with its record."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import Entry, Recorder
from app.errors import Conflict, RegistryRefused
from app.registry.archive import digests, keep
from app.registry.document import stamp
from app.registry.tables import InForceRow, ListRow
from app.registry.verification import Evidence, Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A verified list on its way to be in force.

    Attributes:
        revision: of the row that was in force when the list was verified; 0: none was.
        seen_elsewhere: the highest sequence that another memory knows of this list.
        root: the trusted root that it was verified from.
    """

    evidence: Evidence
    verified: Verified
    revision: int
    at: datetime
    source: str
    profile: str
    seen_elsewhere: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The row of the list in force, as a value that outlives its session."""

    revision: int
    evidence: bytes
    taken_at: datetime
    source: str
    profile: str
    record_id: UUID


def stored(session: Session) -> Stored | None:
    """The list in force as the database holds it; None: none was ever taken."""
    row = session.get(InForceRow, 1)
    if row is None:
        return None
    return Stored(
        revision=row.revision,
        evidence=row.evidence,
        taken_at=row.taken_at,
        source=row.source,
        profile=row.profile,
        record_id=row.record_id,
    )


def switch(session: Session, recorder: Recorder, change: Switch) -> None:
    """Replace the list in force.

    Raises:
        Conflict: another process switched since the list was verified.
        RegistryRefused: the sequence is below one seen before, or its number was given to other bytes.
    """
    row = session.scalar(select(InForceRow).where(InForceRow.id == 1).with_for_update())
    if (row.revision if row is not None else 0) != change.revision:
        raise Conflict("another process switched the list at the same time")
    document = change.verified.document
    _check_sequence(session, change)
    if session.get(ListRow, document.digest) is None:
        session.add(
            ListRow(
                digest=document.digest,
                list_id=document.list_id,
                sequence=document.sequence,
                body=change.evidence.list_body,
                taken_at=change.at,
            )
        )
        session.flush()
    keep(session, change.evidence)
    versions = json.dumps(change.verified.versions, sort_keys=True)
    record_id = recorder.record(session, _record(change, row))
    if row is None:
        row = InForceRow(id=1)
        session.add(row)
    row.revision = change.revision + 1
    row.list_digest = document.digest
    row.evidence = change.evidence.to_bytes()
    row.versions = versions
    row.expires_at = change.verified.expires_at
    row.taken_at = change.at
    row.source = change.source[:200]
    row.profile = change.profile
    row.record_id = record_id
    session.flush()


def _check_sequence(session: Session, change: Switch) -> None:
    document = change.verified.document
    same_list = ListRow.list_id == document.list_id
    highest = session.scalar(select(func.max(ListRow.sequence)).where(same_list)) or 0
    if document.sequence < max(highest, change.seen_elsewhere):
        raise RegistryRefused(
            f"sequence {document.sequence}, seen before: {max(highest, change.seen_elsewhere)}",
            key="registry.list.rolled_back",
        )
    known = session.scalar(select(ListRow.digest).where(same_list, ListRow.sequence == document.sequence))
    if known is not None and known != document.digest:
        raise RegistryRefused(f"two lists have the sequence {document.sequence}", key="registry.list.forked")
    before = session.scalar(
        select(ListRow.digest).where(same_list, ListRow.sequence == document.sequence - 1)
    )
    if before is not None and before != document.prev_sha256:
        raise RegistryRefused("the list does not follow the one before it", key="registry.list.forked")


def _record(change: Switch, before: InForceRow | None) -> Entry:
    document, verified = change.verified.document, change.verified
    return Entry(
        kind="registry_update",
        clear={
            "verdict": "accepted",
            "source": change.source,
            "profile": change.profile,
            "list_id": document.list_id,
            "registry_sequence": document.sequence,
            "registry_digest": document.digest,
            "before_sha256": before.list_digest if before is not None else None,
            "demonstration": document.demonstration,
            "versions": dict(verified.versions),
            "expiries": {role: stamp(moment) for role, moment in verified.expiries.items()},
            "revoked": sorted(verified.revocations.revoked),
            "revision": change.revision + 1,
            "taken_at": change.at.astimezone(UTC).isoformat(),
            "evidence": digests(change.evidence, root=change.root),
        },
    )
