"""Which questions need the one before them, told by rules in three languages, and how code joins the two."""

import pytest

from app.assistant.follow_up import asks_to_rework, joined, needs_the_one_before, sought, topics

NEEDS_KK = """
ал 6-сыныпта ше?
Ал ондық бөлшектер ше?
6-сыныпта?
ал 7 сынып?
Оны балаларға қалай түсіндіремін?
Неге?
Ал неге?
Тағы мысал келтір
Қарапайым тілмен түсіндірші
Оңайырақ түсіндіріңіз
Қысқаша айтшы
Толығырақ түсіндіріңізші
Бұл тақырыпқа тапсырма құрастыр
Осыны орысша айтып бер
Бұған үш тапсырма ұсын
Жалғастыр
Ал геометрияда ше?
Ол не үшін керек?
Екінші мысалды түсіндір
Алдыңғы жауапты қысқарт
Мұны үйге тапсырма етіп бер
үшінші тоқсанда ше?
"""
NEEDS_RU = """
объясни проще
а в 6 классе?
В 6 классе?
А для десятичных дробей?
Почему?
А зачем?
Ещё пример, пожалуйста
Можно подробнее?
Короче
Как это объяснить детям?
А на казахском?
Составь по этому тест
Какие ошибки они допускают?
А если знаменатели разные?
Продолжай
Что насчёт процентов?
Приведи ещё два примера
Они нужны в 5 классе?
и в третьей четверти?
Сделай из этого домашнее задание
Упрости, пожалуйста
Переведи на русский язык
"""
NEEDS_EN = """
and in grade 6?
In grade 6?
Explain it more simply
Why?
But why?
What about decimals?
How about percentages?
How is it taught?
Give two more examples
Make it a quiz
And for grade 7?
Which mistakes do pupils make with it?
Shorter, please
Translate that into Kazakh
Can you explain this in more detail?
Give me homework on this
Continue
Is it hard for grade 5?
Another example
Rewrite it for weaker pupils
"""
ALONE_KK = """
Бөлшектерді қалай салыстырамыз?
5.1.2.17 мақсатына тапсырма құрастыр
5.1.2.17
Фотосинтез деген не?
Ал фотосинтез деген не?
Ондық бөлшек деген не, оны қалай оқимыз?
Абайдың өлеңдерін қалай талдаймыз?
Қошқармүйіз ою-өрнегі нені білдіреді?
Үшбұрыштың ауданын қалай табамыз?
Бастауыш сынып оқушысына қандай тағам пайдалы?
Қазақ хандығы қашан құрылды?
Жай бөлшектерді қосуға үш тапсырма ұсын
"""
ALONE_RU = """
Как сравнить дроби с разными знаменателями?
Что такое процент?
А что такое алгоритм?
Что такое дроби и как их складывать?
Фотосинтез это что?
Объясни цель 5.1.2.17 проще
Это какая цель: 5.1.2.17?
Какая еда полезна ученику начальной школы?
Как построить окружность по трём точкам?
А как сложить десятичные дроби?
Придумай задачу про движение поездов
Сложноподчинённые предложения: примеры
И Абай, и Пушкин писали о природе: как сравнить?
"""
ALONE_EN = """
How are fractions with different denominators added?
What is photosynthesis?
And what is a decimal fraction?
Which food is good for a primary pupil?
What is learning objective 5.1.2.17 about?
How do plants make food?
Explain the Pythagorean theorem more simply
Give two examples of chemical reactions
What are fractions and how are they compared?
What does the koshkarmuyiz pattern stand for?
Is it possible to divide by zero in fractions?
"""

