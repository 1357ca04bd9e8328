"""Fitting into a context: never too much, whole sentences, the best first."""

from hypothesis import given
from hypothesis import strategies as st

from prompts.budget import Share, cut, estimate, fit

TEXT = "Бөлшек — бүтіннің бөлігі. Дробь — это часть целого. A fraction is a part of a whole. "


def test_an_empty_text_costs_nothing() -> None:
    assert estimate("") == 0


def test_kazakh_costs_more_than_russian_and_russian_more_than_english() -> None:
    kk, ru, en = "бөлшектердің бөлімі", "знаменатели дробей", "fraction numerators"

    assert estimate(kk) / len(kk) > estimate(ru) / len(ru) > estimate(en) / len(en)


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_never_costs_less(one: str, other: str) -> None:
    assert estimate(one + other) >= max(estimate(one), estimate(other))


@given(tokens=st.integers(-50, 400), repeat=st.integers(0, 8))
def test_a_cut_text_ends_with_a_sentence_within_its_tokens(tokens: int, repeat: int) -> None:
    whole = TEXT * repeat
    short = cut(whole, tokens)

    assert whole.startswith(short)
    assert estimate(short) <= max(0, tokens)
    assert short == "" or short[-1] == "."


@given(
    room=st.integers(0, 2000),
    passages=st.lists(st.tuples(st.just("Title"), st.integers(1, 6).map(lambda n: TEXT * n)), max_size=6),
    turns=st.lists(st.tuples(st.just("question"), st.integers(1, 4).map(lambda n: TEXT * n)), max_size=2),
)
def test_what_is_kept_fits_and_is_the_best(
    room: int, passages: list[tuple[str, str]], turns: list[tuple[str, str]]
) -> None:
    share = Share(fixed=("system",), turns=tuple(turns), passages=tuple(passages), frame="[]")
    kept = fit(share, room)

    assert kept.passages[:-1] == tuple(passages[: max(0, len(kept.passages) - 1)])
    assert kept.turns == (tuple(turns[-len(kept.turns) :]) if kept.turns else ())
    if kept.passages or kept.turns:
        texts = [text for pair in (*kept.passages, *kept.turns) for text in pair]
        assert sum(map(estimate, texts)) <= kept.tokens <= room
