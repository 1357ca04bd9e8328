"""The lists that were in force, each derived anew from the archive by the record of its coming."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import RegistryRefused
from app.registry.archive import Files, evidence_of
from app.registry.proof_records import SLACK, Logged, Proof, Status, details_of, moment_of, near, whole
from app.registry.registry import Registry
from app.registry.verification import Verified, registry_of, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A list that came into force; `registry` is None where it cannot be derived, `after` is the record of the next."""

    at: Logged
    taken_at: datetime
    after: Logged | None
    registry: Registry | None

    @property
    def until(self) -> datetime | None:
        """When the next list came; None: it has not."""
        return None if self.after is None else moment_of(details_of(self.after).get("taken_at"))


class Updates:
    """Every list that was in force, by the record of its coming."""

    def __init__(
        self, proof: Proof, files: Files, anchors: Mapping[str, bytes], *, pruned: bool = False
    ) -> None:
        self._proof, self._files, self._anchors, self.pruned = proof, files, anchors, pruned
        self._logged: list[Logged] = []
        self.by_record: dict[str, Update] = {}

    def add(self, logged: Logged) -> None:
        """Remember a list that was accepted."""
        self._logged.append(logged)

    def close(self) -> None:
        """Derive each list, in the order in which they came into force."""
        ordered = sorted(self._logged, key=lambda one: whole(details_of(one).get("revision")))
        self._proof.updates = len(ordered)
        highest: dict[str, int] = {}
        before: datetime | None = None
        for one, after in zip(ordered, [*ordered[1:], None], strict=False):
            known = highest.get(str(details_of(one).get("list_id")), 0)
            sequence = whole(one.clear.get("registry_sequence"))
            if sequence < known:
                self._proof.add("rolled_back", Status.CONTRADICTION, one, f"{sequence} after {known}")
            highest[str(details_of(one).get("list_id"))] = max(known, sequence)
            taken_at = moment_of(details_of(one).get("taken_at"))
            if taken_at is None:
                self._proof.add("archive_unnamed", Status.CANNOT_TELL, one)
                continue
            if not near(taken_at, one, one, held_until=before):
                self._proof.add("time_differs", Status.CONTRADICTION, one, f"taken at {taken_at.isoformat()}")
            before = taken_at
            registry = self._derive(one, taken_at)
            record = str(one.clear.get("record_id"))
            self.by_record[record] = Update(at=one, taken_at=taken_at, after=after, registry=registry)

    def logged(self) -> Sequence[Logged]:
        """The records of the lists."""
        return self._logged

    def may_be_pruned(self, permit: Mapping[str, Any], moments: Sequence[datetime]) -> bool:
        """Whether the record of a permit's list may be pruned: it is of no later number and time than the first list that is left."""
        first = min(self.by_record.values(), key=lambda one: one.taken_at, default=None)
        if first is None or not self.pruned:
            return self.pruned
        latest = whole(first.at.clear.get("registry_sequence"))
        numbered = whole(permit.get("registry_sequence")) <= latest
        return numbered and all(at <= first.taken_at + SLACK for at in moments)

    def at(self, moment: datetime) -> Iterator[Update]:
        """The lists that can have been in force at an instant."""
        for update in self.by_record.values():
            if update.taken_at <= moment + SLACK and (update.until is None or moment - SLACK <= update.until):
                yield update

    def _derive(self, one: Logged, taken_at: datetime) -> Registry | None:
        details = details_of(one)
        named = details.get("evidence")
        if not isinstance(named, Mapping):
            self._proof.add("archive_unnamed", Status.CANNOT_TELL, one)
            return None
        root = self._anchors.get(str(named.get("trusted_root")))
        if root is None:
            self._proof.add("root_unknown", Status.CANNOT_TELL, one, str(named.get("trusted_root"))[:12])
            return None
        try:
            verified = verify(evidence_of(named, self._files), root=root)
        except LookupError as error:
            self._proof.add("archive_missing", Status.CANNOT_TELL, one, str(error))
            return None
        except RegistryRefused as error:
            self._proof.add("list_unproved", Status.CONTRADICTION, one, str(error))
            return None
        return self._same(one, verified, taken_at)

    def _same(self, one: Logged, verified: Verified, taken_at: datetime) -> Registry | None:
        """The list, when the record says of it what its files say."""
        document, details = verified.document, details_of(one)
        says = (
            document.list_id,
            document.sequence,
            document.digest,
            sorted(verified.revocations.revoked),
            dict(verified.versions),
        )
        written = (
            details.get("list_id"),
            one.clear.get("registry_sequence"),
            one.clear.get("registry_digest"),
            details.get("revoked"),
            details.get("versions"),
        )
        if says != written:
            self._proof.add("update_differs", Status.CONTRADICTION, one)
            return None
        if not taken_at < verified.expires_at:
            self._proof.add("accepted_expired", Status.CONTRADICTION, one, f"ended {verified.expires_at}")
            return None
        return registry_of(
            verified,
            taken_at=taken_at,
            source=str(one.clear.get("source")),
            profile=str(details.get("profile")),
            update=None,
        )
