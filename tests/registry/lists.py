"""Lists for tests: entries with one thing changed, a ministry with fast keys, a store with a recorder that remembers."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.database import Database, Entry
from app.registry import Registry, RegistryEntry, RegistryStore, Witness
from app.registry.document import dump, parse, stamp
from app.registry.keys import KeyRing, ceremony
from app.registry.publish import ONLINE, Profile, publish, renew, revoke
from app.runtime import Runtime
from tests.conftest import NOON

SCORE = {"value": "0.9", "n": 50, "protocol": "test/1", "source": "test"}
PLAIN: Mapping[str, Any] = {
    "entry_id": "urn:test:model:plain",
    "entry_version": "1",
    "names": {"kk": "Үлгі", "ru": "Образец", "en": "Sample"},
    "kind": "model",
    "provider": "extractive",
    "artefact": {"model_id": "plain", "model_version": "1", "sha256": None, "hosts": [], "aliases": []},
    "parties": {"owner": "Nobody"},
    "legal": {
        "risk_degree": "minimal",
        "autonomy_degree": "low",
        "list_type": "recommended",
        "licence": "MIT",
    },
    "purpose": {
        "intended_use": {"kk": "Сынақ", "ru": "Проверка", "en": "Test"},
        "users": ["teacher"],
        "languages": {"kk": SCORE, "ru": SCORE, "en": SCORE},
    },
    "data": {
        "personal_data": "pupil",
        "processing_country": "KZ",
        "localisation_proof": "in process",
        "origin": "domestic",
    },
    "conditions": {},
    "calling": {
        "context_tokens": 4096,
        "output_tokens": 512,
        "structured_output": "none",
        "reasoning": "none",
        "name_must_match": False,
    },
    "status": "granted",
    "effective_from": stamp(NOON - timedelta(days=30)),
    "expires_at": stamp(NOON + timedelta(days=300)),
}


def entry(entry_id: str = "urn:test:model:plain", **changes: Any) -> dict[str, Any]:
    """An entry with fields changed; `data__origin="foreign"` reaches into a group; times may be datetimes."""
    raw = copy.deepcopy(dict(PLAIN))
    raw["entry_id"] = entry_id
    for name, value in changes.items():
        group, _, inner = name.partition("__")
        value = stamp(value) if isinstance(value, datetime) else value
        if inner:
            raw[group] = {**raw[group], inner: value}
        else:
            raw[group] = value
    return raw


def source(*entries: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The unsigned source of a list."""
    given = list(entries) or [entry()]
    plain = {"list_id": "test-edu", "issuer": "Test ministry", "country": "KZ", "demonstration": False}
    return {**plain, "entries": [dict(one) for one in given], **changes}


def body(*entries: Mapping[str, Any], **changes: Any) -> bytes:
    """A list file as published, unsigned."""
    added = {
        "schema_version": 1,
        "sequence": 1,
        "issued_at": stamp(NOON),
        "next_update": stamp(NOON + timedelta(days=30)),
        "prev_sha256": None,
        "critical": [],
    }
    return dump({**added, **source(*entries), **changes})


def registry(*entries: Mapping[str, Any], revoked: Sequence[str] = (), **changes: Any) -> Registry:
    """A list as a value, without any signature: for routing and the gate."""
    document = parse(body(*entries))
    fields: dict[str, Any] = {
        "list_id": document.list_id,
        "sequence": document.sequence,
        "digest": document.digest,
        "issuer": document.issuer,
        "country": document.country,
        "demonstration": document.demonstration,
        "issued_at": document.issued_at,
        "next_update": document.next_update,
        "expires_at": NOON + timedelta(days=7),
        "taken_at": NOON,
        "profile": "online",
        "source": "test",
        "entries": document.entries,
        "revoked": frozenset(revoked),
    }
    return Registry(**{**fields, **changes})


def value(**changes: Any) -> RegistryEntry:
    """One entry as a value."""
    return parse(body(entry(**changes))).entries[0]


@dataclass
class Ministry:
    """A ministry in a folder of its own."""

    folder: Path
    root: bytes = b""

    def __post_init__(self) -> None:
        self.root = ceremony(self.folder / "keys", NOON)

    @property
    def keys(self) -> KeyRing:
        return KeyRing.open(self.folder / "keys")

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def published(self) -> Path:
        return self.out / ONLINE.name

    def publish(self, *entries: Mapping[str, Any], at: datetime = NOON, **changes: Any) -> Path:
        publish(source(*entries, **changes), self.keys, self.out, at=at)
        return self.published

    def revoke(self, entry_id: str, at: datetime = NOON) -> Path:
        revoke(
            [{"entry_id": entry_id, "status": "withdrawn", "since": stamp(at)}], self.keys, self.out, at=at
        )
        return self.published

    def renew(self, at: datetime = NOON, profiles: Sequence[Profile] = (ONLINE,)) -> Path:
        renew(self.keys, self.out, at=at, profiles=profiles)
        return self.published


@dataclass
class Remembering:
    """A recorder that keeps what it was given; `broken` makes it fail, as a log that cannot be written."""

    entries: list[Entry] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)
    broken: bool = False

    def record(self, session: Session, entry: Entry) -> UUID:
        if self.broken:
            raise OSError("the log cannot be written")
        self.entries.append(entry)
        self.ids.append(entry.record_id or Runtime().new_id())
        return self.ids[-1]

    @property
    def clear(self) -> list[Mapping[str, Any]]:
        return [entry.clear for entry in self.entries]


def store(
    database: Database,
    runtime: Runtime,
    ministry: Ministry,
    recorder: Remembering | None = None,
    *,
    witness: Witness | None = None,
    database_now: Any = None,
    list_id: str | None = None,
    demonstration: bool = False,
    profile: str = "online",
) -> RegistryStore:
    """A store that trusts a ministry; the database's clock is the test's own."""
    return RegistryStore(
        database,
        recorder if recorder is not None else Remembering(),
        runtime,
        root=ministry.root,
        witness=witness,
        list_id=list_id,
        demonstration=demonstration,
        profile=profile,
        database_now=database_now or runtime.now,
    )
