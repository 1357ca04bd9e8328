"""Which policy judges a school's texts now: the shipped one with the school's choice in it, kept by its digest."""

import hashlib
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import Database, Entry, Recorder
from app.errors import NotRecorded
from app.protection.tables import JudgingPolicyRow, ProtectionRow
from app.runtime import Runtime
from guardrails.choice import NOTHING, Choice, choice_in, effective
from guardrails.policy import Policy, canonical
from guardrails.rail import Means
from guardrails.reading import PolicyRefused
from guardrails.spoken import ClosedRails, Rails, SpokenRails
from guardrails.worker import Workers

MOST_READ = 256
MOST_BUILT = 32
"""Policies whose rails are kept built; a few hundred kilobytes each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The choice of a school as it stands in its table; version 0: it has made none."""

    version: int = 0
    choice: str = NOTHING.text
    policy_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds in a school now.

    Attributes:
        policy: what judges; None: the stored choice cannot be read, and everything is refused.
        digest: of that policy; of the stored text where it cannot be read.
    """

    version: int
    choice: Choice
    policy: Policy | None
    digest: str


class Protections:
    """Gives the rails of a school; a choice, or a newer floor, counts from the next message on, on every process."""

    def __init__(
        self, database: Database, recorder: Recorder, runtime: Runtime, *, shipped: Policy, means: Means
    ) -> None:
        self._database, self._recorder, self._runtime = database, recorder, runtime
        self._shipped, self._means = shipped, means
        self._lock = threading.Lock()
        self._built: OrderedDict[str, SpokenRails] = OrderedDict()
        self._kept: set[str] = set()
        # Asked before every question: the same text makes the same policy.
        self._standing = lru_cache(maxsize=MOST_READ)(self._read)

    @property
    def shipped(self) -> Policy:
        """The policy that this release ships, with the ministry's floor in it."""
        return self._shipped

    def of(self, school: str | None) -> Rails:
        """The rails that judge the next text of a school; of people without one, as shipped.

        Raises:
            NotRecorded: a policy that never judged before could not be kept; then it must not judge.
        """
        standing = self.standing(school)
        if standing.policy is None:
            return ClosedRails(standing.digest)
        return self.rails(standing.policy)

    def standing(self, school: str | None) -> Standing:
        """What a school chose and the policy that comes of it, kept by its digest before it judges.

        Raises:
            NotRecorded: see `of`.
        """
        stored = Stored() if school is None else self._database.read(lambda session: latest(session, school))
        found = self._standing(stored.version, stored.choice)
        if found.policy is None:
            return found
        if school is not None and stored.version > 0 and found.digest != stored.policy_digest:
            self._lift(school, found)
            return self.standing(school)
        if found.digest not in self._kept:
            self._keep(found.policy)
        return found

    def _read(self, version: int, text: str) -> Standing:
        try:
            choice = choice_in(text)
            policy = effective(self._shipped, choice)
        except PolicyRefused:
            unread = hashlib.sha256(text.encode()).hexdigest()
            return Standing(version=version, choice=NOTHING, policy=None, digest=unread)
        return Standing(version=version, choice=choice, policy=policy, digest=policy.digest)

    def rails(self, policy: Policy) -> SpokenRails:
        """The built rails of a policy; also of one that is only tried out."""
        with self._lock:
            if policy.digest in self._built:
                self._built.move_to_end(policy.digest)
                return self._built[policy.digest]
        made = SpokenRails(policy, self._means, clock=self._runtime.monotonic)
        with self._lock:
            self._built[policy.digest] = made
            while len(self._built) > MOST_BUILT:
                self._built.popitem(last=False)
        return made

    def workers(self) -> tuple[Workers, ...]:
        """What runs the rails of the policies that are built in this process, where they leave Python."""
        with self._lock:
            built = tuple(self._built.values())
        return tuple(one for rails in built for one in rails.workers())

    def may_undo(self, school: str | None) -> bool:
        """Whether the policy in force of a school lets a teacher undo the mask of a name; not where no policy can judge."""
        try:
            return self.of(school).may_undo
        except NotRecorded:
            return False

    def archived(self, digest: str) -> str | None:
        """The canonical form of a policy that judged here; None: none with this digest ever did."""
        return self._database.read(lambda session: archived(session, digest))

    def _keep(self, policy: Policy) -> None:
        with suppress(IntegrityError):  # another process kept the same policy at this moment
            self._database.write(lambda session: keep(session, policy, self._runtime.now()))
        self._kept.add(policy.digest)

    def _lift(self, school: str, found: Standing) -> None:
        """Record that another release or floor makes another policy of the same choice, as a version of its own."""

        def work(session: Session) -> None:
            before = latest(session, school)
            if before.version != found.version:
                return
            clear = change_of(before, before.version + 1, found, "protection_floor_changed")
            entry = Entry(kind="admin_change", school=school, role="system", clear=clear)
            put(session, school, found, self._recorder.record(session, entry), None, self._runtime)

        with suppress(IntegrityError):  # another process was first; whoever asks looks again
            self._database.write(work)


def latest(session: Session, school: str) -> Stored:
    """The highest version of a school's choice."""
    wanted = select(ProtectionRow.version, ProtectionRow.choice, ProtectionRow.policy_digest).where(
        ProtectionRow.school == school
    )
    row = session.execute(wanted.order_by(ProtectionRow.version.desc()).limit(1)).first()
    return (
        Stored()
        if row is None
        else Stored(version=row.version, choice=row.choice, policy_digest=row.policy_digest)
    )


def archived(session: Session, digest: str) -> str | None:
    """The canonical form of a policy that judged here; None: none with this digest ever did."""
    return session.scalar(select(JudgingPolicyRow.canonical).where(JudgingPolicyRow.digest == digest))


def keep(session: Session, policy: Policy, at: datetime) -> None:
    """Archive a policy under its digest, once."""
    if session.get(JudgingPolicyRow, policy.digest) is None:
        session.add(JudgingPolicyRow(digest=policy.digest, canonical=canonical(policy.document), kept_at=at))
        session.flush()


def put(
    session: Session,
    school: str,
    found: Standing,
    record_id: UUID,
    person_id: UUID | None,
    runtime: Runtime,
) -> None:
    """Add the next version, with its policy archived; two writers of the same version cannot both succeed."""
    if found.policy is None:
        raise ValueError("a choice without a policy is not kept")
    keep(session, found.policy, runtime.now())
    session.add(
        ProtectionRow(
            school=school,
            version=found.version + 1,
            choice=found.choice.text,
            policy_digest=found.digest,
            person_id=person_id,
            changed_at=runtime.now(),
            record_id=record_id,
        )
    )
    session.flush()


def change_of(before: Stored, version: int, after: Standing, event: str) -> dict[str, Any]:
    """The clear part of the record of a change."""
    return {
        "event": event,
        "before_digest": before.policy_digest or None,
        "after_digest": after.digest,
        "before": before.choice,
        "after": after.choice.text,
        "policy_version": version,
    }
