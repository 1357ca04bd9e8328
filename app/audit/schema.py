"""The JSON Schema of the records' clear parts, one definition per kind; docs/audit-record.schema.json is its output."""

from collections.abc import Mapping
from typing import Any

from app.audit.envelope import SCHEMA_VERSION
from app.audit.fields import ABANDONED, FIELDS, Kind, Outcome
from app.audit.sealing import FORM

Schema = Mapping[str, Any]

ID: Schema = {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"}
COUNT: Schema = {"type": "integer", "minimum": 0}
WORD: Schema = {"type": "string"}
LIST: Schema = {"type": "array"}
MAP: Schema = {"type": "object"}
WORDS: Schema = {
    "type": "object",
    "properties": {"key": WORD, "facts": MAP},
    "required": ["key", "facts"],
    "additionalProperties": False,
}

SEALED: Schema = {
    "type": "object",
    "properties": {"form": {"const": FORM}, "key_owner": ID, "ciphertext_sha256": HASH, "commitment": HASH},
    "required": ["form", "key_owner", "ciphertext_sha256", "commitment"],
    "additionalProperties": False,
}
JOURNAL: Schema = {
    "type": "object",
    "properties": {"length": COUNT, "digest": HASH, "intact": {"type": "boolean"}},
    "required": ["length", "digest", "intact"],
    "additionalProperties": False,
}
STEPS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"kind": WORD, "ms": COUNT},
        "required": ["kind", "ms"],
        "additionalProperties": False,
    },
}

ALWAYS: Mapping[str, Schema] = {
    "schema_version": {"const": SCHEMA_VERSION},
    "record_id": ID,
    "time": TIME,
    "database_time": TIME,
    "instance_id": ID,
    "lane": COUNT,
    "sequence": {"type": "integer", "minimum": 1},
    "app_version": WORD,
    "details": MAP,
}
OR_NULL: Mapping[str, Schema] = {
    "exchange_id": ID,
    "pseudonym": HASH,
    "sealed": SEALED,
    "considered": LIST,
    "cost": MAP,
    "count": COUNT,
    "checkpoint_size": COUNT,
    "characters_shown": COUNT,
    "characters_withheld": COUNT,
    "filter": MAP,
    "first_text_ms": COUNT,
    "gen_ai.response.finish_reasons": LIST,
    "gen_ai.usage.input_tokens": COUNT,
    "gen_ai.usage.output_tokens": COUNT,
    "grade": COUNT,
    "journal": JOURNAL,
    "keys": COUNT,
    "milliseconds": {"type": "integer"},
    "notices": LIST,
    "parameters": MAP,
    "passages": LIST,
    "range": MAP,
    "registry_sequence": COUNT,
    "relevance": MAP,
    "revision": COUNT,
    "route_reason": WORDS,
    "sentences": LIST,
    "steps": STEPS,
    "times_ms": MAP,
    "total_ms": COUNT,
    "verdicts": LIST,
}


def schema() -> dict[str, Any]:
    """The whole schema, JSON Schema 2020-12; every field of a kind is required, what is unknown is null."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The clear part of an audit record",
        "description": f"Schema version {SCHEMA_VERSION}. What is unknown is null; numbers are integers; scores are strings.",
        "oneOf": [{"$ref": f"#/$defs/{kind.value}"} for kind in Kind],
        "$defs": {kind.value: _of(kind) for kind in Kind},
    }


def _of(kind: Kind) -> dict[str, Any]:
    names = FIELDS[kind]
    return {
        "type": "object",
        "properties": {name: _field(kind, name) for name in names},
        "required": list(names),
        "additionalProperties": False,
    }


def _field(kind: Kind, name: str) -> Schema:
    if name == "kind":
        return {"const": kind.value}
    if name == "outcome":
        return (
            {"const": ABANDONED}
            if kind is Kind.ABANDONED
            else {"enum": [outcome.value for outcome in Outcome]}
        )
    if name == "source" and kind in {Kind.CLOSED, Kind.ABANDONED}:
        return {"const": "journal" if kind is Kind.ABANDONED else "line"}
    if name == "details" and kind in {Kind.ASKED, Kind.CLOSED, Kind.ABANDONED}:
        return {**MAP, "properties": {"inventory_digest": _or_null(HASH)}}
    if name == "exchange_id" and kind in {Kind.ASKED, Kind.CLOSED, Kind.ABANDONED}:
        return ID
    if name == "reason" and kind in {Kind.CLOSED, Kind.ABANDONED}:
        return _or_null(WORDS)
    if name in ALWAYS:
        return ALWAYS[name]
    return _or_null(OR_NULL.get(name, WORD))


def _or_null(known: Schema) -> Schema:
    return {**known, "type": [known["type"], "null"]}
