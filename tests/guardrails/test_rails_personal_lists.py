"""Names in lists of marks, beside cues of a school's day, in the library's gaps; what only looks like a name stays."""

import pytest

from benchmarks.personal_data import rail
from guardrails.personal import given
from guardrails.verdict import Stage, Subject


def seen(text: str, language: str) -> str:
    return rail().inspect(Subject(stage=Stage.INPUT, text=text, language=language)).text


def test_an_empty_text_stays() -> None:
    assert seen("", "kk") == ""
    assert list(given.names("")) == []


@pytest.mark.parametrize(
    ("text", "language", "gone"),
    [
        # Lists of marks.
        ("Айгерім 4, Дамир 5: талдау жаз", "kk", ("Айгерім", "Дамир")),
        ("Оценки: Ким 3, Сериков 4. Нужен разбор", "ru", ("Ким", "Сериков")),
        # Names that the library does not hold, with endings, and names put together of two parts.
        ("Ақбота сабақта ұйықтап қалады", "kk", ("Ақбота",)),
        ("Күнсұлуға дислексия диагнозы қойылған", "kk", ("Күнсұлу",)),
        ("Нұрдәулеттің БЖБ нәтижесі 40 %", "kk", ("Нұрдәулет",)),
        # An abbreviation behind a name is no part of it.
        ("У Вероники ДЦП, предложи упражнения", "ru", ("Вероник",)),
        # A word that may be a name is one where it owns something of a pupil.
        ("Арманның дәптерін тексердім, оқушы намысшыл", "kk", ("Арман",)),
        ("Новый адрес ученика ул Садовая 42, кв.41", "ru", ("Садовая", "42")),
    ],
)
def test_what_is_a_pupils_goes(text: str, language: str, gone: tuple[str, ...]) -> None:
    out = seen(text, language)
    assert not any(word in out for word in gone), out


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Labels, words and cities.
        ("Мақсат: сөйлеу дағдысын дамыту, оқушылар топта жұмыс істейді", "kk"),
        ("Рецензия на урок коллеги. Тема: «Строение атома». Учитель объясняет", "ru"),
        ("Ата-аналармен Алматыға сапар жоспары", "kk"),
        ("A thank-you note to parents who played roles in the Nauryz show", "en"),
        ("Инструкция для родителей будущих первоклассников", "ru"),
        # Kings, heroes of books, word problems.
        ("Who tried to kill Alexander II? A timeline for a grade 8 pupil", "en"),
        ("Есеп: Асанда 5 алма бар, Үсенде 3.", "kk"),
        # Numbers that are no phone and no IIN.
        ("Расстояние 77.582816773 км, запиши в стандартном виде", "ru"),
        ("Inventory number 030319045156, the projector is dead", "en"),
    ],
)
def test_what_is_nobodys_stays(text: str, language: str) -> None:
    assert seen(text, language) == text


@pytest.mark.parametrize("word", ["Ақботаға", "Нұрдәулеттің", "Nurdaulet", "Раяны", "Ботагөздің"])
def test_a_given_name_is_known_in_every_ending_and_script(word: str) -> None:
    assert given.is_given(word)


@pytest.mark.parametrize(
    "word", ["Көктем", "Алматыда", "Бостандық", "Күнделік", "Ерлік", "Отырардан", "Теннис"]
)
def test_an_ordinary_word_is_no_given_name(word: str) -> None:
    assert not given.is_given(word)