REWORK_KK = """
Қиындат
Осыны қиындатып берші
Қиынырақ қыл
Оңайлатып бер
Оңайырақ түсіндіріңіз
Қарапайым тілмен түсіндірші
6-сыныпқа арнап жеңілдет
Күрделендір
Қысқарт
Қысқаша айтшы
Қайта жазып бер
Осыны орысша аудар
Оңайырақ айта аласыз ба?
"""
REWORK_RU = """
Усложни
Сделай сложнее
Посложнее, пожалуйста
Сделай задания потруднее
Объясни проще
Можно попроще?
Упрости для 5 класса
Сократи
Короче
Перепиши своими словами
Переведи на казахский
"""
REWORK_EN = """
Make it harder
make it more difficult
Harder, please
Explain it more simply
Can you make it easier?
Simplify this for grade 5
Shorten it
Shorter, please
Rewrite it for weaker pupils
Rephrase that
Translate that into Kazakh
"""
# What passages can answer: a reason, one more example, another grade, the matter itself; and what names its matter.
NO_REWORK = """
Неге қиын?
6-сыныпта қиынырақ па?
Тағы мысал келтір
ал 6-сыныпта ше?
Толығырақ түсіндіріңізші
Қысқа жауаптар неге жақсы?
Бөлшектерді қосуды қиындат
Почему это сложнее?
В 6 классе сложнее?
Это сложнее?
Ещё пример, пожалуйста
Какие ошибки они допускают?
Усложни задачу про движение поездов
Why is it harder?
Is it harder in grade 6?
Give two more examples
Which mistakes do pupils make with it?
Explain the Pythagorean theorem more simply
How is a difficult text shortened?
"""


def rows(*tables: str) -> list[str]:
    return [line for table in tables for line in table.strip().splitlines()]


def test_nothing_needs_nothing() -> None:
    assert not needs_the_one_before("")
    assert not needs_the_one_before(" ?! ")
    assert topics("") == ()


@pytest.mark.parametrize("text", rows(NEEDS_KK, NEEDS_RU, NEEDS_EN))
def test_a_question_that_leaves_its_subject_out_needs_the_one_before(text: str) -> None:
    assert needs_the_one_before(text)


@pytest.mark.parametrize("text", rows(ALONE_KK, ALONE_RU, ALONE_EN))
def test_a_question_that_names_its_subject_stands_alone(text: str) -> None:
    assert not needs_the_one_before(text)


def test_a_long_question_says_what_it_is_about() -> None:
    assert not needs_the_one_before("А " + "ещё " * 20 + "?")


@pytest.mark.parametrize(
    ("text", "earlier", "expected"),
    [
        ("ал 6-сыныпта ше?", "Бөлшектерді қалай салыстырамыз?", "ал 6-сыныпта ше? (Бөлшектерді қалай салыстырамыз)"),
        ("объясни проще", "Что за цель 5.1.2.17?", "объясни проще (5.1.2.17)"),
        ("Why?", "What does the koshkarmuyiz pattern stand for?", "Why? (koshkarmuyiz pattern stand)"),
        # The code belongs to grade 5: another grade is asked for.
        ("а в 6 классе?", "Задание к цели 5.1.2.17 про сложение дробей", "а в 6 классе? (сложение дробей)"),
        # A question about nothing gives nothing.
        ("Почему?", "Зачем?", "Почему?"),
    ],
)  # fmt: skip
def test_code_joins_a_follow_up_with_the_words_of_the_question_before(
    text: str, earlier: str, expected: str
) -> None:
    assert joined(text, earlier) == expected


def test_a_hidden_name_is_never_carried_into_another_question() -> None:
    carried = joined("объясни проще", "Как объяснить дроби ученику [УЧЕНИК_1]?")

    assert carried == "объясни проще (дроби)"


def test_what_was_joined_stands_alone() -> None:
    assert not needs_the_one_before(joined("объясни проще", "Как сравнить дроби с разными знаменателями?"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ал 6-сыныпта ше? (Бөлшектерді қалай салыстырамыз)", "Бөлшектерді салыстырамыз 6-сыныпта"),
        ("объясни проще (5.1.2.17)", "5.1.2.17"),
        ("What about decimals? (fractions added)", "decimals fractions added"),
        ("Почему?", "Почему?"),
    ],
)
def test_a_joined_follow_up_is_searched_by_what_it_names(text: str, expected: str) -> None:
    assert sought(text) == expected


@pytest.mark.parametrize("text", rows(REWORK_KK, REWORK_RU, REWORK_EN))
def test_a_wish_for_the_same_in_other_words_or_at_another_level_is_known(text: str) -> None:
    assert needs_the_one_before(text)
    assert asks_to_rework(text)


@pytest.mark.parametrize("text", ["", *rows(NO_REWORK, ALONE_KK, ALONE_RU, ALONE_EN)])
def test_what_passages_can_answer_is_no_such_wish(text: str) -> None:
    assert not asks_to_rework(text)
