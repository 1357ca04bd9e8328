"""What points to one person is hidden on the way in, and what came from nowhere is stopped on the way out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from guardrails.evaluation import evaluate_personal_data
from guardrails.guardrails import Combined
from guardrails.placeholders import PLACEHOLDER
from guardrails.verdict import Action, Stage, Verdict

Inspect = Callable[..., Combined]
One = Callable[..., Verdict]

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "pii_vectors.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
NUMBERS = {"IIN", "BIN", "IBAN", "PHONE"}
CARRIERS = {
    "kk": ("{v}", "{v} деп жазылған", "Оқушы туралы: {v}.", "мынау: «{v}», тексер", "Соңында {v}"),
    "ru": ("{v}", "{v}, так записано", "Об ученике: {v}.", "вот «{v}» проверь", "В конце {v}"),
    "en": ("{v}", "{v}, it says", "About a pupil: {v}.", "here «{v}» check", "At the end {v}"),
}


def of(types: set[str], *, valid: bool) -> list[str]:
    return [row["value"] for row in VECTORS if row["type"] in types and row["valid"] is valid]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("value", of(NUMBERS, valid=True))
def test_a_number_of_somebody_is_masked_wherever_it_stands(value: str, language: str, one: One) -> None:
    for carrier in CARRIERS[language]:
        verdict = one("personal_data", carrier.format(v=value), language=language)
        assert value not in verdict.text
        assert PLACEHOLDER.search(verdict.text)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("value", of({"IIN", "IBAN", "NONE"}, valid=False))
def test_what_is_no_number_of_anybody_stays(value: str, language: str, one: One) -> None:
    for carrier in CARRIERS[language]:
        verdict = one("personal_data", carrier.format(v=value), language=language)
        assert verdict.text == carrier.format(v=value)


@pytest.mark.parametrize(
    "value",
    [
        # spaces, no-break spaces, dashes, dots inside
        "130523 500121", "130523-500-121", "1305 2350 0121", "13.05.23.500121", "8-701-123-45-67", "+7(701)1234567", "8 701 1234567",
        "KZ86 125K ZT50 0410 0100", "kz86125kzt5004100100", "a.serikova@mail.example", "aigerim(at)mail.kz",
    ],
)  # fmt: skip
def test_a_number_set_apart_is_the_same_number(value: str, asked: Inspect) -> None:
    for text in (f"Проверь {value} сегодня", f"Проверь {value.replace(' ', chr(160))} сегодня"):
        assert asked(text).categories & {"personal_data.pupil", "personal_data.teacher"}, text


def test_a_mistyped_iin_is_hidden_beside_its_name_only(one: One) -> None:
    assert "130523500122" in one("personal_data", "Число 130523500122 в примере").text
    assert "130523500122" not in one("personal_data", "ИИН ученика 130523500122").text


def test_a_plan_full_of_codes_dates_and_sums_stays_untouched(one: One) -> None:
    plan = (
        "КСП, 7 класс, 7 «А» сыныбы. Цели 7.2.1.3, 8.1.2.1; приказ № 399 от 2022-09-16 и 16.09.2022, § 12, с. 45-47, упр. 123.\n"
        "Бюджет 12 345 678 тг, 123 456 789 012 тг, 45 минут, 10:30, ISBN 978-601-07-1234-5, год 1845, 25%, 3,14, 2024-2025 оқу жылы, "
        "№ 87654321, 9-сынып, 1-тоқсан, 200 000 000 000, тел. экстренной службы 112."
    )
    assert one("personal_data", plan).text == plan


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        # Kazakh, with case endings and in Latin letters
        ("kk", "Оқушым Ержан Төлегенов сабаққа кешігіп келеді", "Ержан Төлегенов"),
        ("kk", "7 «Ә» сыныбында оқитын Аяулым Сейтқалиеваға мінездеме жаз", "Аяулым Сейтқалиеваға"),
        ("kk", "Дамирдің анасына хат жаз", "Дамирдің"),
        ("kk", "Нұрай есімді оқушым математикадан екілік алды", "Нұрай"),
        ("kk", "Оқушы Шерханов Д. тәртіп бұзды", "Шерханов Д."),
        ("kk", "Ерасылға аутизм диагнозы қойылған", "Ерасылға"),
        ("kk", "oqushym Erzhan Tolegenov sabaqqa kelmedi", "Erzhan Tolegenov"),
        ("kk", "Оқушының аты-жөні: Кәрім Айша Дәуренқызы", "Кәрім Айша Дәуренқызы"),
        # Russian, declined, in small letters, surname alone
        ("ru", "Напиши характеристику на ученицу 8Б класса Сауле Омарову", "Сауле Омарову"),
        ("ru", "Мама Дамира жалуется на оценки", "Дамира"),
        ("ru", "Касымова Алина Ерлановна", "Касымова Алина Ерлановна"),
        ("ru", "У Серёжи Ли диагноз ЗПР, адаптируй задание", "Серёжи Ли"),
        ("ru", "ученик азамат бекетов прогулял урок", "азамат бекетов"),
        ("ru", "Ученик Шмидт списал контрольную", "Шмидт"),
        ("ru", "Uchenik Timur Zhakupov opazdyvaet", "Timur Zhakupov"),
        # English
        ("en", "My pupil Dana Akhmetova is late every day", "Dana Akhmetova"),
        ("en", "Emily Clark from class 7B has dyslexia", "Emily Clark"),
        ("en", "The parents of Kevin Miles asked for a meeting", "Kevin Miles"),
    ],
)  # fmt: skip
def test_a_pupils_name_beside_a_cue_is_masked_with_its_ending(
    language: str, text: str, name: str, one: One
) -> None:
    verdict = one("personal_data", text, language=language)

    assert name not in verdict.text
    assert not any(part in verdict.text for part in name.split() if len(part) > 3)
    assert verdict.action is Action.MASK
    assert {finding.category for finding in verdict.findings} <= {"personal_data.pupil"}
    assert verdict.message_key == "guardrails.personal_data.pupil"


@pytest.mark.parametrize(
    "text",
    [
        "Абай Құнанбаевтың өмірі туралы айт", "Оқушылар Абайдың өлеңін жаттайды", "7-сыныпқа Мұхтар Әуезовтің әңгімесі",
        "Ахмет Байтұрсынұлының еңбегі, 9-сынып", "Есеп құрастыр: Асанда 5 алма, Үсенде 3 алма бар", "8-сынып оқушыларына Сәкен Сейфуллин шығармашылығы",
        "Творчество Михаила Юрьевича Лермонтова для 8 класса", "Составь задачу: Петя и Маша собрали 12 яблок", "Ученики читают рассказ Антона Чехова",
        "А.С. Пушкин «Капитанская дочка»: вопросы ученикам", "Татьяна Ларина и Онегин: сравнение, оценка 5 за сочинение", "Сказка о царе Салтане, 3 класс",
        "Life of Isaac Newton for grade 8", "Make a word problem: Tom has 5 apples", "Shakespeare's Romeo and Juliet, grade 10", "My pupils love Harry Potter",
        "Картины художницы Айши Ғалымбаевой, 5 класс", "Сырдария мен Талдықорған картада", "Алгоритм дегеніміз не?", "IP-адрес деген не",
    ],
)  # fmt: skip
def test_people_of_the_curriculum_stay(text: str, one: One) -> None:
    assert one("personal_data", text).text == text


def test_a_name_that_nothing_ties_to_a_school_is_told_of_and_left(one: One) -> None:
    verdict = one("personal_data", "Расскажи про Сауле Омарову")

    assert verdict.text == "Расскажи про Сауле Омарову"
    assert (verdict.action, verdict.message_key) == (Action.WARN, "guardrails.personal_data.person")


def test_a_teachers_data_are_of_a_class_of_their_own(one: One) -> None:
    verdict = one("personal_data", "мұғалім Гүлнар Әбдірова сабақ өткізді", language="kk")

    assert verdict.text == "мұғалім [МҰҒАЛІМ_1] сабақ өткізді"
    assert {finding.category for finding in verdict.findings} == {"personal_data.teacher"}


@pytest.mark.parametrize(
    ("language", "mark"), [("kk", "[ОҚУШЫ_1]"), ("ru", "[УЧЕНИК_1]"), ("en", "[PUPIL_1]"), ("", "[ОҚУШЫ_1]")]
)
def test_the_same_value_has_the_same_number_in_any_ending(language: str, mark: str, one: One) -> None:
    text = "Ученица Айгерім Серікова опаздывает. Вчера Айгерімді видели. Ученик Тимур Жакупов пришёл."
    verdict = one("personal_data", text, language=language)

    assert verdict.text.count(mark) == 2
    assert mark.replace("1", "2") in verdict.text


def test_a_placeholder_that_the_teacher_typed_keeps_its_number(one: One) -> None:
    verdict = one("personal_data", "[УЧЕНИК_1] и ученик Тимур Жакупов")

    assert verdict.text == "[УЧЕНИК_1] и ученик [УЧЕНИК_2]"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Живёт по адресу ул. Абая 12, кв. 5", "Живёт по адресу [АДРЕС_1]"),
        ("Абай көшесі 12, 5 пәтерде тұрады", "[АДРЕС_1] тұрады"),
        ("Дата рождения: 12.05.2013", "Дата рождения: [ДАТА_РОЖДЕНИЯ_1]"),
        ("2013 жылғы 5 мамырда туған оқушы", "[ДАТА_РОЖДЕНИЯ_1] туған оқушы"),
        ("Свидетельство о рождении № 1234567", "Свидетельство о рождении [ДОКУМЕНТ_1]"),
        ("паспорт N12345678", "паспорт [ДОКУМЕНТ_1]"),
        ("Инстаграм ученика @aiko_07", "Инстаграм ученика [АККАУНТ_1]"),
        # not personal: a figure's birth, a street of a problem, a page
        ("Абай 1845 жылы 10 тамызда туған", "Абай 1845 жылы 10 тамызда туған"),
        ("Маршрут от ул. Абая 10 до парка", "Маршрут от ул. Абая 10 до парка"),
        ("Учебник, с. 1234567", "Учебник, с. 1234567"),
    ],
)
def test_homes_birth_dates_and_papers_are_hidden_where_they_are_somebodys(
    text: str, left: str, one: One
) -> None:
    assert one("personal_data", text).text == left


def test_an_answer_may_repeat_what_a_passage_or_the_question_says_and_nothing_else(one: One) -> None:
    said = "Қабылдау бөлімі: 8 (7172) 12-34-56, info@bilim.example"
    answer = "Телефон +7 7172 123456, пошта info@bilim.example."

    assert one("personal_data", answer, Stage.OUTPUT, evidence=(said,)).action is Action.ALLOW
    assert one("personal_data", answer, Stage.OUTPUT, question=said).action is Action.ALLOW
    leak = one("personal_data", answer, Stage.OUTPUT, evidence=("Басқа мәтін",))
    assert (leak.action, leak.message_key) == (Action.BLOCK, "guardrails.personal_data.leak")


def test_a_value_split_over_two_pieces_is_seen(one: One) -> None:
    shown = "Позвоните по номеру 8 701 123"
    assert one("personal_data", " 45 67 сегодня", Stage.OUTPUT, shown=shown).action is Action.BLOCK
    assert one("personal_data", " яблок сегодня", Stage.OUTPUT, shown=shown).action is Action.ALLOW


def test_figures_word_problems_and_placeholders_pass_in_an_answer(one: One) -> None:
    for text in (
        "Ученик Асан купил 3 яблока, а Айгерім 5.",
        "[УЧЕНИК_1] и [УЧЕНИК_7] опаздывают.",
        "Абай Құнанбайұлы 1845 жылғы 10 тамызда туған.",
        "Учитель Дмитрий Иванович Менделеев преподавал в Симферополе.",
    ):
        assert one("personal_data", text, Stage.OUTPUT).action is Action.ALLOW, text
    named = "Ученица Айгерім Серікова получила двойку."
    assert one("personal_data", named, Stage.OUTPUT).action is Action.BLOCK
    assert (
        one("personal_data", named, Stage.OUTPUT, evidence=("Айгерім Серікованың жұмысы",)).action
        is Action.ALLOW
    )


def test_the_vectors_are_recognised_in_all_three_languages() -> None:
    kinds = evaluate_personal_data(VECTORS)["kinds"]
    for kind, by_language in kinds.items():
        for language, cell in by_language.items():
            expected = 0.0 if "must not fire" in kind else 1.0
            assert cell["recognised"]["value"] == expected, (kind, language)


def test_the_whole_stage_masks_and_goes_on(asked: Inspect) -> None:
    combined = asked("Напиши маме Тимура Жакупова, ученик не сдал СОР, ИИН 130523500121")

    assert combined.action is Action.MASK
    assert "130523500121" not in combined.text
    assert "Жакупов" not in combined.text
    assert asked(combined.text).text == combined.text
