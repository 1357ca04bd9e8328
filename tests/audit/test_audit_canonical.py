"""Canonical bytes: the same value, the same bytes, everywhere; floats have none."""

import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.audit.canonical import canonical, parse

SAFE = 2**53 - 1
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
PORTABLE = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_an_empty_map_is_two_bytes() -> None:
    assert canonical({}) == b"{}"


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert (
        canonical({"b": [1, True, None], "a": {"z": "ә", "y": ""}})
        == '{"a":{"y":"","z":"ә"},"b":[1,true,null]}'.encode()
    )


def test_keys_outside_the_basic_plane_sort_by_their_utf_16_units() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@given(PORTABLE)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_every_value_comes_back(value: Any) -> None:
    assert parse(canonical(value)) == value
    assert canonical(parse(canonical(value))) == canonical(value)


@pytest.mark.parametrize(
    "text", ["Қазақ тілі: әіңғүұқөһ", "👩🏽‍🏫", "й", unicodedata.normalize("NFD", "й"), '\x00\x1f\u2028"\\']
)
def test_text_is_kept_as_it_is(text: str) -> None:
    assert parse(canonical({"t": text})) == {"t": text}


def test_composed_and_decomposed_letters_stay_different() -> None:
    assert canonical("й") != canonical(unicodedata.normalize("NFD", "й"))


@pytest.mark.parametrize(
    "value", [1.5, {"a": [0.1]}, b"bytes", {1: "a"}, {"a": {2}}, "\ud800", {"\udfff": 1}]
)
def test_what_has_no_canonical_bytes_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


@pytest.mark.parametrize("data", [b'{"a":1.0}', b"[1e3]", b"NaN", b"[Infinity]", b"{"])
def test_bytes_that_no_record_has_are_not_read(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse(data)
