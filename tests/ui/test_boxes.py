"""Boxes act on what somebody chose and not on what they were drawn with."""

import pytest
import streamlit as st

from app.ui.boxes import when_chosen


@pytest.mark.parametrize(
    ("said", "acts"), [({"a": "", "b": 5}, False), ({"a": "word", "b": 5}, True), ({"a": "", "b": 0}, True)]
)
def test_only_a_value_that_was_not_drawn_is_followed(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, object], acts: bool
) -> None:
    monkeypatch.setattr(st, "session_state", said)
    done: list[bool] = []

    when_chosen({"a": "", "b": 5}, lambda: done.append(True))()

    assert done == [True] * acts
