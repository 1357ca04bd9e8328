"""Folding, tokens, stems, fusion and cutting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.chunking import MOST_TOKENS, cut, divide, estimated_tokens, sentences
from knowledge.fusion import fuse
from knowledge.kazakh import stem_kazakh
from knowledge.language import detect, fold, tokens
from knowledge.phrasing import content_tokens
from knowledge.stemming import stem

RANKINGS = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 30), unique=True, max_size=12))


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Код 5.1.2.17, класс 5", ("код", "5.1.2.17", "класс", "5")),
        ("Ёлка", ("елка",)),
        ("тең\u00adдеу и\u200bкс", ("теңдеу", "икс")),  # soft hyphen, zero-width space
        ("cм² және һәм", ("см2", "және", "һәм")),  # a Latin c within a Cyrillic word
        ("бiлiм", ("білім",)),  # Latin i, as many Kazakh keyboards give
        ("Ctrl+C", ("ctrl", "c")),
    ],
)
def test_tokens_are_what_the_index_compares(text: str, expected: tuple[str, ...]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Бөлшектерді қосу", "kk"),
        ("Сложение дробей", "ru"),
        ("Adding fractions", "en"),
        ("", "kk"),
        ("5.1.2.17", "kk"),
    ],
)
def test_the_language_is_recognised(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "forms",
    [
        ("бөлшек", "бөлшектер", "бөлшектерді", "бөлшектердің", "бөлшегі"),
        ("теңдеу", "теңдеулер", "теңдеуді", "теңдеуге"),
        ("кітап", "кітабы", "кітапты", "кітаптар"),  # п is voiced before a vowel
        ("үшбұрыш", "үшбұрыштың", "үшбұрыштар", "үшбұрышты"),
        # -ты after a vowel is no accusative: the т belongs to the word
        ("климат", "климаты", "климаттың", "климатта"),
        ("қабат", "қабаты", "қабаттардан", "қабатынан"),
        ("қызмет", "қызметі", "қызметтің", "қызметтері"),
        # -сы after -ыс is -ы: the с belongs to the word
        ("құбылыс", "құбылысы", "құбылысты", "құбылыстар"),
        ("батыс", "батысы", "батысынан", "батысқа"),
        ("оқушы", "оқушысы", "оқушының", "оқушылардың"),
        # short words keep three letters
        ("көл", "көлдер", "көлінде", "көлден", "көлдің"),
        ("жер", "жерде", "жерден", "жеріне", "жердегі"),
        # a vowel that comes and goes
        ("халық", "халқы", "халықтың", "халқының"),
        ("мұрын", "мұрны", "мұрнын"),
        # verbs
        (
            "салыстыру",
            "салыстырамыз",
            "салыстырады",
            "салыстырдық",
            "салыстырайық",
            "салыстырсақ",
            "салыстырыңыз",
        ),
        ("есептеу", "есептейміз", "есептейді", "есептейсіз"),
        ("қосу", "қосамыз", "қосады", "қосайық"),
        ("жүреді", "жүрген", "жүретін", "жүріп"),
        ("қорғалатын", "қорғалады", "қорғалған"),
        # typed on a Russian keyboard
        ("тіршілік", "тиршилик", "тіршілігі", "тиршилигинин", "тіршіліктің"),
        ("оңтүстік", "онтустик", "оңтүстікте"),
    ],
)
def test_the_forms_of_a_kazakh_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert {form: stem_kazakh(form) for form in forms} == dict.fromkeys(forms, stem_kazakh(forms[0]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("қан", "қант"),
        ("климат", "клика"),
        (
            "сан",
            "сандық",
        ),  # what is made of a word keeps apart from it where only three letters would be left
        ("бала", "балық"),
        ("тау", "таутеке"),
        ("қала", "қалыпты"),
    ],
)
def test_different_kazakh_words_keep_different_stems(one: str, other: str) -> None:
    assert stem_kazakh(one) != stem_kazakh(other)


def test_blood_is_not_a_question_word() -> None:
    assert content_tokens("Қан қанша минутта айналады?", "kk") == ("қан", "минутта", "айналады")


@given(st.text(alphabet="абвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяә", max_size=20))
def test_a_kazakh_stem_is_never_longer_and_never_empty(word: str) -> None:
    assert len(stem_kazakh(word)) <= len(word)
    assert bool(stem_kazakh(word)) == bool(word)


def test_letters_that_a_russian_keyboard_lacks_are_forgiven() -> None:
    assert stem("боликтер", "kk") == stem("бөліктер", "kk")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Объясни, пожалуйста, дроби, приведи примеры", ("дроби",)),
        ("5 сыныпқа арналған теңдеу туралы тапсырма құрастыр", ("теңдеу",)),
        ("Make a worksheet on fractions for grade 5", ("fractions",)),
        ("do мен does арқылы", ("do", "does")),  # quoted English within a Kazakh question
    ],
)
def test_the_wording_of_a_request_is_not_what_it_is_about(text: str, about: tuple[str, ...]) -> None:
    assert content_tokens(text, detect(text)) == about


@given(RANKINGS)
def test_fusion_does_not_depend_on_the_order_of_the_rankings(rankings: dict[str, list[int]]) -> None:
    backwards = dict(reversed(list(rankings.items())))

    assert fuse(rankings) == fuse(backwards)


@given(RANKINGS)
def test_fusion_names_each_thing_once_best_first(rankings: dict[str, list[int]]) -> None:
    fused = fuse(rankings)

    assert {key for key, _ in fused} == {key for ranking in rankings.values() for key in ranking}
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(st.text(max_size=400), st.integers(1, 6))
def test_divided_text_is_the_same_text(text: str, count: int) -> None:
    parts = divide(text, count)

    assert " ".join(parts) == " ".join(text.split())
    assert len(parts) <= count


@given(st.text(max_size=3000))
def test_no_piece_is_longer_than_a_passage_may_be_and_nothing_is_lost(text: str) -> None:
    pieces = cut(text)

    assert all(estimated_tokens(piece) <= MOST_TOKENS for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_sentence_does_not_end_at_an_initial_or_a_number() -> None:
    assert sentences("Формулу нашёл Г. Лейбниц. Ответ 2.5 верен. Площадь 3 см. Готово!") == (
        "Формулу нашёл Г. Лейбниц.",
        "Ответ 2.5 верен.",
        "Площадь 3 см. Готово!",
    )
