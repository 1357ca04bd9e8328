"""The words of a document: terms, language, age, names; silent on a good one, and what is planted is found where it is."""

from dataclasses import replace

import pytest

from app.documents.checks import age, language, names, terms
from app.documents.finding import Weight
from app.documents.readability import (
    Counts,
    counts,
    english_grade,
    english_syllables,
    grade,
    russian_ease,
    russian_grade,
)
from app.documents.value import Item
from tests.documents.good_documents import good_letter, good_plan, with_value
from tests.documents.starter_briefs import LANGUAGES, StarterShelf

LONG = (
    "Проанализируйте взаимообусловленность последовательно преобразовываемых арифметических выражений, "
    "сопоставляя закономерности распределительного умножения с особенностями неоднократного приведения "
    "разнознаменательных дробей, и сформулируйте аргументированное заключение относительно целесообразности "
    "предварительного преобразования знаменателей применительно к многокомпонентным вычислительным "
    "последовательностям, учитывая необходимость систематического контроля промежуточных результатов, "
    "обоснованность выбранной последовательности преобразований и достоверность окончательного заключения"
)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_good_plan_has_nothing_against_it(shelf: StarterShelf, spoken: str) -> None:
    document, means = good_plan(shelf, spoken)

    for each in (terms, language, names):
        assert each.check(document, means) == ()


@pytest.mark.parametrize(
    ("spoken", "text", "said", "approved"),
    [
        ("en", "Add the whole numbers.", "whole numbers", "integer"),
        ("ru", "Отметьте числа на координатном луче.", "координатном луче", "числовой луч"),
        ("kk", "Текше салыңыз.", "текше", "куб"),
    ],
)
def test_a_second_name_of_a_term_is_told_with_the_approved_one(
    shelf: StarterShelf, spoken: str, text: str, said: str, approved: str
) -> None:
    document, means = good_plan(shelf, spoken)

    (found,) = terms.check(with_value(document, "middle.task.1", text=text), means)

    assert found.field == "middle.task.1"
    assert found.words.key == "checks.terms.variant"
    assert found.words.facts == {"said": said, "approved": approved}


def test_a_russian_term_in_a_kazakh_document_is_told_with_the_kazakh_one(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "kk")

    (found,) = terms.check(
        with_value(document, "more.homework", text="Үшбұрыштағы угол қалай өлшенеді?"), means
    )

    assert found.words.key == "checks.terms.russian"
    assert found.words.facts == {"said": "угол", "approved": "бұрыш"}


@pytest.mark.parametrize(
    ("spoken", "text"),
    [("kk", "бұрыш — угол — angle"), ("en", "whole number (integer)"), ("kk", "куб, яғни текше")],
)
def test_another_name_beside_the_approved_one_explains_it(
    shelf: StarterShelf, spoken: str, text: str
) -> None:
    document, means = good_plan(shelf, spoken)

    assert terms.check(with_value(document, "more.homework", text=text), means) == ()


def test_a_question_may_ask_for_a_term_in_another_language(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "kk")
    item = Item(
        question="«ортақ бөлім» термині орыс тілінде қалай аталады, ал «угол» сөзінің қазақшасы қандай?",
        options=("смешанное число", "сокращение дроби", "неправильная дробь", "общий знаменатель"),
        explanation="Бөлімдері әртүрлі бөлшектерді ортақ бөлімге келтіреді.",
    )
    asked = document.with_field(replace(document.field("middle.task.1"), value=item))

    assert terms.check(asked, means) == ()
    assert language.check(asked, means) == ()


def test_words_that_both_languages_share_are_no_russian_words(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "kk")

    assert (
        terms.check(with_value(document, "more.homework", text="Диаграмма мен координата, куб."), means) == ()
    )


@pytest.mark.parametrize(
    ("spoken", "text", "key"),
    [
        ("ru", "Оқушылар ережені түсіндіріп, есептер шығарады және бір-бірінің жауабын мұқият тексереді.", "is_kk"),
        ("kk", "Ученики объясняют правило, решают задачи и внимательно проверяют ответы друг друга.", "is_ru"),
        ("en", "Ученики объясняют правило, решают задачи и внимательно проверяют ответы друг друга.", "is_ru"),
        ("ru", "Learners explain the rule, solve the problems and carefully check each other's answers.", "is_en"),
    ],
)  # fmt: skip
def test_a_field_in_another_language_is_found(shelf: StarterShelf, spoken: str, text: str, key: str) -> None:
    document, means = good_plan(shelf, spoken)

    (found,) = language.check(with_value(document, "more.homework", text=text), means)

    assert (found.field, found.words.key) == ("more.homework", f"checks.language.{key}")


