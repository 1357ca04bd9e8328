"""The envelope: the clear part of every record, each field present or null, and what must never stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.audit.fields import COMMON, FIELDS, SEALED_ONLY, SECRETS, Kind
from app.audit.sealing import FORM, Sealed

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record before it has its number and its time.

    `clear` holds fields of its kind; what the kind does not name goes into `details`. `key_owner` is the id
    under which the key of the sealed part is kept.
    """

    kind: Kind
    record_id: UUID
    exchange_id: UUID | None = None
    school: str | None = None
    pseudonym: str | None = None
    role: str | None = None
    clear: Mapping[str, Any] = field(default_factory=dict)
    sealed: Sealed | None = None
    key_owner: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What the moment of writing adds: both clocks and the writer's own numbering."""

    time: datetime
    database_time: datetime
    instance_id: UUID
    lane: int
    sequence: int
    app_version: str
    git_commit: str | None


def compose(draft: Draft, stamp: Stamp) -> dict[str, Any]:
    """The clear part of a record.

    Raises:
        ValueError: `clear` holds what belongs into the sealed part, or a secret.
    """
    guard(draft.clear)
    names = FIELDS[draft.kind]
    envelope: dict[str, Any] = dict.fromkeys(names)
    own = set(names) - set(COMMON)
    envelope.update({name: value for name, value in draft.clear.items() if name in own})
    envelope.update(
        {
            "schema_version": SCHEMA_VERSION,
            "record_id": str(draft.record_id),
            "exchange_id": None if draft.exchange_id is None else str(draft.exchange_id),
            "kind": draft.kind.value,
            "time": stamped(stamp.time),
            "database_time": stamped(stamp.database_time),
            "instance_id": str(stamp.instance_id),
            "lane": stamp.lane,
            "sequence": stamp.sequence,
            "app_version": stamp.app_version,
            "git_commit": stamp.git_commit,
            "pseudonym": draft.pseudonym,
            "role": draft.role,
            "school": draft.school,
            "language": draft.clear.get("language"),
            "sealed": _sealed(draft),
            "details": {
                name: value for name, value in draft.clear.items() if name not in own and name != "language"
            },
        }
    )
    return envelope


def guard(clear: Mapping[str, Any]) -> None:
    """Refuse a clear part that would give away text or a secret.

    Raises:
        ValueError: names the field.
    """
    for name in clear:
        if name in SEALED_ONLY:
            raise ValueError(f"{name} belongs into the sealed part of a record")
    _no_secrets(clear)


def stamped(at: datetime) -> str:
    """A time as records hold it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sealed(draft: Draft) -> dict[str, str] | None:
    if draft.sealed is None:
        return None
    return {
        "form": FORM,
        "key_owner": str(draft.key_owner),
        "ciphertext_sha256": draft.sealed.digest,
        "commitment": draft.sealed.commitment,
    }


def _no_secrets(value: Any) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(name, str) and name.lower() in SECRETS:
                raise ValueError(f"{name} is a secret and stands in no record")
            _no_secrets(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_secrets(inner)
