"""What a model thinks aloud never reaches the text, however the reply is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers import Reasoning
from app.providers.thinking import Thinking


def part(pieces: list[str], reasoning: Reasoning = Reasoning.NONE, *, whole: bool = True) -> tuple[str, str]:
    thinking = Thinking(reasoning)
    parted = [thinking.push(piece) for piece in pieces] + [thinking.end(whole=whole)]
    return "".join(one.text for one in parted), "".join(one.hidden for one in parted)


@pytest.mark.parametrize(
    ("pieces", "text", "hidden"),
    [
        # nothing to part
        ([], "", ""),
        (["plain ", "text"], "plain text", ""),
        # a tag in one piece, split over pieces, letter by letter, in capitals
        (["<think>a b</think>\n\nanswer"], "answer", "a b"),
        (["<th", "ink>a", " b</thi", "nk>", "\n", "answer"], "answer", "a b"),
        (list("<think>ab</think>answer"), "answer", "ab"),
        (["<THINK>a</Think>answer"], "answer", "a"),
        (["<thinking>a</thinking>answer"], "answer", "a"),
        # never closed: all that follows is hidden
        (["one. <think>two. three"], "one. ", "two. three"),
        (["<think>", "two </thin"], "", "two </thin"),
        # closed without being opened, twice, empty
        (["one </think> two"], "one  two", ""),
        (["<think>a</think>x<think>b</think>y"], "xy", "ab"),
        (["<think></think>x"], "x", ""),
        # what only looks like a tag is text
        (["a < b and <thin air"], "a < b and <thin air", ""),
        (["ends with <"], "ends with <", ""),
        (["ends with <thi"], "ends with <thi", ""),
    ],
)
def test_thinking_is_parted_from_the_answer(pieces: list[str], text: str, hidden: str) -> None:
    assert part(pieces) == (text, hidden)


@given(st.data())
def test_any_cutting_of_a_reply_is_parted_alike(data: st.DataObject) -> None:
    words = st.sampled_from(["<think>", "</think>", "<", "th", "ink>", "</", "a ", "ә.", "\n", "<thinking>"])
    whole = "".join(data.draw(st.lists(words, max_size=12)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]

    for reasoning in Reasoning:
        assert part(pieces, reasoning) == part([whole], reasoning)


def test_a_model_that_always_thinks_shows_nothing_before_its_thinking_ends() -> None:
    thinking = Thinking(Reasoning.ALWAYS)

    assert thinking.push("the tag was opened in the prompt ").text == ""
    assert thinking.push("</think>answer").text == "answer"
    assert thinking.push(" goes on").text == " goes on"


def test_a_model_that_always_thinks_but_did_not_still_answers() -> None:
    assert part(["answer"], Reasoning.ALWAYS) == ("answer", "")


def test_thinking_that_ran_into_the_token_limit_stays_hidden() -> None:
    assert part(["so far only thoughts"], Reasoning.ALWAYS, whole=False) == ("", "so far only thoughts")


def test_text_flows_once_the_server_sends_thinking_apart() -> None:
    thinking = Thinking(Reasoning.ALWAYS)
    thinking.own_channel()

    assert thinking.push("answer").text == "answer"
