"""Codes: found by pattern, decided by the catalogue."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import starter
from knowledge.composition import compose
from knowledge.curriculum import Catalogue
from knowledge.retriever import Query
from knowledge.retrievers import naming
from knowledge.retrievers.codes import CodeBranch, codes_in, codes_meant
from knowledge.shelf import Shelf
from knowledge.stemming import stems
from tests.knowledge.editions_made import edition, programme, text_of

PART = st.integers(1, 99)


@pytest.fixture
def branch(small_corpus: Path) -> CodeBranch:
    corpus = starter.load(small_corpus)
    return CodeBranch(Shelf(corpus.passages), corpus.catalogue)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        # written in ways that mean the code
        ("5.1.2.17", ("5.1.2.17",)),
        ("цель 3.1.\u200b4.2.", ("3.1.4.2",)),
        ("3.1.4. 2", ("3.1.4.2",)),
        ("5.1.\n2.17", ("5.1.2.17",)),
        ("мақсат8.1.1.1бойынша", ("8.1.1.1",)),
        ("1.3 1.1.3.3 сравнивать", ("1.1.3.3",)),
        ("5.1.2.17 и 5.1.2.18, 5.1.2.17", ("5.1.2.17", "5.1.2.18")),
        ("5.1.2.17/18", ("5.1.2.17", "5.1.2.18")),
        ("5.1.2.17-ге қалай жетеміз", ("5.1.2.17",)),
        # no codes
        ("16.09.2022", ()),
        ("приказ № 399", ()),
        ("192.168.1.1", ()),
        ("10.0.0.1", ()),
        ("13.1.1.1", ()),
        ("1.1.3.3.5", ()),
    ],
)
def test_codes_are_found_as_teachers_write_them(text: str, found: tuple[str, ...]) -> None:
    assert codes_in(text) == found


@given(st.integers(1, 12), PART, PART, PART)
def test_every_well_formed_code_is_found(grade: int, section: int, subsection: int, number: int) -> None:
    code = f"{grade}.{section}.{subsection}.{number}"

    assert codes_in(f"Цель {code}: объясни") == (code,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # letters in place of digits, as keyboards and scans give them
        ("5.l.2.17", ("5.1.2.17",)),
        ("цель 5.1.2.І7", ("5.1.2.17",)),
        # other separators, where a code is spoken of or stands alone
        ("5,1,2,17", ("5.1.2.17",)),
        ("мақсат 5-1-2-17", ("5.1.2.17",)),
        ("цель обучения 5 1 2 17", ("5.1.2.17",)),
        # a row of numbers is a row of numbers, also where such a code exists
        ("Найди среднее чисел 1, 2, 1, 1", ()),
        ("1 2 1 1 сандарының қосындысы", ()),
        # what the catalogue does not know is no code when it has to be read kindly
        ("5,9,9,9", ()),
        ("код 9-9-9-9", ()),
    ],
)
def test_a_code_is_read_kindly_where_the_catalogue_knows_it(
    small_corpus: Path, text: str, meant: tuple[str, ...]
) -> None:
    assert codes_meant(text, starter.load(small_corpus).catalogue) == meant


def official_branch() -> CodeBranch:
    """Two tracks, two languages of instruction, and three-part codes."""
    natural = programme("104", "algebra-analysis", "natural-mathematical")
    social = programme("105", "algebra-analysis", "social-humanitarian")
    first = replace(programme("12", "kazakh-l1"), language_of_instruction="kk")
    second = replace(programme("11", "kazakh-l2"), language_of_instruction="other")
    geometry = programme("106", "geometry", "natural-mathematical")
    made = edition(
        text_of({"11.1.1.1": "находить первообразную"}, natural, name="Алгебра и начала анализа"),
        text_of({"11.1.1.1": "узнавать первообразную"}, social, name="Алгебра и начала анализа"),
        text_of({"2.1.1.1": "слушать текст"}, first, name="Казахский язык"),
        text_of({"2.1.1.1": "слушать слова"}, second, name="Казахский язык"),
        text_of({"10.1.1": "знать аксиомы"}, geometry, name="Геометрия"),
    )
    composed = compose(starter.Corpus(catalogue=Catalogue(), passages=(), digest=""), [made], {})
    return CodeBranch(Shelf(composed.passages), composed.catalogue)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (Query(text="11.1.1.1"), {"104", "105"}),
        (Query(text="11.1.1.1 ЕМН"), {"104"}),
        (Query(text="11.1.1.1 қоғамдық-гуманитарлық бағыт"), {"105"}),
        (Query(text="11.1.1.1", programme="999-105"), {"105"}),
        (Query(text="2.1.1.1"), {"11", "12"}),
        (Query(text="2.1.1.1", subject="kazakh-l1"), {"12"}),
        (Query(text="2.1.1.1 для классов с казахским языком обучения"), {"12"}),
        (Query(text="орыс тілінде оқытатын сыныпқа 2.1.1.1"), {"11"}),
    ],
)
def test_an_ambiguous_code_is_narrowed_by_what_the_query_says_and_never_picked(
    query: Query, left: set[str]
) -> None:
    codes = official_branch().look_up(query)

    assert {one.programme.appendix for one in codes.objectives} == left
    assert bool(codes.ambiguous) == (len(left) > 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(text="10.1.1"), True),
        (Query(text="оқу мақсаты 10.1.1"), True),
        (Query(text="объясни 10.1.1", subject="geometry"), True),
        (Query(text="Встреча 10.1.1 в девять"), False),
        (Query(text="10.1.1.1"), False),
    ],
)
def test_three_parts_are_a_code_only_where_one_is_spoken_of(query: Query, found: bool) -> None:
    assert bool(official_branch().look_up(query).objectives) == found


def test_a_code_that_no_programme_has_is_unknown(branch: CodeBranch) -> None:
    codes = branch.look_up(Query(text="Объясни 9.9.9.9"))

    assert codes.unknown == ("9.9.9.9",)
    assert codes.objectives == ()


def test_a_code_of_two_subjects_is_ambiguous_and_none_is_picked(branch: CodeBranch) -> None:
    codes = branch.look_up(Query(text="1.2.1.1"))

    assert {one.subject for one in codes.ambiguous} == {"mathematics", "art"}
    assert codes.objectives == codes.ambiguous


@pytest.mark.parametrize("text", ["1.2.1.1 математика", "бейнелеу өнері 1.2.1.1", "Art, 1.2.1.1"])
def test_a_subject_that_the_question_names_makes_the_code_plain(branch: CodeBranch, text: str) -> None:
    codes = branch.look_up(Query(text=text))

    assert len(codes.objectives) == 1
    assert codes.ambiguous == ()


def test_the_filter_of_the_teacher_makes_the_code_plain(branch: CodeBranch) -> None:
    assert [one.subject for one in branch.look_up(Query(text="1.2.1.1", subject="art")).objectives] == ["art"]
    hidden = branch.look_up(Query(text="1.2.1.1 9.9.9.9", grade=5))

    assert (hidden.unknown, hidden.elsewhere) == (("9.9.9.9",), ("1.2.1.1",))


def test_a_catalogue_refuses_the_same_objective_twice(small_corpus: Path) -> None:
    objectives = starter.load(small_corpus).catalogue.all_objectives

    with pytest.raises(ValueError, match="stands twice"):
        Catalogue(all_objectives=(*objectives, objectives[0]))


def test_neighbours_share_the_subsection(small_corpus: Path) -> None:
    catalogue = starter.load(Path(starter.SHIPPED)).catalogue
    (objective,) = catalogue.find("5.1.2.17", subject="mathematics")

    neighbours = catalogue.neighbours(objective)

    assert neighbours
    assert all(one.code.startswith("5.1.2.") and one.subject == "mathematics" for one in neighbours)
    assert objective not in neighbours


@pytest.mark.parametrize(
    "text",
    [
        "Цель урока: числа 5, 1, 2, 1",
        "Мақсат: 1, 2, 3, 4 сандарын санау",
        "The goal is to count 1 2 3 4 aloud",
    ],
)
def test_numbers_in_a_row_are_no_code_though_a_goal_is_spoken_of(text: str) -> None:
    whole = compose(
        starter.Corpus(catalogue=Catalogue(), passages=(), digest=""),
        [edition(text_of({"5.1.2.1": "сравнивать дроби", "1.2.3.4": "считать"}))],
        {},
    ).catalogue

    assert codes_meant(text, whole) == ()
    assert codes_meant("5, 1, 2, 1", whole) == ("5.1.2.1",)
    assert codes_meant("код 5,1,2,1", whole) == ("5.1.2.1",)


def test_the_words_of_a_question_are_read_once_for_all_its_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    wordings = {f"5.1.{section}.{number}": "сравнивать" for section in (1, 2) for number in range(1, 9)}
    twice = edition(text_of(wordings), text_of(wordings, programme("65", "music"), name="Музыка"))
    whole = compose(starter.Corpus(catalogue=Catalogue(), passages=(), digest=""), [twice], {})
    asked, read = " ".join(wordings), []

    def counted(text: str, language: str) -> tuple[str, ...]:
        read.extend([language] if text == asked else [])
        return stems(text, language)

    monkeypatch.setattr(naming, "stems", counted)
    found = CodeBranch(Shelf(whole.passages), whole.catalogue).look_up(Query(text=asked))

    assert len(found.ambiguous) == 2 * len(wordings)
    assert sorted(read) == ["en", "kk", "ru"]
