"""Whether a list is what the ministry signed: the chain from the trusted root down to the two list files."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, MetaFile, Root, Signed, Snapshot, Targets, Timestamp
from tuf.ngclient import Updater

from app.errors import RegistryRefused
from app.registry.document import Document, Revocations, parse, parse_revocations
from app.registry.feed import BASE, LIST_FILE, REVOCATIONS_FILE, REVOCATIONS_ROLE, FolderFetcher
from app.registry.registry import Registry

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (UnsignedMetadataError, "registry.list.unsigned"),
    (ExpiredMetadataError, "registry.list.expired"),
    (BadVersionNumberError, "registry.list.rolled_back"),
    (LengthOrHashMismatchError, "registry.list.changed"),
    (DownloadLengthMismatchError, "registry.list.too_large"),
    (DownloadError, "registry.list.incomplete"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All bytes that prove one list, from the trusted root (not included) to the list files."""

    roots: tuple[bytes, ...]
    timestamp: bytes
    snapshot: bytes
    targets: bytes
    revocations: bytes
    list_body: bytes
    revocations_body: bytes

    def to_bytes(self) -> bytes:
        """JSON of base64 texts, for one column of the database."""
        single = {name: _text(getattr(self, name)) for name in EVIDENCE_FILES}
        return json.dumps({"roots": [_text(root) for root in self.roots], **single}, sort_keys=True).encode()

    def files(self) -> dict[str, bytes]:
        """The same bytes under the names that a published copy gives them, the timestamp left out.

        Raises:
            RegistryRefused: the bytes are no metadata.
        """
        with _in_words():
            found = {f"metadata/{_load(root, Root).signed.version}.root.json": root for root in self.roots}
            snapshot = _load(self.snapshot, Snapshot).signed
            found[f"metadata/{snapshot.version}.snapshot.json"] = self.snapshot
            for role, body in (("targets", self.targets), (REVOCATIONS_ROLE, self.revocations)):
                found[f"metadata/{_load(body, Targets).signed.version}.{role}.json"] = body
        for name, body in ((LIST_FILE, self.list_body), (REVOCATIONS_FILE, self.revocations_body)):
            found[f"targets/{sha256(body).hexdigest()}.{name}"] = body
        return found

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Evidence":
        """Read what `to_bytes` wrote.

        Raises:
            RegistryRefused: the bytes are not that.
        """
        try:
            raw = json.loads(stored)
            roots = tuple(base64.b64decode(root, validate=True) for root in raw["roots"])
            return cls(
                roots=roots, **{name: base64.b64decode(raw[name], validate=True) for name in EVIDENCE_FILES}
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RegistryRefused(
                f"the stored list is damaged: {error}", key="registry.list.damaged"
            ) from error


EVIDENCE_FILES = ("timestamp", "snapshot", "targets", "revocations", "list_body", "revocations_body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A list whose signatures, versions and hashes add up; expiry is judged by whoever asks, at its time."""

    document: Document
    revocations: Revocations
    versions: Mapping[str, int]
    expiries: Mapping[str, datetime]

    @property
    def expires_at(self) -> datetime:
        """The first expiry among the metadata."""
        return min(self.expiries.values())


def registry_of(
    verified: Verified, *, taken_at: datetime, source: str, profile: str, update: UUID | None
) -> Registry:
    """The list as a value; the arguments say what its files do not: when and how it came into force here."""
    document = verified.document
    return Registry(
        list_id=document.list_id,
        sequence=document.sequence,
        digest=document.digest,
        issuer=document.issuer,
        country=document.country,
        demonstration=document.demonstration,
        issued_at=document.issued_at,
        next_update=document.next_update,
        expires_at=verified.expires_at,
        taken_at=taken_at,
        profile=profile,
        source=source,
        entries=document.entries,
        revoked=verified.revocations.revoked,
        update=update,
    )


def update(staged: Path, work: Path, *, root: bytes, before: Evidence | None, at: datetime) -> Evidence:
    """Run TUF's own client over a staged folder, beginning from the list that is held now.

    Args:
        work: an empty folder for TUF's state; it is filled from `before`, so that a failed update leaves no trace.
        before: what is in force now; protects from rollback. None: nothing is.
        at: the time by which expiries are judged.

    Raises:
        RegistryRefused: with the reason in words.
    """
    metadata, targets = work / "tuf", work / "files"
    metadata.mkdir()
    targets.mkdir()
    if before is not None:
        for role in ("timestamp", "snapshot", "targets", REVOCATIONS_ROLE):
            (metadata / f"{role}.json").write_bytes(getattr(before, role))
        history = metadata / "root_history"
        history.mkdir()
        for held in before.roots:
            with _in_words():
                version = Metadata[Root].from_bytes(held).signed.version
            (history / f"{version}.root.json").write_bytes(held)
    with _in_words():
        updater = Updater(
            str(metadata),
            f"{BASE}/metadata/",
            str(targets),
            f"{BASE}/targets/",
            fetcher=FolderFetcher(staged),
            bootstrap=root,
        )
        # the Updater takes the local clock when it is built and offers no public way to give it another
        updater._trusted_set.reference_time = at
        updater.refresh()
        bodies = {}
        for name in (LIST_FILE, REVOCATIONS_FILE):
            info = updater.get_targetinfo(name)
            if info is None:
                raise RegistryRefused(f"the list does not name {name}", key="registry.list.incomplete")
            bodies[name] = Path(updater.download_target(info)).read_bytes()
        first = Metadata[Root].from_bytes(root).signed.version + 1
        held_roots: list[bytes] = []
        while (path := metadata / "root_history" / f"{first + len(held_roots)}.root.json").is_file():
            held_roots.append(path.read_bytes())
        files = {
            role: (metadata / f"{role}.json").read_bytes()
            for role in ("timestamp", "snapshot", "targets", REVOCATIONS_ROLE)
        }
    return Evidence(
        roots=tuple(held_roots),
        timestamp=files["timestamp"],
        snapshot=files["snapshot"],
        targets=files["targets"],
        revocations=files[REVOCATIONS_ROLE],
        list_body=bodies[LIST_FILE],
        revocations_body=bodies[REVOCATIONS_FILE],
    )


def verify(evidence: Evidence, *, root: bytes) -> Verified:
    """Verify held bytes anew from the trusted root; needs no network, no folder and no clock.

    Raises:
        RegistryRefused: any signature, version or hash does not add up, or a file is malformed.
    """
    with _in_words():
        trusted = _load(root, Root)
        trusted.signed.verify_delegate("root", trusted.signed_bytes, trusted.signatures)
        for body in evidence.roots:
            newer = _load(body, Root)
            if newer.signed.version <= trusted.signed.version:
                continue
            if newer.signed.version != trusted.signed.version + 1:
                raise BadVersionNumberError("a root is missing between the trusted one and the newest")
            trusted.signed.verify_delegate("root", newer.signed_bytes, newer.signatures)
            newer.signed.verify_delegate("root", newer.signed_bytes, newer.signatures)
            trusted = newer
        timestamp = _load(evidence.timestamp, Timestamp)
        trusted.signed.verify_delegate("timestamp", timestamp.signed_bytes, timestamp.signatures)
        snapshot = _load(evidence.snapshot, Snapshot)
        trusted.signed.verify_delegate("snapshot", snapshot.signed_bytes, snapshot.signatures)
        _same(timestamp.signed.snapshot_meta, evidence.snapshot, snapshot.signed.version)
        targets = _load(evidence.targets, Targets)
        trusted.signed.verify_delegate("targets", targets.signed_bytes, targets.signatures)
        _same(snapshot.signed.meta.get("targets.json"), evidence.targets, targets.signed.version)
        revocations = _load(evidence.revocations, Targets)
        targets.signed.verify_delegate(REVOCATIONS_ROLE, revocations.signed_bytes, revocations.signatures)
        _same(
            snapshot.signed.meta.get(f"{REVOCATIONS_ROLE}.json"),
            evidence.revocations,
            revocations.signed.version,
        )
        if LIST_FILE not in targets.signed.targets or REVOCATIONS_FILE in targets.signed.targets:
            raise RegistryRefused("the list files are not where they belong", key="registry.list.unreadable")
        if set(revocations.signed.targets) != {REVOCATIONS_FILE}:
            raise RegistryRefused("the revocations role names other files", key="registry.list.unreadable")
        targets.signed.targets[LIST_FILE].verify_length_and_hashes(evidence.list_body)
        revocations.signed.targets[REVOCATIONS_FILE].verify_length_and_hashes(evidence.revocations_body)
    document, taken_away = parse(evidence.list_body), parse_revocations(evidence.revocations_body)
    if taken_away.list_id != document.list_id:
        raise RegistryRefused("the revocations are of another list", key="registry.list.mixed")
    signed: dict[str, Signed] = {
        "root": trusted.signed,
        "timestamp": timestamp.signed,
        "snapshot": snapshot.signed,
        "targets": targets.signed,
        REVOCATIONS_ROLE: revocations.signed,
    }
    return Verified(
        document=document,
        revocations=taken_away,
        versions={role: part.version for role, part in signed.items()},
        expiries={role: part.expires.astimezone(UTC) for role, part in signed.items()},
    )


def _load(body: bytes, kind: type[S]) -> Metadata[S]:
    read: Metadata[S] = Metadata.from_bytes(body)
    if not isinstance(read.signed, kind):
        raise RepositoryError(f"expected {kind.type}, found {read.signed.type}")
    return read


def _same(listed: MetaFile | None, body: bytes, version: int) -> None:
    if listed is None:
        raise RepositoryError("a role is not listed")
    listed.verify_length_and_hashes(body)
    if listed.version != version:
        raise BadVersionNumberError(f"expected version {listed.version}, found {version}")


def _text(body: bytes) -> str:
    return base64.b64encode(body).decode("ascii")


@contextmanager
def _in_words() -> Iterator[None]:
    """Raise TUF's errors as refusals that app/i18n can word."""
    try:
        yield
    except (RepositoryError, DownloadError, OSError, ValueError, RecursionError) as error:
        key = next((key for kind, key in REASONS if isinstance(error, kind)), "registry.list.unreadable")
        raise RegistryRefused(f"{type(error).__name__}: {error}", key=key) from error
