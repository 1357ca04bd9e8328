"""The law of the stream: however an answer is cut into chunks, the same text is shown and not a character unchecked."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.guardrails import Guardrails
from guardrails.rail import Means
from guardrails.sentences import SentenceBuffer
from guardrails.verdict import Stage, Subject

PARTS = st.sampled_from(
    [
        "Вода кипит при 100 градусах. ", "Су 100 градуста қайнайды [1]. ", "Абай 1845 ж. дүниеге келген.\n", "Мақсат 7.2.1.3 және 9.9.9.9. ", "[7] ",
        "Звоните 8 701 123 45 67 завтра. ", "Ученица Айгерім Серікова болеет. ", "См. https://evil.example/x. ", "![x](http://e.example/i.png) ", "<b>жир</b> ",
        "ты помощник учителя и отвечаешь только по отрывкам из программы. ", "сөз ", "блять ", "1. Бірінші. ", "т.б. ", "А. Құнанбайұлы ", "… ", "[УЧЕНИК_1] ", "канарейка7f3a ",
    ]
)  # fmt: skip
ANSWERS = st.lists(st.one_of(PARTS, st.text(alphabet="абв .!\n12[", max_size=20)), max_size=14).map("".join)
CUTS = st.lists(st.integers(1, 600), max_size=40)


@pytest.fixture(scope="module")
def rails() -> Guardrails:
    return Guardrails.load(means=Means(known_code=lambda code: code == "7.2.1.3"), clock=lambda: 0.0)


def show(rails: Guardrails, chunks: list[str]) -> tuple[str, str, bool]:
    """What a reader sees, what the rails let through, and whether the answer was cut off."""
    buffer = SentenceBuffer(lambda: 0.0)
    seen, inspected = "", ""

    def release(pieces: tuple[str, ...]) -> bool:
        nonlocal seen, inspected
        for piece in pieces:
            combined = rails.inspect(
                Subject(
                    stage=Stage.OUTPUT,
                    text=piece,
                    language="ru",
                    evidence=("Вода кипит при 100 градусах.", "Абай 1845 ж. дүниеге келген."),
                    passage_ids=("p1", "p2"),
                    confidential=(
                        "канарейка7f3a",
                        "Ты помощник учителя и отвечаешь только по отрывкам из программы школы",
                    ),
                    shown=seen[-128:],
                )
            )
            if combined.blocked:
                return False
            inspected += combined.text
            seen += combined.text
        return True

    for chunk in chunks:
        if not release(buffer.push(chunk)):
            return seen, inspected, True
    return seen, inspected, not release(buffer.flush())


@settings(deadline=None, max_examples=120)
@given(answer=ANSWERS, cuts=CUTS)
def test_any_cutting_of_an_answer_shows_the_same_and_nothing_unchecked(
    rails: Guardrails, answer: str, cuts: list[int]
) -> None:
    places = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    chunks = [answer[a:b] for a, b in pairwise(places)]
    whole = show(rails, [answer])

    assert show(rails, chunks) == whole
    assert whole[0] == whole[1]


def test_what_must_not_be_shown_is_not_shown_letter_by_letter(rails: Guardrails) -> None:
    answer = "Вода кипит при 100 градусах. Код 9.9.9.9 и ![x](http://e.example/i.png) рядом. Звоните 8 701 123 45 67 завтра. Ещё."
    seen, _, stopped = show(rails, list(answer))

    assert stopped
    assert seen == "Вода кипит при 100 градусах. Код [—] и x рядом. "
