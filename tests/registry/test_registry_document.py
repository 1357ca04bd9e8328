"""A list file is read hard: what is unclear refuses the whole list."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RegistryRefused
from app.registry.document import SCHEMA_FILE, canonical, dump, parse, parse_revocations, skeleton
from tests.registry.lists import SCORE, body, entry


def refusal(given_body: bytes) -> str:
    with pytest.raises(RegistryRefused) as caught:
        parse(given_body)
    return caught.value.words.key


def test_a_whole_list_is_read_into_values() -> None:
    document = parse(body(entry(), entry("urn:test:model:two", purpose__languages={"kk": None, "ru": SCORE})))
    first, second = document.entries

    assert (document.list_id, document.sequence, document.country) == ("test-edu", 1, "KZ")
    assert first.owner == "Nobody"
    assert first.on_own_machine
    assert first.languages["kk"] is not None
    assert first.languages["kk"].value == "0.9"
    assert second.languages["kk"] is None
    assert len(first.digest) == 64
    assert first.digest != second.digest


def test_an_empty_list_is_a_list() -> None:
    assert parse(body(entries=[])).entries == ()


def test_the_same_values_give_the_same_bytes() -> None:
    raw = parse(body()).raw

    assert dump(raw) == body()
    assert dump(dict(reversed(list(raw.items())))) == body()


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        # no JSON at all
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"{", "not_json"),
        (body()[:-40], "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"sequence": ' + b"9" * 5000 + b"}", "not_json"),
        (body().replace(b'"sequence": 1', b'"sequence": NaN'), "not_json"),
        (body().replace(b'"sequence": 1', b'"sequence": 1, "sequence": 2'), "not_json"),
        # another shape
        (b"[]", "schema"),
        (b"null", "schema"),
        (b"{}", "schema"),
        (body().replace(b'"sequence": 1', b'"sequence": 1.0'), "schema"),
        (body(sequence=0), "schema"),
        (body(sequence=True), "schema"),
        (body(schema_version=2), "schema"),
        (body(entries={}), "schema"),
        (body(issued_at="yesterday"), "schema"),
        (body(issued_at="2026-13-45T00:00:00Z"), "schema"),
        (body(country="Kazakhstan"), "schema"),
        # entries
        (body(entry("*")), "schema"),
        (body(entry("plain")), "schema"),
        (body(entry("urn:test:model:plаin")), "schema"),
        (body(entry("urn:test:model:plain\n")), "invisible"),
        (body(entry(names={"kk": "a", "ru": "b"})), "schema"),
        (body(entry(names={"kk": "a", "ru": "b", "en": "c\u202ed"})), "invisible"),
        (body(entry(data__personal_data="all")), "schema"),
        (body(entry(artefact__aliases=["latest"])), "schema"),
        (body(entry(artefact__hosts=["https://a.example"])), "schema"),
        (body(entry(artefact__hosts=["127.0.0.1:80"])), "schema"),
        (body(entry(artefact__sha256="zz")), "schema"),
        (body(entry(purpose__languages={"kk": {**SCORE, "value": "1.5"}})), "schema"),
        (body(entry(purpose__languages={"kk": {**SCORE, "value": 0.9}})), "schema"),
        (body(entry(artefact__model_version="Latest")), "moving"),
        (body(entry(provider="openai_compatible")), "no_artefact"),
        (body(entry(), entry()), "duplicate"),
        # fields that must be understood
        (body(critical=["quota"]), "critical"),
    ],
)
def test_what_is_unclear_refuses_the_list(broken: bytes, key: str) -> None:
    assert refusal(broken) == f"registry.list.{key}"


def test_a_list_of_a_hundred_megabytes_is_not_even_read() -> None:
    assert refusal(b" " * 100_000_000) == "registry.list.too_large"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("urn:test:model:qala-1", "urn:test:model:qala-l"),
        ("urn:test:model:qa1a", "urn:test:model:qala"),
        ("urn:test:model:qaIa", "urn:test:model:qala"),
        ("urn:test:model:Qala", "urn:test:model:qala"),
        ("urn:test:model:mo0n", "urn:test:model:moon"),
        ("urn:test:model:corner", "urn:test:model:comer"),
        ("urn:test:model:q-2", "urn:test:model:q_2"),
        ("urn:test:model:q-2", "urn:test:model:q.2"),
        ("urn:test:model:q-2", "urn:test:model:q--2"),
    ],
)
def test_ids_that_look_alike_refuse_the_list(one: str, other: str) -> None:
    assert refusal(body(entry(one), entry(other))) == "registry.list.look_alike"


def test_ids_that_merely_count_are_no_look_alikes() -> None:
    assert skeleton("urn:test:model:qala-edu-2") != skeleton("urn:test:model:qala-edu-3")


def test_a_field_that_nobody_knows_is_kept_ignored_and_covered_by_the_digest() -> None:
    plain = parse(body(entry()))
    more = parse(body(entry(carbon={"grams": 3}), water=1))

    assert more.entries[0].entry_id == plain.entries[0].entry_id
    assert more.entries[0].digest != plain.entries[0].digest
    assert more.raw["water"] == 1


def test_revocations_are_read_and_can_only_take_away() -> None:
    good = {
        "list_id": "test-edu",
        "issued_at": "2026-11-23T07:00:00Z",
        "revoked": [
            {"entry_id": "urn:test:model:plain", "status": "withdrawn", "since": "2026-11-23T07:00:00Z"}
        ],
    }
    assert parse_revocations(dump(good)).revoked == {"urn:test:model:plain"}

    granting: dict[str, Any] = json.loads(dump(good))
    granting["revoked"][0]["status"] = "granted"
    with pytest.raises(RegistryRefused):
        parse_revocations(dump(granting))
    with pytest.raises(RegistryRefused):
        parse_revocations(dump({"list_id": "test-edu"}))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_the_reader_fall_over(noise: bytes) -> None:
    with pytest.raises(RegistryRefused):
        parse(noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(entry())), value=JSON)
@settings(max_examples=300, deadline=None)
def test_any_value_in_any_field_is_read_or_refused(field: str, value: object) -> None:
    raw = entry()
    raw[field] = value
    try:
        assert len(parse(body(raw)).entries) == 1
    except RegistryRefused:
        return


def test_the_schema_in_the_docs_is_the_shipped_one() -> None:
    docs = SCHEMA_FILE.parents[2] / "docs" / "registry.schema.json"

    assert docs.read_bytes() == SCHEMA_FILE.read_bytes()


def test_the_shipped_schema_is_a_schema_and_covers_every_group() -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))

    assert schema["$schema"].endswith("2020-12/schema")
    assert set(entry()) <= set(schema["$defs"]["entry"]["properties"])
    assert canonical({"b": 1, "a": "ә"}) == '{"a":"ә","b":1}'.encode()
