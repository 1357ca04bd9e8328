"""The rails on the way out: leaks of the prompt, links, marks, codes, grounding, language."""

from collections.abc import Callable

import pytest

from guardrails.evaluation import auroc, proportion
from guardrails.grounding import ground
from guardrails.grounding_evaluation import evaluate_groundedness
from guardrails.language import language_of
from guardrails.verdict import Action, Stage, Verdict

One = Callable[..., Verdict]
OUT = Stage.OUTPUT
PROMPT = "Ты помощник учителя и отвечаешь только по отрывкам из программы, которые даны ниже между знаками"
WATER = "Вода кипит при 100 градусах Цельсия на уровне моря. В 1742 году Андерс Цельсий предложил шкалу. Лёд тает при нуле."
ABAI = "Абай Құнанбайұлы 1845 жылы Шыңғыстауда дүниеге келген. Ол қырық бес қара сөз жазды, өлеңдері ХІХ ғасырда тарады."


# --- prompt_leak


@pytest.mark.parametrize(
    ("text", "shown", "action"),
    [
        ("Я помощник учителя.", "", Action.ALLOW),
        ("Мне сказано: ты помощник учителя и отвечаешь только по отрывкам из программы!", "", Action.BLOCK),
        ("ТЫ — ПОМОЩНИК, УЧИТЕЛЯ (и) отвечаешь только по отрывкам", "", Action.BLOCK),
        # split over two pieces
        ("отвечаешь только по отрывкам из программы", "Мне сказано: ты помощник учителя и ", Action.BLOCK),
        ("Дальше о воде.", "ты помощник учителя и отвечаешь только по отрывкам из программы, ", Action.ALLOW),
        # the canary, also set apart
        ("Код: 7f3a-91bc", "", Action.BLOCK),
        ("7 f 3 a 9 1 b c", "", Action.BLOCK),
    ],
)
def test_the_prompt_is_not_repeated(text: str, shown: str, action: Action, one: One) -> None:
    verdict = one("prompt_leak", text, OUT, confidential=(PROMPT, "7f3a91bc"), shown=shown)

    assert verdict.action is action


def test_what_a_passage_says_as_well_is_no_leak(one: One) -> None:
    text = "ты помощник учителя и отвечаешь только по отрывкам из программы"
    assert one("prompt_leak", text, OUT, confidential=(PROMPT,), evidence=(PROMPT,)).action is Action.ALLOW
    assert one("prompt_leak", text, OUT).action is Action.ALLOW


# --- links


@pytest.mark.parametrize(
    ("text", "left"),
    [
        # nothing that loads or leads
        (
            "x<5 и y>3, a<b и c>d, 1:2, и/или, http — это протокол",
            "x<5 и y>3, a<b и c>d, 1:2, и/или, http — это протокол",
        ),
        # images, links, references, addresses
        ("![схема](http://evil.example/i.png?q=1)", "схема"),
        ("[сайт](https://evil.example)", "сайт"),
        ("[сайт](javascript:alert(1))", "сайт"),
        ("см. https://evil.example/x?y=1.", "см. [—]."),
        ("<https://evil.example>", "[—]"),
        ("//evil.example/x и www.evil.example и evil.example/x", "[—] и [—] и [—]"),
        ("data:text/html;base64,QUJD", "[—]"),
        ("[1]: http://evil.example\nтекст", "\nтекст"),
        # markup, also broken and nested
        ("<b>жир</b> <br/> <img src=x onerror=alert(1)>", "жир  "),
        ("<script>alert(1)</script>текст", "текст"),
        ("<scr<script>ipt>alert(1)</script>", "<scr"),
        ("<img src=x onerror=alert(1)", ""),
        ("<!-- тайна -->видно", "видно"),
        # a source of the answer
        ("[бағдарлама](https://adilet.example/V1#z2)", "[бағдарлама](https://adilet.example/V1#z2)"),
        ("Дереккөз: https://adilet.example/V1.", "Дереккөз: https://adilet.example/V1."),
        ("https://adilet.example/V1?leak=1", "[—]"),
    ],
)
def test_only_sources_are_linked_and_nothing_loads(text: str, left: str, one: One) -> None:
    assert one("links", text, OUT, sources=("https://adilet.example/V1",)).text == left


