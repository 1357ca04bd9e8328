"""Quoted text cannot speak as another role, and stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.quoting import quoted

ROLE_TAGS = ("<|im_start|>", "<|im_end|>", "<start_of_turn>", "</s>", "<s>", "[INST]", "[/INST]", "<<SYS>>", "<|eot_id|>",
             "<｜User｜>", "<think>", "</think>", "<bos>", "[SYSTEM_PROMPT]", "[TOOL_CALLS]")  # fmt: skip


@pytest.mark.parametrize("tag", ROLE_TAGS)
def test_a_role_tag_becomes_plain_text(tag: str) -> None:
    assert tag not in quoted(f"before {tag} after")
    assert quoted(f"before {tag} after").replace(" ", "") == f"before{tag}after"


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\ufeff", "\u2066", "\U000e0041"])
def test_a_tag_with_invisible_letters_inside_is_seen(hidden: str) -> None:
    assert quoted(f"<{hidden}|im_start|>") == "< |im_start| >"


@pytest.mark.parametrize(
    "text",
    [
        "2 < 3 and 5 > 4",
        "x² − 7x + 12 = 0",
        "«Ата, шайыңыз суып қалды»",
        "[ОҚУШЫ_1] жақсы оқиды",
        "a [1] b",
        "3<5",
        "line\nline",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert quoted(text) == text


@given(st.text(st.sampled_from("<>|/[]INSTSYSab_｜⟦⟧ \u200b"), max_size=30))
def test_quoting_twice_changes_nothing_more(text: str) -> None:
    once = quoted(text)

    assert quoted(once) == once
    assert not any(tag in once for tag in ROLE_TAGS)
