"""School terms of a question, found in passages of another language: what they add, and what they leave alone."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge import pools
from knowledge.closeness import TRANSLATED_WEIGHT
from knowledge.embedding import HashEmbedder
from knowledge.pools import Pool
from knowledge.retriever import Query
from knowledge.retrievers.hybrid import HybridRetriever
from knowledge.translation import index_terms, translated

FRACTION = "бөлшек"
MIXED = (("kk", "Бөлшек туралы"), ("ru", "Дробь меньше единицы"), ("ru", "Река течёт"), ("en", "A fraction"))


def retriever(*texts: tuple[str, str]) -> HybridRetriever:
    passages = tuple(pools._passage(str(at), text, language) for at, (language, text) in enumerate(texts))
    return pools.opened(Pool(passages=passages, questions=(), twins={}), pools.embedded(HashEmbedder()))


@pytest.mark.parametrize("text", ["", "   ", "қайда?", "5 сынып", "б" * 20_000])
def test_a_text_without_terms_has_no_translations(text: str) -> None:
    assert translated(text) == ()
    assert index_terms(text) == ()


@pytest.mark.parametrize(
    ("text", "language"), [("бөлшек деген не", "kk"), ("что такое дробь", "ru"), ("what is a fraction", "en")]
)
def test_a_term_is_translated_into_the_other_languages_alone(text: str, language: str) -> None:
    found = {there for one in translated(text) for there, _ in one.variants}

    assert found == {"kk", "ru", "en"} - {language}


def test_an_inflected_term_of_several_words_is_translated_as_a_whole() -> None:
    (one,) = translated("ондық бөлшектерді салыстырыңыз")

    assert one.tokens == ("ондық", "бөлшектерді")
    assert ("ru", ("десятичная", "дробь")) in one.variants


def test_everyday_words_are_translated_in_kazakh_questions_alone() -> None:
    assert any("сила" in words for one in translated("күш деген не") for _, words in one.variants)
    assert not any("күш" in words for one in translated("что такое сила") for _, words in one.variants)


def test_a_foreign_passage_with_the_translation_is_closer_than_one_without() -> None:
    features = retriever(*MIXED).closeness.features(Query(text=FRACTION), np.arange(4))

    for name in ("covered", "together"):
        own, russian, other, english = features[name]
        assert own == pytest.approx(1.0)
        assert 0 < russian <= TRANSLATED_WEIGHT + 1e-6
        assert 0 < english <= TRANSLATED_WEIGHT + 1e-6
        assert other == 0


def test_half_of_a_term_counts_for_less_than_the_whole() -> None:
    opened = retriever(("ru", "Десятичная дробь"), ("ru", "Дробь"), ("ru", "Река"))
    covered = opened.closeness.features(Query(text="ондық бөлшек"), np.arange(3))["covered"]

    assert covered[0] > covered[1] > covered[2] == 0


def test_what_only_translations_find_is_put_in_order_but_is_no_evidence() -> None:
    query, opened = Query(text=FRACTION, language="kk"), retriever(*MIXED)
    found = opened.find(query)

    assert found.fused == (0,)
    assert sorted(found.beside) == [1, 3]
    assert opened.evidence.features(query, found) == opened.evidence.features(
        query, replace(found, beside=())
    )
    assert next(family for family, _ in opened.in_order(query, found)) == 0
    assert {hit.passage.id for hit in opened.retrieve(query).hits} == {"0", "1", "3"}


def test_translations_find_no_paper_of_another_school() -> None:
    passages = tuple(
        replace(pools._passage(school, "Дробь меньше единицы", "ru"), school=school) for school in ("a", "b")
    )
    opened = pools.opened(Pool(passages=passages, questions=(), twins={}), pools.embedded(HashEmbedder()))

    assert [hit.passage.id for hit in opened.retrieve(Query(text=FRACTION, school="b")).hits] == ["b"]
