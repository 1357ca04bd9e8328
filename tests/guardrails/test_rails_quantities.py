"""Numbers are read as values in three languages, however they are written, and compared with those of a passage."""

from fractions import Fraction

import pytest

from guardrails.numbers_held import HeldNumbers
from guardrails.quantities import quantities


def values(text: str, language: str = "") -> list[str]:
    return [str(one.value) for one in quantities(text, language)]


def unheld(sentence: str, passage: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = HeldNumbers(quantities(passage, language)).unheld(quantities(sentence, language))
    return found.absent, found.unsure


@pytest.mark.parametrize("language", ["kk", "ru", "en", ""])
def test_a_text_without_numbers_holds_none(language: str) -> None:
    assert values("", language) == []
    assert values("…", language) == []


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        # Kazakh: endings, collectives, parts
        ("kk", "жиырма бес оқушы", "25"),
        ("kk", "бір мың тоғыз жүз қырық бірінші жылы", "1941"),
        ("kk", "үш жүз жиырмадан астам", "320"),
        ("kk", "бесеуі келді", "5"),
        ("kk", "қырықтан көп", "40"),
        ("kk", "үштен бірі", "1/3"),
        ("kk", "төрттен үші", "3/4"),
        ("kk", "екі жарым сағат", "5/2"),
        ("kk", "жарты сағат", "1/2"),
        ("kk", "3 млн адам", "3000000"),
        ("kk", "12 мың жыл", "12000"),
        # Russian: cases, collectives, compounds
        ("ru", "двадцатью пятью словами", "25"),
        ("ru", "тысяча девятьсот сорок первый год", "1941"),
        ("ru", "в две тысячи двадцатом году", "2020"),
        ("ru", "трое друзей", "3"),
        ("ru", "трёх братьев", "3"),
        ("ru", "полтора часа", "3/2"),
        ("ru", "три четверти часа", "3/4"),
        ("ru", "одна пятая", "1/5"),
        ("ru", "пятая часть", "1/5"),
        ("ru", "двухэтажный дом", "2"),
        ("ru", "2,5 миллиона тонн", "2500000"),
        ("ru", "вдвое больше", "2"),
        # English: hyphens, ordinals, parts
        ("en", "twenty-five pupils", "25"),
        ("en", "a hundred and five pages", "105"),
        ("en", "two hundred thousand", "200000"),
        ("en", "nineteen eighty-four", "1984"),
        ("en", "the twenty-first letter", "21"),
        ("en", "two thirds of it", "2/3"),
        ("en", "a tenth of the energy", "1/10"),
        ("en", "three quarters gold", "3/4"),
        ("en", "42,000 words", "42000"),
        # Any language
        ("", "1 000 000", "1000000"),
        ("", "1,50", "3/2"),
        ("", "½", "1/2"),
        ("", "3/4", "3/4"),
        ("", "7.2.1.3", "7.2.1.3"),
        ("", "12.05.2020", "12.5.2020"),
        ("", "XIX", "19"),
        ("", "ХІХ", "19"),
    ],
)
def test_a_number_is_one_value_however_it_is_written(language: str, text: str, value: str) -> None:
    assert values(text, language) == [value]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("kk", "алтын адам үшін оның жүзі жарқын, онда бірі келді деген сөз жоқ"),
        ("ru", "он сказал, что семинар идёт в столице, а пятно на шестерне осталось"),
        ("en", "someone often attends the seventies' tennis: done"),
        ("", "он келді"),
        ("", "I am V"),
    ],
)
def test_words_that_look_like_numbers_are_none(language: str, text: str) -> None:
    assert [one for one in values(text, language) if one != "1"] == []


def test_an_unknown_language_reads_the_words_of_all_three() -> None:
    assert values("twenty-five, жиырма бес, двадцать пять", "de") == ["25", "25", "25"]


def test_numbers_side_by_side_stay_apart() -> None:
    assert values("10, 20, 30") == ["10", "20", "30"]
    assert values("пять-шесть человек", "ru") == ["5", "6"]
    assert values("бес-алты күн", "kk") == ["5", "6"]
    assert values("45 минут; 10 %") == ["45", "10"]
    assert values("1 : 50,000", "en") == ["1", "50000"]


@pytest.mark.parametrize(
    ("sentence", "passage", "language"),
    [
        ("Үш ай, бес күн.", "3 ай және 5 күн.", "kk"),
        ("В девятнадцатом веке.", "Это было в 1869 году.", "ru"),
        ("XIX ғасырда болған.", "1869 жылы болды.", "kk"),
        ("19th-century towns", "It began in the nineteenth century.", "en"),
        ("Half of the class.", "50 % of the class.", "en"),
        ("Одна пятая часть.", "20 процентов.", "ru"),
        ("Вдвое меньше.", "Осталась половина.", "ru"),
        ("В мае.", "12.05.2020", "ru"),
        ("Один из них.", "Дети.", "ru"),
    ],
)
def test_another_way_of_writing_is_held(sentence: str, passage: str, language: str) -> None:
    assert unheld(sentence, passage, language) == ((), ())


@pytest.mark.parametrize(
    ("sentence", "passage", "language", "absent"),
    [
        ("Ол 1846 жылы туған.", "Ол 1845 жылы туған.", "kk", "1846"),
        ("Көтеріліс екі жылға созылды.", "Көтеріліс он жылға созылды.", "kk", "2"),
        ("Три метра в длину.", "Семнадцать метров в длину.", "ru", "3"),
        ("Азота около половины.", "Азота 78 процентов.", "ru", "1/2"),
        ("The heart has three chambers.", "The heart has four chambers.", "en", "3"),
        ("It took nine days.", "It took three days.", "en", "9"),
        ("В июле.", "Это было в марте.", "ru", "7"),
        ("Әрбір 7.2.1.4 мақсат.", "Мақсат 7.2.1.3.", "kk", "7.2.1.4"),
    ],
)
def test_a_changed_number_is_absent(sentence: str, passage: str, language: str, absent: str) -> None:
    assert unheld(sentence, passage, language) == ((absent,), ())


@pytest.mark.parametrize(
    ("sentence", "passage", "language", "unsure"),
    [
        # reckoned from what stands there
        ("It lasted 4 years.", "It began in 1861 and ended in 1865.", "en", "4"),
        ("500 metres long", "half a kilometre long", "en", "500"),
        ("About 250 values.", "It has 256 values.", "en", "250"),
        ("Осталась четверть.", "Ушло три четверти.", "ru", "1/4"),
        # things counted in passing
        ("The traditions of two continents.", "African rhythms met the bands of Europe.", "en", "2"),
        ("The last two lines.", "A sonnet has fourteen lines.", "en", "2"),
    ],
)
def test_what_may_follow_or_counts_in_passing_is_unsure(
    sentence: str, passage: str, language: str, unsure: str
) -> None:
    assert unheld(sentence, passage, language) == ((), (unsure,))


def test_a_very_long_number_and_a_very_long_word_are_read() -> None:
    assert len(values("9" * 5000)) == 1
    assert values("бес" * 5000, "kk") == []
    assert quantities("2 " * 3)[0].value == Fraction(2)
