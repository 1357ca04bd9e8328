"""A ministry's side: sign a list, take something away at once, and keep the signatures fresh."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from app.errors import BadSetting
from app.registry.document import SCHEMA_FILE, SCHEMA_VERSION, Document, dump, parse, parse_revocations, stamp
from app.registry.feed import LIST_FILE, REVOCATIONS_FILE, REVOCATIONS_ROLE, TIMESTAMP
from app.registry.issue import OFFLINE, ONLINE, Copy, Profile, next_version
from app.registry.keys import THRESHOLDS, KeyRing
from app.registry.page import to_html
from app.registry.rendering import to_csv

__all__ = ["OFFLINE", "ONLINE", "Profile", "current", "publish", "renew", "revoke"]

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)
TARGETS_LIFE = timedelta(days=90)
CSV_FILE, HTML_FILE, SCHEMA_NAME = "registry.csv", "registry.html", "registry.schema.json"


def publish(
    source: Mapping[str, Any],
    keys: KeyRing,
    out: Path,
    *,
    at: datetime,
    profiles: Sequence[Profile] = (ONLINE,),
    files: Mapping[str, bytes] | None = None,
) -> Document:
    """Sign a list as the next in its sequence; CSV, HTML and the schema are made from it and signed with it.

    Args:
        source: the list without the fields that publishing adds (sequence, times, digest of the one before).
        out: gets one folder a profile, the same root, targets and list in each.
        files: more that is signed with the list, such as its proof in the operator's log; names without folders.

    Returns:
        The published list.

    Raises:
        RegistryRefused: a school would refuse this list; nothing was published.
        BadSetting: too few keys to reach a threshold.
    """
    copies = [Copy(out / profile.name, profile) for profile in profiles]
    body = compose(source, copies[0].target("targets", LIST_FILE), at)
    document = parse(body)
    made = {
        LIST_FILE: body,
        CSV_FILE: to_csv(document),
        HTML_FILE: to_html(document),
        SCHEMA_NAME: SCHEMA_FILE.read_bytes(),
        **(files or {}),
    }
    version = max((version for copy in copies for version in copy.versions("targets")), default=0) + 1
    targets = Targets(
        version=version,
        expires=_after(at, TARGETS_LIFE),
        targets={name: TargetFile.from_data(name, content, ["sha256"]) for name, content in made.items()},
        delegations=_delegations(keys),
    )
    signed = sign(targets, keys, "targets")
    for copy in copies:
        for name, content in made.items():
            copy.put(f"targets/{hashlib.sha256(content).hexdigest()}.{name}", content)
        copy.put(f"metadata/{version}.targets.json", signed)
        taken_away = copy.target(REVOCATIONS_ROLE, REVOCATIONS_FILE)
        if taken_away is None:
            nothing = {"list_id": document.list_id, "issued_at": stamp(at), "revoked": []}
            put_revocations(copy, keys, at, nothing)
        elif keys.signers[REVOCATIONS_ROLE]:
            put_revocations(copy, keys, at, parse_revocations(taken_away).raw)
    _finish(copies, keys, at)
    return document


def compose(source: Mapping[str, Any], before: bytes | None, at: datetime) -> bytes:
    """The list file that follows another: its source with sequence, times and the digest of the one before."""
    sequence = 1 if before is None else parse(before).sequence + 1
    return dump(
        {
            "critical": [],
            **{name: value for name, value in source.items() if name != "next_update_days"},
            "schema_version": SCHEMA_VERSION,
            "sequence": sequence,
            "issued_at": stamp(at),
            "next_update": stamp(at + timedelta(days=int(source.get("next_update_days", 30)))),
            "prev_sha256": None if before is None else hashlib.sha256(before).hexdigest(),
        }
    )


def current(out: Path, *, profile: Profile = ONLINE) -> Document | None:
    """The newest list that was published; None: none was.

    Raises:
        RegistryRefused: what lies there is no list.
    """
    body = Copy(out / profile.name, profile).target("targets", LIST_FILE)
    return None if body is None else parse(body)


def revoke(
    rows: Sequence[Mapping[str, Any]],
    keys: KeyRing,
    out: Path,
    *,
    at: datetime,
    profiles: Sequence[Profile] = (ONLINE,),
) -> None:
    """Take entries away at once with the on-call key: `entry_id`, `status`, `since`, and perhaps `reason_code`.

    Raises:
        RegistryRefused: a row is malformed.
        BadSetting: nothing is published yet, or a key is missing.
    """
    _take_away(rows, keys, out, at, profiles)


def renew(keys: KeyRing, out: Path, *, at: datetime, profiles: Sequence[Profile] = (ONLINE,)) -> None:
    """Sign timestamp and snapshot afresh, and the revocations where their key is here; the list stays as it is.

    Raises:
        RegistryRefused: a school would refuse the list all the same, as when its own 90 days are over.
        BadSetting: nothing is published yet, or a key is missing.
    """
    _take_away((), keys, out, at, profiles)


def _take_away(
    rows: Sequence[Mapping[str, Any]], keys: KeyRing, out: Path, at: datetime, profiles: Sequence[Profile]
) -> None:
    copies = [Copy(out / profile.name, profile) for profile in profiles]
    for copy in copies:
        held = copy.target(REVOCATIONS_ROLE, REVOCATIONS_FILE)
        if held is None:
            raise BadSetting(f"{out.name}: nothing is published yet in {copy.folder.name}/")
        raw = dict(parse_revocations(held).raw)
        if rows:
            raw.update(issued_at=stamp(at), revoked=[*raw["revoked"], *map(dict, rows)])
        if rows or keys.signers[REVOCATIONS_ROLE]:
            put_revocations(copy, keys, at, raw)
    _finish(copies, keys, at)


def _finish(copies: Sequence[Copy], keys: KeyRing, at: datetime) -> None:
    """Seal every copy, look at each as a school would, and only then write them."""
    for copy in copies:
        for number, root in enumerate(keys.roots, start=1):
            copy.put(f"metadata/{number}.root.json", root)
        seal(copy, keys, at)
        copy.check(keys.root, at)
    for copy in copies:
        copy.write()


def put_revocations(copy: Copy, keys: KeyRing, at: datetime, raw: Mapping[str, Any]) -> None:
    """Sign a file of revocations into a copy."""
    body = dump(raw)
    parse_revocations(body)
    role = Targets(
        version=next_version(copy.latest(REVOCATIONS_ROLE), at, copy.profile),
        expires=_after(at, copy.profile.revocations),
        targets={REVOCATIONS_FILE: TargetFile.from_data(REVOCATIONS_FILE, body, ["sha256"])},
    )
    copy.put(f"targets/{hashlib.sha256(body).hexdigest()}.{REVOCATIONS_FILE}", body)
    copy.put(f"metadata/{role.version}.{REVOCATIONS_ROLE}.json", sign(role, keys, REVOCATIONS_ROLE))


def seal(copy: Copy, keys: KeyRing, at: datetime) -> None:
    """Sign the set of versions, then the timestamp."""
    meta = {}
    for role in ("targets", REVOCATIONS_ROLE):
        body = copy.latest(role)
        if body is None:
            raise BadSetting(f"{role} is not published")
        meta[f"{role}.json"] = MetaFile.from_data(
            Metadata[Targets].from_bytes(body).signed.version, body, ["sha256"]
        )
    snapshot = Snapshot(
        version=next_version(copy.latest("snapshot"), at, copy.profile),
        expires=_after(at, copy.profile.snapshot),
        meta=meta,
    )
    body = sign(snapshot, keys, "snapshot")
    copy.put(f"metadata/{snapshot.version}.snapshot.json", body)
    timestamp = Timestamp(
        version=next_version(copy.timestamp(), at, copy.profile),
        expires=_after(at, copy.profile.timestamp),
        snapshot_meta=MetaFile.from_data(snapshot.version, body, ["sha256"]),
    )
    copy.put(TIMESTAMP, sign(timestamp, keys, "timestamp"))


def sign(signed: S, keys: KeyRing, role: str) -> bytes:
    """Sign with every key of a role that is here.

    Raises:
        BadSetting: they are fewer than the threshold.
    """
    signers = keys.signers[role]
    if len(signers) < THRESHOLDS[role]:
        raise BadSetting(f"{role}: {len(signers)} keys here, {THRESHOLDS[role]} must sign")
    metadata = Metadata(signed)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


def _delegations(keys: KeyRing) -> Delegations:
    public = {key.keyid: key for key in keys.public_of(REVOCATIONS_ROLE)}
    role = DelegatedRole(
        REVOCATIONS_ROLE,
        list(public),
        THRESHOLDS[REVOCATIONS_ROLE],
        terminating=True,
        paths=[REVOCATIONS_FILE],
    )
    return Delegations(keys=dict(public), roles={REVOCATIONS_ROLE: role})


def _after(at: datetime, life: timedelta) -> datetime:
    return (at + life).replace(microsecond=0)
