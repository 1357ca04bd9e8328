"""A school's own document in one language, asked about in another: its sentences are quoted, not unrelated ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import bootstrap
from app.accounts import demo
from app.assistant import Question
from app.assistant.answer import Answer, collect
from app.bootstrap import Services
from app.errors import Words
from app.i18n import translator
from benchmarks.workshop import EXTRACTIVE, install

MUSEUM_RU = """Школьный музей «Мурагер»

Школьный музей «Мурагер» открыт в здании школы на втором этаже, кабинет 214.
Музей работает по вторникам и четвергам с 14:00 до 16:30.
Руководит музеем учитель истории.
Экскурсию для группы бронируют за три дня у дежурного в журнале на вахте.
В фондах хранятся 340 предметов: домбра, седло, письма фронтовиков и старые школьные тетради.
"""
CLUB_KK = """«Тұлпар» робототехника үйірмесі

«Тұлпар» робототехника үйірмесі дүйсенбі және жұма күндері сағат 15:00-де 118-кабинетте өтеді.
Үйірмені информатика мұғалімі жүргізеді.
Үйірмеге 5-8 сынып оқушылары жазыла алады, бір топта 12 бала болады.
Жиынтықтарды үйге алуға болмайды, оларды зертханашы береді.
"""
ELSEWHERE = "ask.flag.quotes_language"
PAPERS = "ask.flag.papers"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A school that quotes alone, with one Russian and one Kazakh paper of its own beside the starter corpus."""
    home: Path = tmp_path_factory.mktemp("school")
    papers = [home / "museum.txt", home / "club.txt"]
    for paper, text in zip(papers, (MUSEUM_RU, CLUB_KK), strict=True):
        paper.write_text(text, encoding="utf-8")
    built = bootstrap.build(install(home, "http://127.0.0.1:9/v1"))
    try:
        built.policies.seed(demo.SCHOOL, (EXTRACTIVE,), recorder=built.audit, runtime=built.runtime)
        assert built.ingesting.take_in(papers, school=demo.SCHOOL).whole
        yield built
    finally:
        built.close()


def answer(services: Services, question: str, language: str) -> Answer:
    events = services.assistant.ask(services.person(), Question(text=question, language=language))
    return collect(events, services.audit, translator(language))


def said(found: Answer) -> list[str]:
    return [sentence["text"].strip() for sentence in found.sentences]


def flags(found: Answer) -> set[str]:
    return {notice.key for notice in found.notices}


@pytest.mark.parametrize(
    ("language", "question", "paper", "answering"),
    [
        ("kk", "«Мурагер» мектеп мұражайы қашан ашық?", MUSEUM_RU, "вторникам и четвергам"),
        ("kk", "Школьный музей когда открыт?", MUSEUM_RU, "вторникам и четвергам"),
        ("en", "When is the school museum open?", MUSEUM_RU, "вторникам и четвергам"),
        ("en", "Who leads the school museum Murager?", MUSEUM_RU, "Руководит музеем учитель истории."),
        ("en", "What is kept in the school museum?", MUSEUM_RU, "340 предметов"),
        ("ru", "Когда собирается кружок робототехники «Тұлпар»?", CLUB_KK, "15:00-де 118-кабинетте"),
        ("en", "When does the robotics club Tulpar meet?", CLUB_KK, "15:00-де 118-кабинетте"),
    ],
)
def test_a_paper_in_another_language_is_quoted_alone_and_the_reader_is_told(
    services: Services, language: str, question: str, paper: str, answering: str
) -> None:
    found = answer(services, question, language)
    whole = " ".join(paper.split())

    assert found.outcome == "answered"
    assert all(" ".join(sentence.split()) in whole for sentence in said(found))
    assert any(answering in sentence for sentence in said(found))
    assert ELSEWHERE in flags(found)
    assert "guardrails.language" not in flags(found)
    assert translator(language)(ELSEWHERE) in found.notice_texts


@pytest.mark.parametrize(
    ("language", "question", "answering"),
    [
        ("ru", "Когда открыт школьный музей «Мурагер»?", "Музей работает по вторникам"),
        ("kk", "Робототехника үйірмесі қашан өтеді?", "15:00-де 118-кабинетте"),
        ("kk", "Бөлшектерді қалай салыстырамыз?", "салыстыр"),
        ("ru", "Как сравнить дроби с разными знаменателями?", "сравн"),
        ("en", "How do you compare fractions with different denominators?", "compar"),
    ],
)
def test_what_is_there_in_the_language_of_the_answer_is_quoted_in_it(
    services: Services, language: str, question: str, answering: str
) -> None:
    found = answer(services, question, language)
    languages = {hit.passage.id: hit.passage.language for hit in found.hits}
    cited = {languages[one["passage_id"]] for row in found.sentences for one in row["citations"]}

    assert found.outcome == "answered"
    assert cited == {language}
    assert any(answering in sentence for sentence in said(found))
    assert ELSEWHERE not in flags(found)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("kk", "Мектеп асханасында бүгін не бар?"),
        ("ru", "Когда приедет школьный автобус?"),
        ("en", "What does the school canteen serve on Friday?"),
    ],
)
def test_what_no_passage_answers_is_not_answered_with_unrelated_sentences(
    services: Services, language: str, question: str
) -> None:
    found = answer(services, question, language)

    assert (found.outcome, found.sentences) == ("no_passage", [])
    assert found.refusal is not None
    assert found.refusal.key == "ask.nothing_found"


@pytest.mark.parametrize(
    ("language", "question", "title"),
    [
        ("kk", "Мұражай қорында не сақталған?", "Школьный музей «Мурагер»"),
        ("kk", "Мектеп мұражайы қай күндері жұмыс істейді?", "Школьный музей «Мурагер»"),
        ("kk", "Мұражайға экскурсияны қалай брондаймыз?", "Школьный музей «Мурагер»"),
        ("ru", "Можно ли брать наборы домой?", "«Тұлпар» робототехника үйірмесі"),
        ("en", "How is an excursion to the museum booked?", "Школьный музей «Мурагер»"),
        ("en", "May the robot kits be taken home?", "«Тұлпар» робототехника үйірмесі"),
    ],
)
def test_a_paper_in_another_language_that_answers_is_quoted_or_offered(
    services: Services, language: str, question: str, title: str
) -> None:
    found = answer(services, question, language)
    first = found.hits[0].passage

    assert (first.title, first.school) == (title, demo.SCHOOL)
    if found.outcome == "answered":
        assert {one["passage_id"] for row in found.sentences for one in row["citations"]} == {first.id}
        assert ELSEWHERE in flags(found)
        return
    assert found.outcome == "no_passage"
    assert Words(key=PAPERS, facts={"n": 1}) in found.notices
    assert translator(language)(PAPERS) in found.notice_texts
    assert title in found.page(translator(language), services.library.passage)
    assert found.record["notices"] == [{"key": PAPERS, "facts": {"n": 1}}]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("kk", "Палау қалай пісіріледі?"),
        ("kk", "Фотосинтез деген не?"),
        ("ru", "Какая сегодня погода?"),
        ("ru", "Кто чемпион мира по футболу?"),
        ("en", "When did the Second World War begin?"),
        ("en", "How do you cook pilaf?"),
    ],
)
def test_what_no_paper_is_about_offers_none(services: Services, language: str, question: str) -> None:
    found = answer(services, question, language)

    assert found.outcome == "no_passage"
    assert PAPERS not in flags(found)
