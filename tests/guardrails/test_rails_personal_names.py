"""Names of pupils among names of the curriculum, and numbers of nobody: each a sentence that once went wrong."""

from collections.abc import Callable

import pytest

from guardrails.verdict import Action, Stage, Verdict
from knowledge import starter
from prompts import instructions

One = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # our own requests for a rubric: a role or a name ends one line, a capital begins the next
        (
            "ru",
            "Цель обучения: измеряет длину с помощью учителя\nКритерий: Достижение цели: «измеряет длину»",
        ),
        ("kk", "Оқу мақсаты: ойын айтады.\nКритерий: Мақсатқа жетуі: «Оқушы ойын айтады»"),
        ("kk", "Шығармаға баға бер. Критерий: Мақсатқа жетуі, оқушы ойын дәлелдейді"),
        # the steps of a plan behind a role
        ("ru", "Ученик: Решает задачу. Учитель: Объясняет решение."),
        ("ru", "ДИРЕКТОР ТРЕБУЕТ АНАЛИЗ ЗА 2 ЧЕТВЕРТЬ"),
        ("en", "Student Task: write a letter"),
        ("en", "Pupils mark true sentences T and false ones F. Correct every false sentence."),
        ("kk", "Оқушы балын есептейді: 3 балла"),
        # places
        ("kk", "Ата-аналармен Көкшетауға сапар жоспары"),
        ("kk", "Ата-аналармен Қызылордаға сапар жоспары"),
        ("ru", "План поездки с родителями: Отрар"),
        ("en", "Write a thank-you note to parents who played roles in the Nauryz show."),
    ],
)
def test_what_is_no_name_stays_beside_a_role(language: str, text: str, one: One) -> None:
    assert one("personal_data", text, language=language).text == text


@pytest.mark.parametrize(
    "text",
    [
        # declined: adjectives, short names, a title behind, a role before, a particle inside
        "Ученик пишет письмо от лица Александра Македонского", "Задание ученику: портрет кисти Ильи Репина", "История, 6 класс: оцени роль Абая Кунанбаева",
        "Мұғалім Әйтеке бидің сөзін тақтаға жазады", "Мұғалім Абай Құнанбайұлының сөзін оқиды", "Оқушы Шыңғыс ханның жорығын сипаттайды",
        "A pupil asks when Vincent van Gogh was born", "A pupil asks about Alice in Wonderland", "Ученик спрашивает о Петре Первом",
        "Қазақстандық Бауыржан Момышұлы Мәскеуді қорғады, оқушы баяндайды", "8 «А» сыныбында Майкл Фарадей тақырыбына сабақ өткіземін",
    ],
)  # fmt: skip
def test_a_figure_in_any_form_stays_beside_a_role(text: str, one: One) -> None:
    assert one("personal_data", text).text == text


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        # a first name alone, with the cue at the other end of the sentence
        ("kk", "Мейіржан сабақта жылай береді, не істеймін?", "Мейіржан"),
        ("kk", "Арманға дислексия диагнозы қойылған", "Арманға"),
        ("kk", "Ұлым Абайға мұғалімі ескерту жазыпты", "Абайға"),
        ("ru", "Диана постоянно плачет на уроках", "Диана"),
        ("ru", "Учитель моей дочери Томирис написал замечание", "Томирис"),
        ("en", "Alice with autism avoids group work", "Alice"),
        ("en", "Harry keeps crying in class", "Harry"),
        # whole names: papers, plurals, initials, registers, names that no list holds
        (
            "kk",
            "Оқушылар Бауыржан Ермеков мен Сабина Тұрсынбекке диплом жаз",
            "Бауыржан Сабина Ермеков Тұрсынбекке",
        ),
        ("kk", "Қабдолла Динараға мінездеме жазып бер, 9-сынып оқушысы", "Қабдолла Динараға"),
        ("kk", "Ерекше білімді қажет ететін Раяна Ахметжанға бағдарлама жаса", "Раяна Ахметжанға"),
        ("ru", "Поговорили с папой Санжара Зайцева", "Санжара Зайцева"),
        ("ru", "Справка Вагнеру Бекзату Ерлановичу о переводе в 10 класс", "Вагнеру Бекзату Ерлановичу"),
        ("ru", "Рекомендация для ученика по фамилии Попов", "Попов"),
        ("en", "Student S. Fisher broke the rules", "Fisher"),
        ("en", "Diplomas for Dana Perry and Arman Hughes, pupils of grade 8", "Dana Perry Arman Hughes"),
        ("en", "A certificate for Fiona Foster, pupil of our school", "Fiona Foster"),
        ("en", "Oliver and Tessa had a fight at school", "Oliver Tessa"),
    ],
)
def test_a_pupils_name_is_masked_whole(language: str, text: str, name: str, one: One) -> None:
    verdict = one("personal_data", text, language=language)

    assert verdict.action is Action.MASK
    assert not [part for part in name.split() if part in verdict.text]


@pytest.mark.parametrize(
    "text",
    [
        "Расстояние 87 514 863 387 км", "Сериясы 3701 5113 8231 4046", "Возьми тест с http://test.example.com/?id=89314101494",
        "Баллы: 3 6 9 12 15 18 21 24 27 30 33", "https://video.example.com/watch?v=A87012345678",
    ],
)  # fmt: skip
def test_a_count_a_code_and_a_link_are_no_number_of_anybody(text: str, one: One) -> None:
    assert one("personal_data", text).text == text


@pytest.mark.parametrize(
    "text", ["Пиши на https://wa.me/77011234567", "https://api.whatsapp.com/send?phone=77011234567"]
)
def test_a_link_that_calls_somebody_is_a_phone(text: str, one: One) -> None:
    assert "77011234567" not in one("personal_data", text).text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_our_own_request_for_a_rubric_passes_as_it_is(language: str, one: One) -> None:
    request = instructions.load(language)["rubric.criterion"]
    heads = {"kk": "Мақсатқа жетуі", "ru": "Достижение цели", "en": "Reaching the objective"}
    for objective in starter.load().catalogue.all_objectives[::2]:
        wording = objective.texts.get(language)
        if wording is None:
            continue
        text = request.fill(
            objectives=f"{objective.code} {wording}", present=f"{heads[language]}: «{wording}»"
        )
        assert one("personal_data", text, Stage.INPUT, language).text == text
