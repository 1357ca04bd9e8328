"""The table of school terms: whole in three languages, and found in texts in any form."""

from collections import Counter
from pathlib import Path

import pytest

from knowledge.passage import LANGUAGES
from knowledge.terms import Checked, Term, Terms, load

OBJECTIVES = Path(__file__).parents[2] / "knowledge" / "corpus" / "objectives"


def term(kk: str, ru: str, en: str, *subjects: str, everyday: bool = False) -> Term:
    """A term with one variant in each language."""
    return Term(kk=(kk,), ru=(ru,), en=(en,), subjects=subjects or ("mathematics",), everyday=everyday)


FEW = Terms(
    [
        term("бөлшек", "дробь", "fraction"),
        term("ондық бөлшек", "десятичная дробь", "decimal fraction"),
        term("сан", "число", "number"),
        term("күш", "сила", "force", "physics", everyday=True),
        term("негіз", "основание", "base", "chemistry", everyday=True),
        term("дәреженің негізі", "основание степени", "base of a power", "algebra"),
        term("табан", "основание", "base", "geometry", everyday=True),
        term("бүтін сан", "целое число", "integer"),
    ]
)


def test_an_empty_text_and_an_unknown_subject_have_no_terms() -> None:
    assert load().in_text("", "kk") == ()
    assert load().named("", "ru") == ()
    assert load().of_subject("nothing") == ()
    assert Terms([]).in_text("бөлшек", "kk") == ()
    assert load().in_text("бөлшек" * 20_000, "kk") == ()


def test_every_term_has_words_in_three_languages_each_once() -> None:
    for one in load().terms:
        for language in LANGUAGES:
            words = one.words(language)
            assert words, one
            assert len({word.casefold() for word in words}) == len(words), one
            assert all(word and word == word.strip() for word in words), one
        assert one.subjects, one


def test_the_table_is_large_and_says_no_notion_twice() -> None:
    terms = load().terms
    twice = [same for same, count in Counter((one.kk[0], one.ru[0]) for one in terms).items() if count > 1]

    assert len(terms) >= 350
    assert twice == []


@pytest.mark.parametrize("slug", sorted(path.stem for path in OBJECTIVES.glob("*.toml")))
def test_each_subject_of_the_starter_corpus_has_terms(slug: str) -> None:
    assert len(load().of_subject(slug)) >= 5


def test_words_from_acts_and_proposals_are_marked() -> None:
    marked = Counter(one.checked for one in load().terms)

    assert marked[Checked.ACTS] >= 30
    assert marked[Checked.PROPOSAL] >= 5
    assert load().named("оқу мақсаты", "kk")[0].checked is Checked.ACTS


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Бөлшектерді салыстырамыз", "kk", "fraction"),
        ("болшектерди салыстыру", "kk", "fraction"),  # typed without Kazakh letters
        ("тангенсін есептеңіз", "kk", "tangent of an angle"),
        ("сөйлем мүшелерінің", "kk", "part of a sentence"),
        ("жиындардың қиылысуы", "kk", "intersection of sets"),
        ("сравнение с дробями", "ru", "fraction"),
        ("Comparing fractions", "en", "fraction"),
        ("Сандарды қосамыз", "kk", "number"),  # a short word
        ("уығының ұшы", "kk", "uyk"),  # voiced by its ending
        ("қарама-қарсы сандардың қосындысы", "kk", "opposite numbers"),
        ("сутегінің тотығуы", "kk", "hydrogen"),
        ("үшбұрыштарының аудандары", "kk", "triangle"),
        ("корней квадратных уравнений", "ru", "quadratic equation"),
        ("ең кіші ортақ еселігін табыңыз", "kk", "least common multiple"),
        ("Қазақ хандығының құрылуы", "kk", "Kazakh Khanate"),
        ("величина угла", "ru", "angle"),
        ("ионных связей", "ru", "ionic bond"),
    ],
)
def test_inflected_words_are_found(text: str, language: str, expected: str) -> None:
    assert expected in {one.en[0] for one in load().in_text(text, language)}


@pytest.mark.parametrize(
    "text", ["қандай қалай қанша", "тауып алды", "біз енді білеміз", "жүздеген адам", "мәселен, бұлай"]
)
def test_other_words_that_begin_alike_are_not_terms(text: str) -> None:
    assert load().in_text(text, "kk") == ()


@pytest.mark.parametrize(
    ("text", "language", "root"),
    [
        ("Поэтому так", "ru", "poet"),
        ("Досының есімі Дана", "kk", "pronoun"),  # есімдік
        ("These are equal", "en", "equality"),
        ("Саны тең болды", "kk", "tenge"),
    ],
)
def test_words_of_the_same_root_are_not_the_term(text: str, language: str, root: str) -> None:
    assert root in {one.en[0] for one in load().terms}
    assert root not in {one.en[0] for one in load().in_text(text, language)}


def test_the_longest_term_stands_first_and_hides_what_it_holds() -> None:
    found = FEW.in_text("Сан туралы: ондық бөлшектерді салыстыру", "kk")
    alone = FEW.in_text("десятичные дроби и обыкновенные дроби", "ru")

    assert [one.en[0] for one in found] == ["decimal fraction", "number"]
    assert [one.en[0] for one in alone] == ["decimal fraction", "fraction"]


def test_words_of_a_term_apart_are_not_the_term() -> None:
    assert [one.en[0] for one in FEW.in_text("бүтін де, бөлшек те сан", "kk")] == ["fraction", "number"]


def test_everyday_words_count_only_in_texts_of_their_subjects() -> None:
    assert FEW.in_text("Барлық күшпен тырысты", "kk") == ()
    assert [one.kk[0] for one in FEW.in_text("Денеге күш әсер етеді", "kk", "physics")] == ["күш"]
    assert FEW.in_text("основание", "ru", "history-of-kazakhstan") == ()


def test_of_terms_with_the_same_words_the_subject_decides() -> None:
    assert [one.kk[0] for one in FEW.in_text("площадь основания", "ru", "mathematics")] == ["табан"]
    assert [one.kk[0] for one in FEW.in_text("кислота и основание", "ru", "chemistry")] == ["негіз"]


def test_named_finds_the_whole_words_in_any_form_only() -> None:
    assert [one.kk[0] for one in FEW.named("десятичных дробей", "ru")] == ["ондық бөлшек"]
    assert [one.kk[0] for one in FEW.named("base", "en")] == ["негіз", "табан"]
    assert FEW.named("сложение десятичных дробей", "ru") == ()
