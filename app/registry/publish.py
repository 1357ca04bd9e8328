"""A ministry's side: sign a list, take something away at once, and keep the signatures fresh."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from app.registry.document import SCHEMA_FILE, SCHEMA_VERSION, dump, parse, parse_revocations, stamp
from app.registry.feed import LIST_FILE, REVOCATIONS_FILE, REVOCATIONS_ROLE
from app.registry.keys import THRESHOLDS, KeyRing
from app.registry.rendering import to_csv, to_html

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)
TARGETS_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How long the online signatures of one published copy live."""

    name: str
    timestamp: timedelta
    snapshot: timedelta
    revocations: timedelta


ONLINE = Profile(
    name="online", timestamp=timedelta(days=7), snapshot=timedelta(days=30), revocations=timedelta(days=7)
)
OFFLINE = Profile(
    name="offline", timestamp=timedelta(days=90), snapshot=timedelta(days=90), revocations=timedelta(days=90)
)


@dataclass(frozen=True, slots=True)
class _Copy:
    """One published folder: `metadata/` and `targets/`."""

    folder: Path
    profile: Profile

    def latest(self, role: str) -> bytes | None:
        found = [
            path
            for path in (self.folder / "metadata").glob(f"*.{role}.json")
            if path.name.split(".")[0].isdigit()
        ]
        return max(found, key=lambda path: int(path.name.split(".")[0])).read_bytes() if found else None

    def put(self, name: str, body: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(body)
        os.replace(part, path)


def publish(
    source: Mapping[str, Any],
    keys: KeyRing,
    out: Path,
    *,
    at: datetime,
    profiles: Sequence[Profile] = (ONLINE,),
) -> int:
    """Sign a list as the next in its sequence; CSV, HTML and the schema are made from it and signed with it.

    Args:
        source: the list without the fields that publishing adds (sequence, times, digest of the one before).
        out: gets one folder a profile, the same root, targets and list in each.

    Returns:
        The sequence number of the published list.

    Raises:
        RegistryRefused: a school would refuse this list; nothing was published.
        BadSetting: too few keys to reach a threshold.
    """
    copies = [_Copy(out / profile.name, profile) for profile in profiles]
    before = _current_list(copies[0])
    previous = parse(before) if before is not None else None
    sequence = 1 if previous is None else previous.sequence + 1
    body = dump(
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
    document = parse(body)
    files = {
        LIST_FILE: body,
        "registry.csv": to_csv(document),
        "registry.html": to_html(document),
        "registry.schema.json": SCHEMA_FILE.read_bytes(),
    }
    targets = Targets(
        version=_next(copies[0].latest("targets")),
        expires=_after(at, TARGETS_LIFE),
        targets={name: TargetFile.from_data(name, content, ["sha256"]) for name, content in files.items()},
        delegations=_delegations(keys),
    )
    signed = _sign(targets, keys, "targets")
    for copy in copies:
        for number, root in enumerate(keys.roots, start=1):
            copy.put(f"metadata/{number}.root.json", root)
        for name, content in files.items():
            copy.put(f"targets/{hashlib.sha256(content).hexdigest()}.{name}", content)
        copy.put(f"metadata/{targets.version}.targets.json", signed)
        taken_away = _current(copy, REVOCATIONS_ROLE, REVOCATIONS_FILE)
        if taken_away is None:
            nothing = {"list_id": document.list_id, "issued_at": stamp(at), "revoked": []}
            _put_revocations(copy, keys, at, nothing)
        elif keys.signers[REVOCATIONS_ROLE]:
            _put_revocations(copy, keys, at, parse_revocations(taken_away).raw)
        _seal(copy, keys, at)
    return sequence


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
    for profile in profiles:
        copy = _Copy(out / profile.name, profile)
        held = _current(copy, REVOCATIONS_ROLE, REVOCATIONS_FILE)
        if held is None:
            raise BadSetting(f"{out.name}: nothing is published yet")
        raw = dict(parse_revocations(held).raw)
        raw.update(issued_at=stamp(at), revoked=[*raw["revoked"], *map(dict, rows)])
        _put_revocations(copy, keys, at, raw)
        _seal(copy, keys, at)


def renew(keys: KeyRing, out: Path, *, at: datetime, profiles: Sequence[Profile] = (ONLINE,)) -> None:
    """Sign timestamp, snapshot and revocations afresh; the list stays as it is.

    Raises:
        BadSetting: nothing is published yet, or a key is missing.
    """
    for profile in profiles:
        copy = _Copy(out / profile.name, profile)
        held = _current(copy, REVOCATIONS_ROLE, REVOCATIONS_FILE)
        if held is None:
            raise BadSetting(f"{out.name}: nothing is published yet")
        for number, root in enumerate(keys.roots, start=1):
            copy.put(f"metadata/{number}.root.json", root)
        _put_revocations(copy, keys, at, parse_revocations(held).raw)
        _seal(copy, keys, at)


def _put_revocations(copy: _Copy, keys: KeyRing, at: datetime, raw: Mapping[str, Any]) -> None:
    body = dump(raw)
    parse_revocations(body)
    role = Targets(
        version=_next(copy.latest(REVOCATIONS_ROLE)),
        expires=_after(at, copy.profile.revocations),
        targets={REVOCATIONS_FILE: TargetFile.from_data(REVOCATIONS_FILE, body, ["sha256"])},
    )
    copy.put(f"targets/{hashlib.sha256(body).hexdigest()}.{REVOCATIONS_FILE}", body)
    copy.put(f"metadata/{role.version}.{REVOCATIONS_ROLE}.json", _sign(role, keys, REVOCATIONS_ROLE))


def _seal(copy: _Copy, keys: KeyRing, at: datetime) -> None:
    """Sign the set of versions, then the timestamp; it goes last, so that a reader never sees half an issue."""
    meta = {}
    for role in ("targets", REVOCATIONS_ROLE):
        body = copy.latest(role)
        if body is None:
            raise BadSetting(f"{role} is not published")
        meta[f"{role}.json"] = MetaFile.from_data(
            Metadata[Targets].from_bytes(body).signed.version, body, ["sha256"]
        )
    snapshot = Snapshot(
        version=_next(copy.latest("snapshot")), expires=_after(at, copy.profile.snapshot), meta=meta
    )
    body = _sign(snapshot, keys, "snapshot")
    copy.put(f"metadata/{snapshot.version}.snapshot.json", body)
    path = copy.folder / "metadata" / "timestamp.json"
    timestamp = Timestamp(
        version=_next(path.read_bytes() if path.is_file() else None),
        expires=_after(at, copy.profile.timestamp),
        snapshot_meta=MetaFile.from_data(snapshot.version, body, ["sha256"]),
    )
    copy.put("metadata/timestamp.json", _sign(timestamp, keys, "timestamp"))


def _delegations(keys: KeyRing) -> Delegations:
    public = {signer.public_key.keyid: signer.public_key for signer in keys.signers[REVOCATIONS_ROLE]}
    role = DelegatedRole(
        REVOCATIONS_ROLE,
        list(public),
        THRESHOLDS[REVOCATIONS_ROLE],
        terminating=True,
        paths=[REVOCATIONS_FILE],
    )
    return Delegations(keys=dict(public), roles={REVOCATIONS_ROLE: role})


def _sign(signed: S, keys: KeyRing, role: str) -> bytes:
    signers = keys.signers[role]
    if len(signers) < THRESHOLDS[role]:
        raise BadSetting(f"{role}: {len(signers)} keys here, {THRESHOLDS[role]} must sign")
    metadata = Metadata(signed)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


def _current(copy: _Copy, role: str, name: str) -> bytes | None:
    held = copy.latest(role)
    if held is None:
        return None
    listed = Metadata[Targets].from_bytes(held).signed.targets[name]
    return (copy.folder / "targets" / f"{listed.hashes['sha256']}.{name}").read_bytes()


def _current_list(copy: _Copy) -> bytes | None:
    return _current(copy, "targets", LIST_FILE)


def _next(held: bytes | None) -> int:
    return 1 if held is None else int(Metadata.from_bytes(held).signed.version) + 1


def _after(at: datetime, life: timedelta) -> datetime:
    return (at + life).replace(microsecond=0)
