"""However an answer is cut and however the model stalls: nothing unchecked is shown, and nobody's value in any prefix."""

import random
import sys
from collections import Counter
from functools import cache
from itertools import count

import pytest

from guardrails.guardrails import Guardrails
from guardrails.rail import Means
from tests.assistant.stream import Shown, show
from tests.assistant.stream_answers import REMOVED, STOPPED, answer, cut, seen_of, uneven

SHORT, FULL = 100, 10_000
SEED = 20261129


@cache
def rails() -> Guardrails:
    return Guardrails.load(
        means=Means(names=frozenset({"Абай", "Құнанбайұлы"}), known_code=lambda code: code == "7.2.1.3"),
        clock=lambda: 0.0,
    )


def split(draw: random.Random, text: str, hidden: list[str], whole: Shown) -> Counter[str]:
    """An answer that was seen whole, cut, by a clock that stands still or one that stalls."""
    stalls = draw.random() < 0.4
    pieces = cut(draw, text)
    seen = show(rails(), pieces, clock=uneven(draw)) if stalls else show(rails(), pieces)
    found = {value for end in range(len(seen.pieces) + 1) for value in seen_of(seen.upto(end), hidden)}
    same = stalls or (seen.text, seen.reason) == (whole.text, whole.reason)
    if found or not same or seen.unchecked:
        told = (
            found,
            stalls,
            text,
            [piece for piece in seen.pieces if piece.strip()],
            seen.reason,
            whole.reason,
        )
        sys.stderr.write("\n".join(str(one)[:1200] for one in told) + "\n\n")
    return Counter(
        splits=1,
        stalled=stalls,
        shown=len(seen.text),
        withheld=seen.reason is not None,
        unchecked=seen.unchecked,
        values=len(found),
        other_text=not same,
    )


def counted(number: int) -> Counter[str]:
    """So many splits, five of each answer."""
    draw, total = random.Random(SEED), Counter[str]()
    for _ in range(number // 5):
        text, hidden = answer(draw)
        whole = show(rails(), [text])
        for _ in range(5):
            total += split(draw, text, hidden, whole)
    return total


def test_an_empty_answer_shows_nothing() -> None:
    assert show(rails(), []).pieces == []


@pytest.mark.parametrize(("value", "text"), [*REMOVED, *STOPPED])
def test_what_may_not_be_seen_is_not_seen_at_once_nor_letter_by_letter(value: str, text: str) -> None:
    at_once, by_letter = show(rails(), [text]), show(rails(), list(text))

    assert at_once.text == by_letter.text
    assert seen_of(at_once.text, [value]) == []
    assert ((value, text) in STOPPED) is (at_once.reason is not None)


def test_eight_long_words_of_the_rules_are_seen_however_they_are_parted() -> None:
    words = [
        f"{start}ландырылмағандықтарыңыздан"
        for start in ("қан", "ұйым", "жос", "тап", "бел", "сай", "рет", "дай", "нақ")
    ]
    ticks = count(step=2)
    seen = show(rails(), [f"{word} " for word in words], clock=lambda: next(ticks), rules=" ".join(words))

    assert seen.reason == "guardrails.prompt_leak"
    assert len(seen.pieces) < 8


def is_lawful(total: Counter[str], number: int) -> None:
    assert (total["splits"], total["unchecked"], total["values"], total["other_text"]) == (number, 0, 0, 0)
    assert total["shown"] > 20 * number
    assert 0 < total["withheld"] < number
    assert 0 < total["stalled"] < number


def test_random_splits_show_nothing_unchecked() -> None:
    is_lawful(counted(SHORT), SHORT)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_random_splits_show_nothing_unchecked(capsys: pytest.CaptureFixture[str]) -> None:
    total = counted(FULL)
    with capsys.disabled():
        sys.stdout.write(f"\n{dict(total)}\n")
    is_lawful(total, FULL)
