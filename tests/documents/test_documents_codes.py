"""What looks like a code of an objective is found, and taken out when nobody gave it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.codes import codes_in, foreign_codes, without_foreign_codes

ALLOWED = frozenset({"5.1.2.17", "7.2.1.3", "10.1.1"})
PIECES = st.sampled_from(
    ["9.9.9.9", "5.1.2.17", "9.9.9.9-ні", "10.1.1", "11.5.2", "(", ")", "[", "]", ",", ";", " ", ".", ":", "—", "-", "и",
     "және", "\n", "1.2", "01.09.2026", "оқушы", "цель", "7", "\u200b", "9. 9. 9. 9", "«", "»", "\x00"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join)


@pytest.mark.parametrize(
    "text",
    [
        "",
        # dates and times
        "01.09.2026", "1.9.2026 күні", "Дата: 12.11.26.", "31.12.25", "07.01.25", "5.9.25 ж.", "8.30-9.15",
        # decimals, sections of a book, sums, products
        "3,14 и 3.14", "1.2", "§ 1.2. Сложение", "12 345 678", "2·3·5·7", "1.2 и 3.4",
        # lists of numbers, addresses, versions, orders
        "1. 2. 3. 4.", "192.168.1.1", "10.0.0.1", "Python 3.12.1", "версия 2.1.3", "v1.2.3", "№ 399",
    ],
)  # fmt: skip
def test_what_is_no_code_is_left_alone(text: str) -> None:
    assert codes_in(text) == ()
    assert without_foreign_codes(text, ()) == text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("9.9.9.9", ("9.9.9.9",)),
        ("7.1.2.15 және 11.5.2", ("7.1.2.15", "11.5.2")),
        ("Мақсат 5.1.2.18-ні, 5.1.2.19ге", ("5.1.2.18", "5.1.2.19")),
        ("ЦО7.1.2.3.", ("7.1.2.3",)),
        ("99.1.2.3", ("99.1.2.3",)),
        # however it is typed
        ("7. 1. 2. 3", ("7.1.2.3",)),
        ("7 . 1 . 2 . 3", ("7.1.2.3",)),
        ("7.\u200b1.2.3", ("7.1.2.3",)),
        ("７．１．２．３", ("7.1.2.3",)),
        ("07.01.02.03", ("7.1.2.3",)),
        ("...7.1.2.3", ("7.1.2.3",)),
        ("7.1.2.3.4", ("7.1.2.3.4",)),
        ("7.1.2.100", ("7.1.2.100",)),
        # the number after the sentence is not of the code
        ("по цели 7.1.2.3. 5 минут", ("7.1.2.3",)),
        ("по цели 10.1.2. 5 минут", ("10.1.2",)),
        # a code twice is named once
        ("7.1.2.3, 7.1.2.3", ("7.1.2.3",)),
    ],
)
def test_what_looks_like_a_code_is_found(text: str, codes: tuple[str, ...]) -> None:
    assert codes_in(text) == codes


def test_codes_of_the_brief_are_not_foreign() -> None:
    assert foreign_codes("5.1.2.17, 9.9.9.9, 10.1.1 және 7.2.1.3-ті", ALLOWED) == ("9.9.9.9",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("Оқушы 5.1.2.17-ні орындайды.", "Оқушы 5.1.2.17-ні орындайды."),
        ("Оқушы 5.1.2.18-ні орындайды.", "Оқушы орындайды."),
        ("Ученик решает задачу (9.9.9.9).", "Ученик решает задачу."),
        ("Ученик решает задачу (ЦО 9.9.9.9) сам.", "Ученик решает задачу сам."),
        ("Learners add fractions [objective: 9.9.9.9].", "Learners add fractions."),
        ("Тапсырма (5.1.2.17, 9.9.9.9).", "Тапсырма (5.1.2.17)."),
        ("По целям 9.9.9.9, 5.1.2.17 и 7.2.1.3.", "По целям 5.1.2.17 и 7.2.1.3."),
        ("По целям 5.1.2.17 и 9.9.9.9 работают.", "По целям 5.1.2.17 работают."),
        ("По целям 5.1.2.17, 7.2.1.3 и 9.9.9.9.", "По целям 5.1.2.17 и 7.2.1.3."),
        ("9.9.9.9: объясняет рост.", "объясняет рост."),
        ("9.9.9.9 — объясняет рост.", "объясняет рост."),
        ("Цель обучения: 9.9.9.9.", "Цель обучения."),
        ("Мақсаттар: 9.9.9.9, 8.8.8.8", "Мақсаттар"),
        ("- 9.9.9.9. Сложение\n- 5.1.2.17. Вычитание", "- Сложение\n- 5.1.2.17. Вычитание"),
        ("Урок 01.09.2026, § 1.2, цель 9.9.9.9, 40 минут", "Урок 01.09.2026, § 1.2, цель, 40 минут"),
        # what was there besides stays as it was
        ("a  b ( ) , c 9.9.9.9 d", "a  b ( ) , c d"),
    ],
)
def test_a_foreign_code_leaves_with_what_held_it(text: str, left: str) -> None:
    assert without_foreign_codes(text, ALLOWED) == left


@given(text=TEXTS)
def test_no_foreign_code_is_ever_left(text: str) -> None:
    left = without_foreign_codes(text, ALLOWED)

    assert foreign_codes(left, ALLOWED) == ()
    assert without_foreign_codes(left, ALLOWED) == left


@given(text=TEXTS)
def test_codes_of_the_brief_stay(text: str) -> None:
    assert set(codes_in(without_foreign_codes(text, ALLOWED))) >= set(codes_in(text)) & ALLOWED
