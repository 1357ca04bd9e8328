"""A list file as it is published: JSON checked hard on the way in, values on the inside."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from app.errors import RegistryRefused
from app.registry.entry import RegistryEntry
from app.registry.reading import read_entry

SCHEMA_FILE = Path(__file__).parent / "registry.schema.json"
LONGEST_LIST = 5 * 1024 * 1024
SCHEMA_VERSION = 1
KNOWN_CRITICAL: frozenset[str] = frozenset()
IN_OUR_CODE = frozenset({"extractive", "scripted"})
MOVING_VERSIONS = frozenset(
    {"latest", "stable", "main", "master", "default", "auto", "current", "newest", "*"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A list that passed every check of form; who signed it is another question."""

    list_id: str
    sequence: int
    issuer: str
    country: str
    demonstration: bool
    issued_at: datetime
    next_update: datetime
    prev_sha256: str | None
    entries: tuple[RegistryEntry, ...]
    digest: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """What was taken away since the list was signed; it can never give anything."""

    list_id: str
    issued_at: datetime
    revoked: frozenset[str]
    raw: Mapping[str, Any]


def parse(body: bytes) -> Document:
    """Read a list file.

    Raises:
        RegistryRefused: it is too long, not JSON, not of the schema, holds a critical field that this release
            does not know, moving aliases, or ids that are equal or look alike.
    """
    raw = _read(body)
    _check_schema(raw, "list")
    _check_critical(raw["critical"])
    _check_entries(raw["entries"])
    return Document(
        list_id=raw["list_id"],
        sequence=raw["sequence"],
        issuer=raw["issuer"],
        country=raw["country"],
        demonstration=raw["demonstration"],
        issued_at=moment(raw["issued_at"]),
        next_update=moment(raw["next_update"]),
        prev_sha256=raw["prev_sha256"],
        entries=tuple(_entry(entry) for entry in raw["entries"]),
        digest=hashlib.sha256(body).hexdigest(),
        raw=raw,
    )


def parse_revocations(body: bytes) -> Revocations:
    """Read a file of revocations.

    Raises:
        RegistryRefused: it is too long, not JSON, or not of the schema.
    """
    raw = _read(body)
    _check_schema(raw, "revocations")
    return Revocations(
        list_id=raw["list_id"],
        issued_at=moment(raw["issued_at"]),
        revoked=frozenset(row["entry_id"] for row in raw["revoked"]),
        raw=raw,
    )


def dump(raw: Mapping[str, Any]) -> bytes:
    """The bytes that are published: the same values give the same bytes."""
    return (json.dumps(raw, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n").encode()


def canonical(raw: Mapping[str, Any]) -> bytes:
    """One line of sorted JSON, for digests."""
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def moment(text: str) -> datetime:
    """An RFC 3339 time in UTC."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise RegistryRefused(f"{text!r} is not a time", key="registry.list.schema") from error


def stamp(at: datetime) -> str:
    """A time as list files write it, whole seconds in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def skeleton(entry_id: str) -> str:
    """What an id looks like to a hurried reader: two ids of one skeleton are look-alikes."""
    text = unicodedata.normalize("NFKC", entry_id).replace("I", "l").casefold()
    for written, seen in (("0", "o"), ("1", "l"), ("|", "l"), ("rn", "m"), ("vv", "w")):
        text = text.replace(written, seen)
    return re.sub(r"[-_.]+", "-", text)


def _read(body: bytes) -> Any:
    if len(body) > LONGEST_LIST:
        raise RegistryRefused(f"{len(body)} bytes, at most {LONGEST_LIST}", key="registry.list.too_large")
    try:
        raw = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=Decimal
        )
    except (ValueError, RecursionError) as error:
        raise RegistryRefused(f"not JSON: {error}", key="registry.list.not_json") from error
    for text in _texts(raw):
        if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"} for letter in text):
            raise RegistryRefused(f"invisible letters in {text!r}", key="registry.list.invisible")
    return raw


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a field stands twice in one object")
    return read


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _texts(raw: Any) -> Iterator[str]:
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


@cache
def list_schema() -> Mapping[str, Any]:
    """The JSON Schema of a list file."""
    read: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return read


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = list_schema()
    if name == "revocations":
        schema = {"$ref": "#/$defs/revocations", "$defs": schema["$defs"]}
    return Draft202012Validator(schema)


def _check_schema(raw: Any, name: str) -> None:
    error = best_match(_validator(name).iter_errors(raw))
    if error is not None:
        path = list(error.absolute_path)
        place = "/".join(map(str, path)) or "the list"
        if path[:1] == ["entries"] and len(path) > 1 and isinstance(raw["entries"][path[1]], dict):
            place = f"{raw['entries'][path[1]].get('entry_id', place)}: {'/'.join(map(str, path[2:]))}"
        raise RegistryRefused(f"{place}: {error.message[:200]}", key="registry.list.schema")


def _check_critical(names: Sequence[str]) -> None:
    for name in names:
        if name not in KNOWN_CRITICAL:
            raise RegistryRefused(
                f"critical field {name!r} is not known", key="registry.list.critical", field=name
            )


def _check_entries(entries: Sequence[Mapping[str, Any]]) -> None:
    seen: dict[str, str] = {}
    for raw in entries:
        entry_id: str = raw["entry_id"]
        _check_critical(raw.get("critical", ()))
        look = skeleton(entry_id)
        if look in seen:
            key = "registry.list.duplicate" if seen[look] == entry_id else "registry.list.look_alike"
            raise RegistryRefused(f"{entry_id!r} beside {seen[look]!r}", key=key, entry=entry_id)
        seen[look] = entry_id
        artefact = raw["artefact"]
        if artefact["model_version"].casefold() in MOVING_VERSIONS:
            raise RegistryRefused(
                f"{entry_id}: the version moves", key="registry.list.moving", entry=entry_id
            )
        if not artefact.get("sha256") and not artefact.get("hosts") and raw["provider"] not in IN_OUR_CODE:
            raise RegistryRefused(f"{entry_id}: no artefact", key="registry.list.no_artefact", entry=entry_id)


def _entry(raw: Mapping[str, Any]) -> RegistryEntry:
    return read_entry(raw, digest=hashlib.sha256(canonical(raw)).hexdigest(), moment=moment)
