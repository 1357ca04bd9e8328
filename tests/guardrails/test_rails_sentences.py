"""The hold-back rule: pieces depend on the text, never on the chunks, and tear no value."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.sentences import LONGEST, SentenceBuffer


def still() -> float:
    return 0.0


def pieces(chunks: list[str]) -> list[str]:
    buffer = SentenceBuffer(still)
    found = [piece for chunk in chunks for piece in buffer.push(chunk)]
    return [*found, *buffer.flush()]


def test_nothing_comes_out_of_nothing() -> None:
    assert pieces([]) == []
    assert pieces([""]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # plain ends
        ("Бір. Екі. Үш", ["Бір. ", "Екі. ", "Үш"]),
        ("Правда? Да! Вот… Так.", ["Правда? ", "Да! ", "Вот… ", "Так."]),
        ("Первая строка\nвторая строка\n- пункт", ["Первая строка\n", "вторая строка\n", "- пункт"]),
        ("«Мысль.» Другая.", ["«Мысль.» ", "Другая."]),
        # no ends: abbreviations, initials, decimals, codes, numbers of a list
        ("В 1845 г. Абай родился.", ["В 1845 г. Абай родился."]),
        ("Алма, өрік, т.б. жемістер. Соңы.", ["Алма, өрік, т.б. жемістер. ", "Соңы."]),
        ("А. Құнанбайұлы жазды. Иә.", ["А. Құнанбайұлы жазды. ", "Иә."]),
        ("Число 3.14 и 7.2.1.3 верно. Да.", ["Число 3.14 и 7.2.1.3 верно. ", "Да."]),
        ("1. Бірінші қадам. 2. Екінші.", ["1. Бірінші қадам. ", "2. Екінші."]),
        ("См. рис. 5. Дальше.", ["См. рис. 5. ", "Дальше."]),
        # a mark that follows belongs to its sentence
        ("Вода кипит. [1] Лёд тает. [2][3] Конец.", ["Вода кипит. [1] ", "Лёд тает. [2][3] ", "Конец."]),
    ],
)
def test_a_piece_ends_where_a_sentence_does(text: str, expected: list[str]) -> None:
    assert pieces([text]) == expected


def test_a_long_run_is_cut_at_white_space_and_tears_no_number_mark_or_placeholder() -> None:
    filler = "сөз " * 57
    for value in ("8 701 123 45 67", "[ОҚУШЫ_1]", "[1, 2, 3]", "KZ86 125K ZT50", "http://a.example/b c"):
        text = f"{filler}{value} " + "тағы сөз " * 40
        found = pieces([text])
        assert "".join(found) == text
        assert all(len(piece) <= LONGEST + 90 for piece in found)
        if value[0] in "8[":
            assert any(value in piece for piece in found), value


@given(
    text=st.text(alphabet=st.sampled_from('абә z19.!?…\n[]()"» 7,г-@:/'), max_size=700),
    cuts=st.lists(st.integers(0, 700), max_size=12),
)
def test_any_cutting_into_chunks_gives_the_same_pieces(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    chunks = [text[a:b] for a, b in pairwise(places)]

    assert pieces(chunks) == pieces([text])
    assert "".join(pieces(chunks)) == text


def test_letter_by_letter_is_no_other_than_at_once() -> None:
    text = "Абай 1845 ж. дүниеге келді. [1] Ол ақын!\n1. Бірінші. 2. Екінші… Соңы " + "өте ұзақ сөйлем " * 40
    assert pieces(list(text)) == pieces([text])


def test_after_a_second_and_a_half_what_can_be_cut_comes_out() -> None:
    now = 0.0
    buffer = SentenceBuffer(lambda: now)
    assert buffer.push("Бұл сөйлем әлі біткен жоқ") == ()
    now = 1.4
    assert buffer.push("") == ()
    now = 1.6
    assert buffer.push("") == ("Бұл сөйлем әлі біткен ",)
    assert buffer.flush() == ("жоқ",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a name, the number of a house, the groups of an account
        ("Бүгін оқушы Айгерім Серікова", "Бүгін оқушы "),
        ("Он живёт на улице Абая 12", "Он живёт на улице "),
        ("Шот нөмірі KZ86 125K ZT50", "Шот нөмірі "),
        # markup of which half would be taken for text
        ("Сурет мынау <img src=x onerror=alert(1)", "Сурет мынау "),
        ("Сілтеме [мұнда](http://a.example 'бір атау", "Сілтеме "),
        # what is no markup and no name is cut
        ("Егер a < b болса онда", "Егер a < b болса "),
        ("Біз Абай туралы оқимыз", "Біз Абай туралы "),
        ("Ұлы Жібек Жолы Туралы Үлкен Әңгіме", "Ұлы Жібек Жолы Туралы Үлкен "),
    ],
)
def test_a_model_that_stalls_tears_no_name_number_or_tag(text: str, expected: str) -> None:
    now = 0.0
    buffer = SentenceBuffer(lambda: now)
    buffer.push(text)
    now = 1.6

    assert "".join(buffer.push("")) == expected


def test_a_link_after_a_sentence_stays_in_one_piece() -> None:
    assert pieces(["Вода кипит. [1] [сюда](http://a.example) нажми. Да"])[-2:] == [
        "[1] [сюда](http://a.example) нажми. ",
        "Да",
    ]
