"""Search under filters: exact where few rows are left, the index behind it where many are, never a row outside."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.details import Details
from knowledge.filtered import FilteredIndex
from knowledge.index import FETCH_AT_LEAST, ChromaIndex, Mask, MemoryIndex, Near, Vectors, over_fetched
from knowledge.passage import Kind, Passage
from knowledge.retriever import Query
from knowledge.shelf import Shelf


def unit(count: int, dim: int = 16, seed: int = 7) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def passage(
    number: int, *, subject: str = "", grades: tuple[int, ...] = (), school: str | None = None
) -> Passage:
    return Passage(
        id=f"p{number}",
        text=f"Текст {number}.",
        language="ru",
        kind=Kind.DOCUMENT,
        title="",
        subject=subject,
        grades=grades,
        codes=(),
        family=f"family:{number}",
        source="test",
        school=school,
    )


class Nobody:
    """An index that must not be asked."""

    def nearest(self, vector: Vectors, count: int, among: Mask | None = None) -> tuple[Near, ...]:
        raise AssertionError("the index behind was asked")


def test_no_rows_and_no_rows_left_give_nothing() -> None:
    empty = np.zeros((0, 4), dtype=np.float32)
    vector = np.ones(4, dtype=np.float32)

    assert FilteredIndex(empty, Nobody()).nearest(vector, 5) == ()
    assert FilteredIndex(unit(3, 4), Nobody()).nearest(vector, 5, np.zeros(3, dtype=np.bool_)) == ()
    assert MemoryIndex(unit(3, 4)).nearest(vector, 0) == ()
    assert over_fetched(lambda width: (), 3, 5, np.zeros(3, dtype=np.bool_)) == ()


@settings(max_examples=60, deadline=None)
@given(kept=st.integers(0, 300), count=st.integers(1, 40), seed=st.integers(0, 1000))
def test_exact_search_is_sorting_all_cosines_that_the_filter_leaves(kept: int, count: int, seed: int) -> None:
    rows = unit(300)
    mask = np.zeros(300, dtype=np.bool_)
    mask[np.random.default_rng(seed).choice(300, kept, replace=False)] = True
    cosines = rows @ rows[seed % 300]
    wanted = [at for at in np.argsort(-cosines, kind="stable") if mask[at]][:count]

    found = MemoryIndex(rows).nearest(rows[seed % 300], count, mask)

    assert np.allclose([one.cosine for one in found], cosines[wanted], atol=1e-6)
    assert {one.position for one in found} <= set(np.flatnonzero(mask))
    assert len(found) == min(kept, count)


def test_equal_rows_come_in_the_order_of_their_positions() -> None:
    rows = np.tile(unit(1), (500, 1))

    assert [one.position for one in MemoryIndex(rows).nearest(rows[0], 3)] == [0, 1, 2]
    mask = np.arange(500) % 2 == 1
    assert [one.position for one in MemoryIndex(rows).nearest(rows[0], 3, mask)] == [1, 3, 5]


def test_a_selective_filter_is_answered_from_the_rows_and_a_wide_one_by_the_index(tmp_path: Path) -> None:
    rows = unit(400)
    narrow = np.arange(400) < 20
    assert FilteredIndex(rows, Nobody(), exact_rows=20).nearest(rows[5], 1, narrow)[0].position == 5
    with pytest.raises(AssertionError, match="behind was asked"):
        FilteredIndex(rows, Nobody(), exact_rows=19).nearest(rows[5], 1, narrow)
    with pytest.raises(AssertionError, match="behind was asked"):
        FilteredIndex(rows, Nobody(), exact_rows=20).nearest(rows[5], 1)


@pytest.mark.parametrize("kept", [1, 7, 150, 599, 600])
def test_the_index_behind_finds_what_exact_search_finds_under_any_filter(tmp_path: Path, kept: int) -> None:
    """A filter of one row in 3 x FETCH_AT_LEAST, the farthest, is met by fetching more."""
    count = 3 * FETCH_AT_LEAST
    rows = unit(count)
    order = np.argsort(rows @ rows[0])
    mask = np.zeros(count, dtype=np.bool_)
    mask[order[:kept]] = True
    ChromaIndex.build(tmp_path, "filters", rows)
    index = ChromaIndex(tmp_path, "filters")
    try:
        found = index.nearest(rows[0], 10, mask)
    finally:
        index.close()

    exact = MemoryIndex(rows).nearest(rows[0], 10, mask)
    assert [one.position for one in found] == [one.position for one in exact]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_mask_says_what_the_words_of_each_passage_say(data: st.DataObject) -> None:
    subjects, schools = st.sampled_from(["", "art", "maths"]), st.sampled_from([None, "one", "two"])
    grades = st.lists(st.integers(1, 12), max_size=3, unique=True).map(tuple)
    passages = [
        passage(number, subject=data.draw(subjects), grades=data.draw(grades), school=data.draw(schools))
        for number in range(data.draw(st.integers(0, 12)))
    ]
    query = Query(
        text="",
        subject=data.draw(st.sampled_from([None, "", "art", "unheard-of"])),
        grade=data.draw(st.sampled_from([None, 0, 5, 12, 99])),
        school=data.draw(st.sampled_from([None, "one", "unheard-of"])),
    )

    mask = Shelf(passages).mask(query)

    assert list(mask) == [
        one.school in (None, query.school)
        and (query.grade is None or not one.grades or query.grade in one.grades)
        and (not query.subject or one.subject in ("", query.subject))
        for one in passages
    ]


def test_a_mask_cannot_be_changed_by_who_got_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Shelf([passage(1)]).mask(Query(text=""))[0] = False


def test_how_near_sentences_lie_to_outside_topics_does_not_depend_on_the_pieces_they_are_weighed_in() -> None:
    sentences, topics = unit(5000, 8), unit(30, 8, seed=9)

    whole = np.sort(sentences @ topics.T, axis=1)[:, -10:].mean(axis=1)

    assert np.allclose(Details.of(topics, [sentences]).hubs, whole, atol=1e-6)
    assert Details.of(topics[:3], [sentences[:2]]).hubs.shape == (2,)
