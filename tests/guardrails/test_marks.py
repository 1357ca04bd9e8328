"""Which brackets are marks of citation, and which keep their words."""

import pytest

from guardrails.marks import without_marks
from tests.guardrails.test_rails_quotation import told


def test_nothing_has_no_marks() -> None:
    assert without_marks("") == ""


@pytest.mark.parametrize(
    "mark",
    [
        "[1]",
        " [1, 2]",
        "[1-3]",
        "[^4]",
        "【3】",
        "【4†source】",
        "【4:0†note.pdf】",
        "[p0123456789ab]",
        "[дереккөз 2]",
        "[источник 2]",
        "[source 2]",
    ],
)
def test_a_mark_of_citation_is_taken_out(mark: str) -> None:
    assert without_marks(f"Су қайнайды{mark}.").split() == ["Су", "қайнайды", "."]


@pytest.mark.parametrize(
    "text",
    [
        "Жер [күнді] айналады.",
        "Земля [не] вращается 【никогда】.",
        "It is [not] so.",
        "Кесінді [2, 5], x ∈ [2, 5], между [2, 5], a[1], [2; 5].",
    ],
)
def test_words_an_interval_and_an_index_stay(text: str) -> None:
    assert without_marks(text) == text


def test_an_interval_of_a_passage_stays_and_its_reference_does_not() -> None:
    assert (
        without_marks("The curve falls on [2, 5] here [7] .", lists=False).split()
        == "The curve falls on [2, 5] here .".split()
    )


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Жер Күнді [ешқашан] айналып жүреді.", "Жер Күнді айналып жүреді.", "kk"),
        ("Су жүз градуста қайнайды [тек теңізде].", "Су жүз градуста қайнайды.", "kk"),
        ("Земля [не] вращается вокруг Солнца.", "Земля вращается вокруг Солнца.", "ru"),
        ("Земля вращается вокруг Солнца.", "Земля [не] вращается вокруг Солнца.", "ru"),
        ("The Earth does 【not】 move around the Sun.", "The Earth does move around the Sun.", "en"),
        (
            "The curve falls on [3, 5] and rises after it.",
            "The curve falls on [2, 5] and rises after it.",
            "en",
        ),
    ],
)
def test_words_in_brackets_are_words_of_the_sentence(text: str, passage: str, language: str) -> None:
    assert told(text, passage, language) != "supported"


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Жер Күнді айналып жүреді [1, 2].", "Жер Күнді айналып жүреді.", "kk"),
        ("Земля вращается вокруг Солнца [p0123456789ab].", "Земля вращается вокруг Солнца[3].", "ru"),
        (
            "Автор, который [1, 2] писал о степи, жил в ауле.",
            "Автор, который писал о степи, жил в ауле.",
            "ru",
        ),
        ("The Earth moves around the Sun【4†source】.", "The Earth [see below] moves around the Sun.", "en"),
    ],
)
def test_a_mark_does_not_spoil_a_quotation(text: str, passage: str, language: str) -> None:
    assert told(text, passage, language) == "supported"