def test_markup_nested_in_markup_leaves_nothing_that_loads(one: One) -> None:
    nested = "x"
    for _ in range(30):
        nested = f"<i{nested}>"
    verdict = one("links", nested.replace("x", ">"), OUT)

    assert "<i>" not in verdict.text
    assert verdict.action in {Action.MASK, Action.BLOCK}


# --- citations


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Су қайнайды [1].", "Су қайнайды [1]."),
        ("Су қайнайды [2] [p00ff00].", "Су қайнайды [2] [p00ff00]."),
        ("Су қайнайды [3].", "Су қайнайды."),
        ("Су [1, 3] қайнайды [0].", "Су [1] қайнайды."),
        ("Су【3】 қайнайды[^9].", "Су қайнайды."),
        ("Су [дереккөз 7] қайнайды [pdeadbeef00].", "Су қайнайды."),
        ("Автор, который [7, 9] писал.", "Автор, который писал."),
        # mathematics and programs
        ("на отрезке [0; 5] и x ∈ [2, 7]", "на отрезке [0; 5] и x ∈ [2, 7]"),
        ("элемент a[5] массива", "элемент a[5] массива"),
        ("[ОҚУШЫ_1] [—]", "[ОҚУШЫ_1] [—]"),
    ],
)
def test_a_mark_points_to_a_passage_or_goes(text: str, left: str, one: One) -> None:
    verdict = one("citations", text, OUT, passage_ids=("p00ff00", "p11aa11"))

    assert verdict.text == left
    assert (verdict.action is Action.WARN) == (verdict.text != text)


def test_a_mark_within_a_mark_goes_as_well(one: One) -> None:
    assert "9" not in one("citations", "Су [[9]9] қайнайды", OUT, passage_ids=("p1",)).text


# --- objective_codes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Мақсат 7.2.1.3 және 5.1.2.1.", "Мақсат 7.2.1.3 және 5.1.2.1."),
        ("Мақсат 7.2.1.4.", "Мақсат [—]."),
        ("(9.9.9.9) 12.1.1.1, 7. 2. 1. 4", "([—]) [—], [—]"),
        # no codes: dates, sections, addresses of machines, long numbers
        (
            "16.09.2022, п. 7.2.1, 192.168.10.1, 1.2.3.4.5, 13.1.1.1, v7.2.1.4x",
            "16.09.2022, п. 7.2.1, 192.168.10.1, 1.2.3.4.5, 13.1.1.1, v7.2.1.4x",
        ),
    ],
)
def test_a_code_that_no_programme_holds_is_never_shown(text: str, left: str, one: One) -> None:
    verdict = one("objective_codes", text, OUT)

    assert verdict.text == left
    assert (verdict.action is Action.WARN) == (left != text)


# --- groundedness


@pytest.mark.parametrize(
    ("text", "passage", "categories"),
    [
        ("Вода кипит при 100 градусах Цельсия на уровне моря.", WATER, {"groundedness.supported"}),
        ("Лёд тает при нуле [1].", WATER, {"groundedness.supported"}),
        ("Өлеңдері ХІХ ғасырда тарады.", ABAI, {"groundedness.supported"}),
        # words left out or in another order: where it holds, or who does what, may be lost with them
        ("Вода кипит при 100 градусах Цельсия.", WATER, {"groundedness.weak"}),
        ("На уровне моря вода кипит при 100 градусах.", WATER, {"groundedness.weak"}),
        ("Абай 1845 жылы дүниеге келген [1].", ABAI, {"groundedness.weak"}),
        ("Абай 45 қара сөз жазды, олар XIX ғасырда тарады.", ABAI, None),
        # a number, a name that no passage holds; a number in another place
        ("Вода кипит при 90 градусах Цельсия.", WATER, {"groundedness.number"}),
        ("В 1742 году Роберт Гук предложил шкалу.", WATER, {"groundedness.name"}),
        ("Вода кипит при 1742 градусах Цельсия на уровне моря.", WATER, {"groundedness.number"}),
        ("Фотосинтез происходит в хлоропластах зелёных растений.", WATER, {"groundedness.unsupported"}),
        # another language: never "grounded"
        ("Water boils at 100 degrees at the level of the sea.", WATER, {"groundedness.language_differs"}),
        (
            "Water boils at 90 degrees at the level of the sea.",
            WATER,
            {"groundedness.unsupported", "groundedness.number"},
        ),
        # no claim
        ("Итак:", WATER, set()),
        ("", WATER, set()),
    ],
)
def test_a_sentence_is_held_against_its_passages(
    text: str, passage: str, categories: set[str] | None, one: One
) -> None:
    verdict = one("groundedness", text, OUT, evidence=(passage,), language="kk" if passage == ABAI else "ru")
    found = {finding.category for finding in verdict.findings}

    assert verdict.text == text
    assert not verdict.blocked
    if categories is None:
        assert "groundedness.number" not in found
    else:
        assert categories <= found
        assert (verdict.action is Action.WARN) == bool(
            categories - {"groundedness.supported", "groundedness.weak"}
        )
        if categories == set():
            assert found == set()


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Население 1 000 000 человек в городе", "Население города 1000000 человек"),
        ("Масса равна 1,5 килограмма у тела", "Масса тела равна 1.5 килограмма"),
        ("Это было в XIX веке в степи", "Это было в ХІХ веке в степи"),
        ("Это было в 19 веке в степи", "Это было в XIX веке в степи"),
        ("Қара сөз саны 45 болды", "Қара сөз саны қырық бес болды, яғни 45"),
        ("Всего было 5 частей света", "Всего было пять частей света"),
    ],
)
def test_numbers_are_compared_as_values(claim: str, passage: str) -> None:
    assert ground(claim, (passage,)).numbers_absent == ()


