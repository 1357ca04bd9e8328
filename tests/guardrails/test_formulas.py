"""Which signs are part of a formula, so that a quotation may not change them, and which are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.formulas import plain, tokens
from guardrails.quotation import quoted, wording
from tests.guardrails.test_rails_quotation import told


def signs(sentence: str) -> list[str]:
    return [token.form for token in tokens(plain(sentence)) if not token.form[0].isalnum()]


def test_nothing_holds_no_sign() -> None:
    assert signs("") == signs("-") == signs("( )") == []


@given(st.text(alphabet="ax5 -–—+*·/=<>%°²^()[]|:;,.~√"))
def test_any_row_of_signs_is_read_and_quotes_itself(text: str) -> None:
    assert not wording(text).tokens or quoted(wording(text), wording(text))


@pytest.mark.parametrize(
    ("text", "passage", "language"),
    [
        ("Күш F = m / a формуласымен табылады.", "Күш F = m · a формуласымен табылады.", "kk"),
        ("Сол түні ауа 40 градус болды.", "Сол түні ауа -40 градус болды.", "kk"),
        ("Теңсіздіктің шешімі x > 5 болады.", "Теңсіздіктің шешімі x < 5 болады.", "kk"),
        ("Ауданы 6x бірлік шаршы болады.", "Ауданы 6x² бірлік шаршы болады.", "kk"),
        ("Сыныптың 20-сы шахмат ойнайды.", "Сыныптың 20%-ы шахмат ойнайды.", "kk"),
        ("Сила равна F = m / a в этой задаче.", "Сила равна F = m · a в этой задаче.", "ru"),
        ("Ночью было 40 градусов мороза.", "Ночью было −40 градусов мороза.", "ru"),
        ("Ответом будет x ≥ 3 и больше ничего.", "Ответом будет x ≤ 3 и больше ничего.", "ru"),
        ("Верно равенство (a - b)² = a² + 2ab + b².", "Верно равенство (a - b)² = a² - 2ab + b².", "ru"),
        ("Рабочие получили 20 прибавки к плате.", "Рабочие получили 20% прибавки к плате.", "ru"),
        ("Отсюда ab² = ab(a - b) для всех чисел.", "Отсюда a²b - ab² = ab(a - b) для всех чисел.", "ru"),
        ("Then the root is x + 7 for every number.", "Then the root is x - 7 for every number.", "en"),
        ("Then the root is x-7 for every number.", "Then the root is x+7 for every number.", "en"),
        ("The answer is 3 ± 2 in this task.", "The answer is 3 + 2 in this task.", "en"),
        ("The answer is x != 3 in this task.", "The answer is x = 3 in this task.", "en"),
        ("The product is 2x + 3 in this task.", "The product is 2(x + 3) in this task.", "en"),
        ("The quotient is 12 · 4 = 3 in this task.", "The quotient is 12 : 4 = 3 in this task.", "en"),
        ("4 = 3 holds in this odd task.", "Here 12 : 4 = 3 holds in this odd task.", "en"),
        ("The number lies in (2; 5] on this line.", "The number lies in [2; 5] on this line.", "en"),
        ("The light covers 102 metres of the way.", "The light covers 10² metres of the way.", "en"),
        ("The side is 5 and no more than that.", "The side is √5 and no more than that.", "en"),
        (
            "Water freezes at 0 on this scale of Celsius.",
            "Water freezes at 0° on this scale of Celsius.",
            "en",
        ),
    ],
)
def test_a_sentence_with_another_sign_than_its_passage_is_not_supported(
    text: str, passage: str, language: str
) -> None:
    assert told(text, passage, language) != "supported"
    assert told(passage, passage, language) == "supported"


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("5–6 сынып оқушылары жарысқа қатысады.", "5-6 сынып оқушылары жарысқа қатысады."),
        ("Абай (1845—1904) өлең жазды.", "Абай (1845–1904) өлең жазды."),
        ("Сыныптың 20 %-ы шахмат ойнайды.", "Сыныптың 20%-ы шахмат ойнайды."),
        ("Көбейтінді a * b = b * a ретінде жазылады.", "Көбейтінді a · b = b ⋅ a ретінде жазылады."),
        ("Сол түні ауа **-40** градус болды.", "Сол түні ауа −40 градус болды."),
        ("Салах-ад-Дин қаланы алды, ел - тыныш.", "Салах-ад-Дин қаланы алды, ел — тыныш."),
        ("Сила равна F=m×a в этой задаче.", "Сила равна F = m · a в этой задаче."),
        ("Верно равенство (a-b)² = a²-2ab+b².", "Верно равенство (a − b)^2 = a^2 − 2ab + b^2."),
        ("Ответом будет x <= 3 и больше ничего.", "Ответом будет x ≤ 3 и больше ничего."),
        ("Река течёт на север.", "Река течёт на север — там её устье."),
        ("Число 5 — простое, оно делится лишь на себя.", "Число 5 - простое, оно делится лишь на себя."),
        ("Скорость поезда 90 км/ч на этом пути.", "Скорость поезда 90 км/ч на этом пути."),
        ("Water freezes at 0 °C on this *Celsius* scale.", "Water freezes at 0°C on this Celsius scale."),
        ("The well-known root is **x > 5** here.", "The well-known root is x > 5 here."),
        ("They had 1/2 of the bread.", "They had ½ of the bread."),
        ("Heading of the lesson on lines", "== Heading of the lesson on lines =="),
    ],
)
def test_a_sign_set_in_another_way_is_the_same_quotation(text: str, passage: str) -> None:
    assert quoted(wording(text), wording(passage))


@pytest.mark.parametrize(
    "text",
    [
        "Қала — Отырар, өзен - Сырдария, 2-сынып, 1990-жылдар.",
        "Ту-154 и COVID-19 — не формулы, где-то так.",
        "- Балық, * Құс, == Тақырып ==, **қалың** жазу.",
        "The well-known city — Otrar (on the river) | the end.",
    ],
)
def test_dashes_lists_headings_and_emphasis_are_no_signs(text: str) -> None:
    assert signs(text) == []