def test_a_few_words_do_not_tell_a_language(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "kk")

    assert language.check(with_value(document, "more.homework", text="Топта талдау. Ой толгау."), means) == ()


def test_rows_of_terms_in_three_languages_do_not_count(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "ru")
    rows = "\n".join(["Опорные слова:", *["отрезок – бөлінген кесінді – line segment"] * 6])

    assert language.check(with_value(document, "more.homework", text=rows), means) == ()


def test_an_objective_quoted_in_its_own_language_does_not_count(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "ru")
    quoted = " ".join(one.text("kk") for one in means.material.objectives)

    assert language.check(with_value(document, "more.homework", text=quoted), means) == ()


def test_the_measures_are_those_of_their_sources() -> None:
    found = Counts(words=100, sentences=10, syllables=150)

    assert russian_ease(found) == pytest.approx(206.835 - 1.3 * 10 - 60.1 * 1.5)
    assert russian_grade(found) == pytest.approx(0.36 * 10 + 5.76 * 1.5 - 11.97)
    assert english_grade(found) == pytest.approx(0.39 * 10 + 11.8 * 1.5 - 15.59)


def test_a_text_is_counted_by_words_sentences_and_vowels() -> None:
    assert counts("", "ru") == Counts(words=0, sentences=0, syllables=0)
    assert counts("Мама мыла раму. Ёж спит!\nДом 25", "ru") == Counts(words=6, sentences=3, syllables=9)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("cat", 1), ("the", 1), ("make", 1), ("makes", 1), ("solved", 1), ("added", 2), ("table", 2), ("fraction", 2),
     ("numerator", 4), ("rhythm", 1), ("b", 1)],
)  # fmt: skip
def test_english_syllables_are_groups_of_vowels_without_a_silent_end(word: str, syllables: int) -> None:
    assert english_syllables(word) == syllables


def test_a_short_text_and_a_kazakh_one_have_no_grade() -> None:
    assert grade(Counts(words=49, sentences=1, syllables=200), "ru") is None
    assert grade(Counts(words=100, sentences=1, syllables=200), "kk") is None


def test_words_far_above_the_grade_are_a_doubt(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "ru")
    hard = with_value(document, "middle.task.1", text=LONG)
    found = age.reading(hard)

    assert age.check(document, means) == ()
    assert found is not None
    assert (found.measured, found.meant) == (13, 5)
    assert [(one.words.key, one.weight) for one in age.check(hard, means)] == [
        ("checks.age.hard_ru", Weight.DOUBT)
    ]


def test_a_kazakh_document_says_openly_that_no_measure_is_known(shelf: StarterShelf) -> None:
    document, means = good_plan(shelf, "kk")

    assert [(one.words.key, one.weight) for one in age.check(document, means)] == [
        ("checks.age.no_measure", Weight.NOTE)
    ]


def test_what_learners_do_not_read_is_not_measured(shelf: StarterShelf) -> None:
    document, means = good_letter(shelf, LONG)

    assert age.reading(document) is None
    assert age.check(document, means) == ()


@pytest.mark.parametrize(
    "body",
    [
        "Приглашаем родителей ученика Серікова Н.Ж. в школу.",
        "Н. Ж. Серікова стала внимательнее.",
        "Ваш сын Тлеубаев Нурлан пропустил урок.",
        "Айым Ерланқызы ответила хорошо.",
        "Пётр Сергеевич ждёт вас.",
    ],
)
def test_a_name_in_a_letter_is_found_and_not_repeated(shelf: StarterShelf, body: str) -> None:
    document, means = good_letter(shelf, body)

    (found,) = names.check(document, means)

    assert (found.field, found.words.facts) == ("letter.body", {"place": "body"})


@pytest.mark.parametrize(
    "body",
    [
        "Приглашаем [ИМЯ РЕБЁНКА] в школу.",
        "Встреча 5 «А» в Алматы, школа № 1.",
        "Звоните: Омарова Гүлнар.",
        "“Hearing French words”. Great Silk Road.",
        "Династия Алтай, Единый День. Республика Казахстан.",
    ],
)
def test_placeholders_and_the_teachers_own_name_are_no_pupils_names(shelf: StarterShelf, body: str) -> None:
    document, means = good_letter(shelf, body)

    assert names.check(document, means) == ()
