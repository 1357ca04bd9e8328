"""A reply becomes a value of its schema or nothing, and a text that was cut ends with a whole sentence."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assistant.leaves import leaves, read, whole_sentences, with_texts
from app.errors import Failure, ProviderFailed

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "maxLength": 40},
        "kind": {"enum": ["a", "b"]},
        "minutes": {"type": "integer", "minimum": 1},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"row": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("reply", ["", "{", "}", "}{", "null", "[1]", '"text"'])
def test_what_holds_no_object_has_not_the_form(reply: str) -> None:
    with pytest.raises(ProviderFailed) as failed:
        read(reply, SCHEMA)
    assert failed.value.failure is Failure.FORM


@given(reply=st.text(max_size=200))
def test_no_reply_breaks_the_reading(reply: str) -> None:
    for text in (reply, f"{{{reply}}}", json.dumps({"text": reply})):
        try:
            value = read(text, SCHEMA)
        except ProviderFailed as failed:
            failure: Failure | None = failed.failure
        else:
            failure = None
            assert set(value) <= set(SCHEMA["properties"])
        assert failure in (None, Failure.FORM)


def test_leaves_are_the_texts_of_a_model_in_the_order_of_the_reply() -> None:
    value = read('{"kind": "a", "rows": [{"row": "x"}, {"row": "y"}], "text": "z", "minutes": 5}', SCHEMA)

    assert [(leaf.path, leaf.text) for leaf in leaves(value, SCHEMA)] == [
        (("rows", 0, "row"), "x"),
        (("rows", 1, "row"), "y"),
        (("text",), "z"),
    ]
    changed = with_texts(value, {("rows", 1, "row"): "changed"})
    assert changed == {**value, "rows": [{"row": "x"}, {"row": "changed"}]}


@pytest.mark.parametrize("number", ["5.5", "130523500121", "1e400", "-1e300", "1" * 5_000])
def test_a_number_that_no_rail_would_see_is_not_taken(number: str) -> None:
    with pytest.raises(ProviderFailed):
        read(f'{{"minutes": {number}}}', SCHEMA)


def test_a_whole_number_that_is_written_with_a_point_is_whole() -> None:
    assert read('{"minutes": 10.0}', SCHEMA) == {"minutes": 10}


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("", 10, ""),
        ("Short.", 10, "Short."),
        ("One two th", 10, "One two…"),
        ("It fits ok.", 11, "It fits ok."),
        ("One is here. Two is he", 22, "One is here."),
        ("One is here. Two is here. Three", 26, "One is here."),
        ("Сабақ 5 м. жүреді. Екін", 23, "Сабақ 5 м. жүреді."),
        ("a" * 50, 10, "a" * 9 + "…"),
    ],
)
def test_a_text_that_was_cut_ends_with_a_whole_sentence(text: str, most: int, kept: str) -> None:
    assert whole_sentences(text, most) == kept


@given(
    text=st.text(st.sampled_from("ab. \n!?«»…"), max_size=120), most=st.integers(min_value=5, max_value=60)
)
def test_what_is_kept_fits_and_nothing_is_added_but_an_ellipsis(text: str, most: int) -> None:
    kept = whole_sentences(text, most)

    assert len(kept) <= most
    assert text.startswith(kept.removesuffix("…").rstrip()) or text.strip().startswith(kept.removesuffix("…"))
    assert whole_sentences(kept, most) == kept