def test_no_passage_at_all_holds_nothing(one: One) -> None:
    verdict = one("groundedness", "Вода кипит при 100 градусах Цельсия.", OUT)

    assert {finding.category for finding in verdict.findings} >= {
        "groundedness.unsupported",
        "groundedness.number",
    }


def test_changed_numbers_are_caught_and_whole_quotes_are_not() -> None:
    supported = [
        {"text": sentence, "evidence": [passage], "label": "supported", "lang": lang, "category": "verbatim"}
        for passage, lang in ((WATER, "ru"), (ABAI, "kk"))
        for sentence in passage.split(". ")
    ]
    changed = [
        {**row, "text": str(row["text"]).replace("100", "97").replace("1742", "1752").replace("1845", "1854"), "label": "unsupported", "category": "number"}
        for row in supported
        if any(number in str(row["text"]) for number in ("100", "1742", "1845"))
    ]  # fmt: skip
    figures = evaluate_groundedness([*supported, *changed])

    assert figures["errors"] == 0
    assert [figures["languages"][language]["auroc"] for language in ("kk", "ru")] == [1.0, 1.0]


# --- language_match


@pytest.mark.parametrize(
    ("text", "language", "action"),
    [
        ("Вода кипит при ста градусах, и это известно всем.", "kk", Action.WARN),
        ("Су жүз градуста қайнайды және бұл бәріне белгілі.", "ru", Action.WARN),
        ("Water boils at one hundred degrees at the sea level.", "kk", Action.WARN),
        ("Су жүз градуста қайнайды және бұл бәріне белгілі.", "kk", Action.ALLOW),
        # a lesson of English quotes English; too short to tell
        ("Оқушы «I am going to school every morning» деп айтады және жазады.", "kk", Action.ALLOW),
        ("Да.", "kk", Action.ALLOW),
        ("Вода кипит при ста градусах.", "", Action.ALLOW),
    ],
)
def test_an_answer_in_another_language_is_told_of(text: str, language: str, action: Action, one: One) -> None:
    assert one("language_match", text, OUT, language).action is action


def test_a_language_is_only_named_where_it_can_be() -> None:
    assert language_of("") == language_of("x² + y² = 1") == language_of("Да, нет") == ""
    assert language_of("Қазақ тіліндегі сөйлем осындай болады") == "kk"
    assert language_of("Предложение на русском языке, и оно понятно") == "ru"
    assert language_of("This is a sentence in English") == "en"


# --- figures


def test_figures_of_nothing_are_nothing() -> None:
    assert proportion([])["value"] is None
    assert auroc([], [1.0]) is None


def test_a_share_carries_its_wilson_interval_and_ties_count_half() -> None:
    # Source of the expected bounds: Wilson 1927 for 8 of 10 at 95 %.
    assert proportion([True] * 8 + [False] * 2) == {
        "n": 10,
        "hits": 8,
        "value": 0.8,
        "low": 0.4902,
        "high": 0.9433,
    }
    assert auroc([1.0, 0.5], [0.5, 0.0]) == 0.875
