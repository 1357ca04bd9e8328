"""What the curriculum gives for a brief: found by code, and nothing else."""

import pytest

from app.documents.brief import Kind
from app.documents.material import MOST_PASSAGES, BadBrief, gather
from knowledge.passage import Kind as PassageKind
from tests.documents.starter_briefs import FRACTIONS, StarterShelf, brief_of


def test_a_brief_without_objectives_is_refused(shelf: StarterShelf) -> None:
    with pytest.raises(BadBrief) as refused:
        gather(shelf, brief_of(Kind.PLAN, "kk", FRACTIONS, codes=()), school=None)

    assert refused.value.words.key == "documents.bad.no_objective"


def test_a_code_that_is_not_in_the_programme_is_refused_by_name(shelf: StarterShelf) -> None:
    with pytest.raises(BadBrief) as refused:
        gather(shelf, brief_of(Kind.PLAN, "kk", FRACTIONS, codes=("5.9.9.9",)), school=None)

    assert refused.value.words.key == "documents.bad.code"
    assert refused.value.words.facts == {"code": "5.9.9.9"}


def test_the_objectives_come_in_the_order_of_the_brief_with_their_notes(shelf: StarterShelf) -> None:
    codes = FRACTIONS.codes[::-1]

    material = gather(shelf, brief_of(Kind.PLAN, "ru", FRACTIONS, codes=codes), school=None)

    assert tuple(one.code for one in material.objectives) == codes
    assert material.passages
    assert len(material.passages) <= MOST_PASSAGES
    assert {one.kind for one in material.passages} == {PassageKind.NOTE}
    assert material.passages[0].language == "ru"
    assert material.terms
