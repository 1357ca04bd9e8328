"""The envelope: every field present or null, the schema of every kind, golden bytes, and nothing secret in clear."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.audit import AuditLog, Filter, Kind, Outcome
from app.audit.canonical import canonical, parse
from app.audit.envelope import SCHEMA_VERSION, Draft, Stamp, compose, guard, stamped
from app.audit.fields import FIELDS, SEALED_ONLY, SECRETS
from app.audit.merkle import leaf_hash
from app.audit.receipt import code_of
from app.audit.schema import schema
from app.audit.sealing import Sealed
from app.database import Entry
from tests.audit.cases import SCHOOL, TEACHER, asked, exchange

GOLDEN = Path(__file__).parent.parent / "golden"
DOCS = Path(__file__).parent.parent.parent / "docs"
HASH = "ab" * 32
STAMP = Stamp(
    time=datetime(2026, 11, 23, 7, 0, 0, 123456, tzinfo=UTC),
    database_time=datetime(2026, 11, 23, 7, 0, 0, 124000, tzinfo=UTC),
    instance_id=UUID("01931a2b-0000-7000-8000-00000000000a"),
    lane=0,
    sequence=7,
    app_version="0.1.0",
    git_commit=None,
)
END: dict[str, Any] = {
    "entry_id": "kz-extractive",
    "registry_sequence": 4,
    "registry_digest": HASH,
    "route_reason": {"key": "routing.first_allowed", "facts": {}},
    "passages": [{"id": "p0123456789abcdef0123", "rank": 1, "score": "0.812000"}],
    "verdicts": [{"rail": "personal_data", "action": "mask", "score": "1.0"}],
    "total_ms": 412,
    "journal": {"length": 3, "digest": HASH, "intact": True},
    "steps": [{"kind": "sentence", "ms": 12}],
}
CLEAR: dict[Kind, dict[str, Any]] = {
    Kind.ASKED: {"language": "kk", "task": "ask", "gen_ai.conversation.id": "c-1", "grade": 7},
    Kind.CLOSED: {"language": "kk", **END, "outcome": "answered", "source": "line"},
    Kind.ABANDONED: {"language": "ru", **END, "outcome": "abandoned", "source": "journal"},
    Kind.FEEDBACK: {"what": "report", "reason": "inaccurate"},
    Kind.DOCUMENT: {
        "what": "started",
        "document_id": "01931a2b-0000-7000-8000-000000000003",
        "document_kind": "plan",
        "revision": 1,
        "language": "kk",
    },
    Kind.ADMIN_CHANGE: {"event": "models", "before_digest": HASH, "after_digest": HASH, "allowed": ["a"]},
    Kind.REGISTRY_UPDATE: {
        "registry_sequence": 5,
        "registry_digest": HASH,
        "source": "folder",
        "verdict": "accepted",
    },
    Kind.AUTH: {"event": "denied", "permission": "all:log:read"},
    Kind.EXPORT: {"purpose": "inspection", "filter": {"school": SCHOOL}, "count": 12},
    Kind.AUDIT_READ: {"purpose": "sample", "filter": {}, "count": 1, "target": "record"},
    Kind.ERASURE: {"basis": "request", "range": {"school": SCHOOL}, "keys": 3},
    Kind.ANCHORED: {"checkpoint_size": 1000, "checkpoint_root": HASH, "accepted_by": "akimat"},
    Kind.CLOCK_SKEW: {"milliseconds": -3200},
}


def draft(kind: Kind, **given: Any) -> Draft:
    known: dict[str, Any] = {
        "record_id": UUID("01931a2b-0000-7000-8000-000000000001"),
        "exchange_id": UUID("01931a2b-0000-7000-8000-000000000002"),
        "school": SCHOOL,
        "pseudonym": HASH,
        "role": "teacher",
        "clear": CLEAR[kind],
        "sealed": Sealed(ciphertext=b"", digest=HASH, commitment=HASH),
        "key_owner": UUID("01931a2b-0000-7000-8000-000000000002"),
    }
    return Draft(kind=kind, **{**known, **given})


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_golden_bytes(kind: Kind) -> None:
    golden = GOLDEN / f"audit_record_{kind.value}.json"

    assert canonical(compose(draft(kind), STAMP)) == golden.read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("kind", Kind)
def test_golden_records_keep_their_leaf_and_their_code(kind: Kind) -> None:
    known = dict(line.split(" ", 1) for line in (GOLDEN / "audit_leaves.txt").read_text().splitlines())
    digest = leaf_hash((GOLDEN / f"audit_record_{kind.value}.json").read_bytes().rstrip(b"\n")).hex()

    assert f"{digest} {code_of(digest)}" == known[kind.value]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_fits_its_schema(kind: Kind) -> None:
    Draft202012Validator(schema()).validate(compose(draft(kind), STAMP))


def test_the_schema_in_the_docs_is_the_one_in_force() -> None:
    assert json.loads((DOCS / "audit-record.schema.json").read_text(encoding="utf-8")) == schema()


@pytest.mark.parametrize("kind", Kind)
@given(data=st.data())
def test_every_field_of_a_kind_is_present_or_null(kind: Kind, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(sorted(CLEAR[kind])), unique=True))
    clear = {name: CLEAR[kind][name] for name in kept}

    assert set(compose(draft(kind, clear=clear), STAMP)) == set(FIELDS[kind])


@pytest.mark.parametrize("kind", Kind)
def test_what_when_where_source_outcome_and_who_stand_in_every_record(kind: Kind) -> None:
    envelope = compose(draft(kind), STAMP)

    # NIST SP 800-53, AU-3: what, when, where, source, outcome, who.
    for name in (
        "kind",
        "time",
        "database_time",
        "instance_id",
        "app_version",
        "school",
        "pseudonym",
        "role",
    ):
        assert envelope[name] is not None
    assert {
        "outcome",
        "event",
        "verdict",
        "what",
        "purpose",
        "basis",
        "accepted_by",
        "milliseconds",
        "task",
    } & set(envelope)


def test_what_a_kind_does_not_name_goes_into_details() -> None:
    envelope = compose(draft(Kind.AUTH), STAMP)

    assert envelope["details"] == {"permission": "all:log:read"}


def test_no_clear_field_can_replace_a_common_one() -> None:
    forged = compose(draft(Kind.AUTH, clear={"school": "other", "sequence": 1, "schema_version": 9}), STAMP)

    assert (forged["school"], forged["sequence"], forged["schema_version"]) == (SCHOOL, 7, SCHEMA_VERSION)


@pytest.mark.parametrize("name", sorted(SEALED_ONLY))
def test_text_is_refused_in_clear(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        guard({name: "Айгүл Серікқызы 7А"})


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize(
    "wrap", [lambda inner: inner, lambda inner: {"a": [inner]}, lambda inner: {"b": {"c": inner}}]
)
def test_a_secret_is_refused_in_clear_at_any_depth(name: str, wrap: Any) -> None:
    with pytest.raises(ValueError, match="secret"):
        guard(wrap({name.upper(): "s3cret"}))


def test_no_declared_field_is_one_that_belongs_under_seal() -> None:
    assert not {name for names in FIELDS.values() for name in names} & (SEALED_ONLY | SECRETS)


def test_times_are_utc_with_microseconds() -> None:
    assert stamped(STAMP.time) == "2026-11-23T07:00:00.123456Z"


def test_every_record_that_the_log_writes_fits_the_schema(log: AuditLog) -> None:
    exchange(log, "Бір.", "Екі.")
    log.open(asked()).close(Outcome.REFUSED, {"reason": {"key": "guardrails.blocked", "facts": {}}})
    for kind in (
        Kind.FEEDBACK,
        Kind.DOCUMENT,
        Kind.ADMIN_CHANGE,
        Kind.REGISTRY_UPDATE,
        Kind.AUTH,
        Kind.EXPORT,
        Kind.AUDIT_READ,
        Kind.ERASURE,
    ):
        log.append(Entry(kind=kind, school=SCHOOL, actor=TEACHER, clear=CLEAR[kind]))
    log.append(Entry(kind="auth"))
    checker = Draft202012Validator(schema())

    bodies = bodies_of(log)
    assert len(bodies) == 13
    for body in bodies:
        checker.validate(parse(body))


def bodies_of(log: AuditLog) -> list[bytes]:
    return [record.body for record in log.search(Filter(), limit=500).records]


def test_floats_are_refused_before_anything_is_written(log: AuditLog) -> None:
    with pytest.raises(ValueError, match="float"):
        log.append(Entry(kind="auth", clear={"score": 0.5}))
    with pytest.raises(ValueError, match="float"):
        log.open(Entry(kind="asked", clear={}, sealed={"score": 0.5}))

    assert bodies_of(log) == []
