"""Codes: found by pattern, decided by the catalogue."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import starter
from knowledge.curriculum import Catalogue
from knowledge.retriever import Query
from knowledge.retrievers.codes import CodeBranch, codes_in
from knowledge.shelf import Shelf

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
    assert branch.look_up(Query(text="1.2.1.1", grade=5)).unknown == ("1.2.1.1",)


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
