"""The policies that ever judged, read back by their digests: what each did, which choice made it, and the one before."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from app.database import Database
from app.protection.tables import JudgingPolicyRow, ProtectionRow
from guardrails.choice import NOTHING
from guardrails.policy import Policy, policy_of
from guardrails.reading import PolicyRefused

WITH_THE_CHOICE = timedelta(seconds=1)
"""A policy that a choice makes is kept in the transaction of that choice, and takes no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The version of a school's choice that made a policy.

    Attributes:
        by_person: an admin chose it; else a newer release or floor made another policy of the same choice.
        record_id: the record of the change.
    """

    number: int
    at: datetime
    by_person: bool
    record_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One archived policy.

    Attributes:
        policy: None where this release cannot read it any more.
        whole: its text has the digest under which it is kept.
    """

    digest: str
    kept_at: datetime
    policy: Policy | None
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A policy that judged a school, and where it came from.

    Attributes:
        version: None: as a release ships it.
        before: the policy that it replaced; None: the archive holds none before it.
        chosen_later: a release ships it, and a choice of the school that is dated later made the same.
    """

    kept: Kept
    version: Version | None
    before: Kept | None
    chosen_later: bool = False


@dataclass(frozen=True, slots=True)
class PolicyArchive:
    """Reads the archive; whoever shows something of it has recorded that.

    Attributes:
        shipped: digest of the policy that this release ships.
    """

    database: Database
    shipped: str

    def find(self, digest: str, *, school: str | None, at: datetime, record_id: UUID) -> Archived | None:
        """The policy of a digest as it judged a school; None: none with this digest ever judged here.

        Args:
            at: when it judged: the version of the choice is the newest one by then.
            record_id: a change names its own version, whatever the clock says.
        """

        def read(session: Session) -> Archived | None:
            kept = _kept(session, digest)
            if kept is None:
                return None
            chosen = _only_chosen(session, self.shipped)
            rows = _versions(session, digest, school)
            row = _made(rows, at, record_id)
            if row is None and rows and digest in chosen:
                row = rows[0]  # nothing else can have made it: the clocks of two hosts differ
            if row is None:
                before = _shipped_before(session, kept.kept_at, chosen)
                return Archived(kept=kept, version=None, before=before, chosen_later=bool(rows))
            earlier = session.get(ProtectionRow, (row.school, row.version - 1))
            before = (
                _shipped_before(session, row.changed_at, chosen)
                if earlier is None
                else _kept(session, earlier.policy_digest)
            )
            version = Version(
                number=row.version,
                at=row.changed_at,
                by_person=row.person_id is not None,
                record_id=row.record_id,
            )
            return Archived(kept=kept, version=version, before=before)

        return self.database.read(read)


def _versions(session: Session, digest: str, school: str | None) -> Sequence[ProtectionRow]:
    """The versions of a school's choice that made a policy, oldest first."""
    wanted = select(ProtectionRow).where(
        ProtectionRow.school == school, ProtectionRow.policy_digest == digest
    )
    return session.scalars(wanted.order_by(ProtectionRow.version)).all()


def _made(rows: Sequence[ProtectionRow], at: datetime, record_id: UUID) -> ProtectionRow | None:
    """The version that a record is of, else the newest one by an instant."""
    own = [row for row in rows if row.record_id == record_id]
    by_then = [row for row in rows if row.changed_at <= at]
    return next(reversed(own or by_then), None)


def _only_chosen(session: Session, shipped: str) -> frozenset[str]:
    """The digests that schools' choices made and no release ships.

    A choice may change nothing; what it made stood as shipped where it was kept before anybody chose it, where
    a school chose nothing, or where this release ships it.
    """
    plain = ProtectionRow.choice == NOTHING.text
    first = func.min(ProtectionRow.changed_at)
    wanted = (
        select(JudgingPolicyRow.digest, JudgingPolicyRow.kept_at, first)
        .join(ProtectionRow, ProtectionRow.policy_digest == JudgingPolicyRow.digest)
        .where(not_(plain))
        .group_by(JudgingPolicyRow.digest, JudgingPolicyRow.kept_at)
    )
    unchosen = {shipped, *session.scalars(select(ProtectionRow.policy_digest).where(plain))}
    return frozenset(
        digest
        for digest, kept_at, chosen_at in session.execute(wanted)
        if digest not in unchosen and kept_at > chosen_at - WITH_THE_CHOICE
    )


def _shipped_before(session: Session, at: datetime, chosen: frozenset[str]) -> Kept | None:
    """The newest policy kept before an instant that no school's choice alone made: as a release shipped it."""
    wanted = (
        select(JudgingPolicyRow.digest)
        .where(JudgingPolicyRow.kept_at < at, JudgingPolicyRow.digest.not_in(chosen))
        .order_by(JudgingPolicyRow.kept_at.desc(), JudgingPolicyRow.digest)
        .limit(1)
    )
    digest = session.scalar(wanted)
    return None if digest is None else _kept(session, digest)


def _kept(session: Session, digest: str) -> Kept | None:
    row = session.get(JudgingPolicyRow, digest)
    if row is None:
        return None
    return Kept(
        digest=digest,
        kept_at=row.kept_at,
        policy=_read(row.canonical),
        whole=hashlib.sha256(row.canonical.encode()).hexdigest() == digest,
    )


def _read(text: str) -> Policy | None:
    try:
        document = json.loads(text)
        return policy_of(document) if isinstance(document, dict) else None
    except (PolicyRefused, ValueError):
        return None
