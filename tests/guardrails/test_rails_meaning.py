"""What reads the meaning: what it sums, what it refuses, and that it learns what no mean over the words can."""

import importlib.util
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from guardrails.meaning import BLOCK, Filters, Meaning
from guardrails.meaning_training import fit, mean_of, rows_of

NOTHING = (0.0,) * (BLOCK - 2)
FILTERS = Filters.nearest(
    np.array([[1.0, 0.0, *NOTHING], [0.0, -2.0, *NOTHING]], dtype=np.float32),
    np.array([-0.5, 0.0], dtype=np.float32),
)
"""What the first number of any word has above a half, and twice what the second has below nothing."""
MADE = Meaning(
    filters=FILTERS,
    inner=np.array(
        [[1.0, 0.0, *NOTHING, 0.0, 0.0, -1.0], [0.0, 2.0, *NOTHING, 1.0, 0.0, 0.0]], dtype=np.float32
    ),
    outer=np.array([3.0, -1.0, 0.5], dtype=np.float32),
)
"""Three for what the first number has above one, less twice the second and the first peak where they are above nothing, and a half."""


def rows(*numbers: tuple[float, float, float, float]) -> NDArray[np.float32]:
    """The first two numbers of vectors, and two peaks."""
    return np.array([(one[0], one[1], *NOTHING, one[2], one[3]) for one in numbers], dtype=np.float32)


def words(*numbers: tuple[float, float]) -> NDArray[np.float16]:
    return np.array([(*one, *NOTHING) for one in numbers], dtype=np.float16).reshape(-1, BLOCK)


def test_the_sum_is_over_what_the_units_have_above_nothing() -> None:
    found = MADE.sums(rows((2.0, 0.0, 0.0, 9.0), (0.0, 1.0, 0.0, 0.0), (1.5, -4.0, 1.0, 0.0)))

    assert MADE.width == BLOCK + len(FILTERS)
    assert found.tolist() == [3.5, -1.5, 2.0]


def test_a_peak_is_the_highest_answer_of_any_word_and_nothing_where_none_answers() -> None:
    found = FILTERS.peaks([words((0.75, 1.0), (2.0, -1.0)), words((0.25, 3.0)), words()])

    assert found.tolist() == [[1.5, 2.0], [0.0, 0.0], [0.0, 0.0]]


def test_four_bits_come_as_near_as_their_steps_allow() -> None:
    lot = np.random.default_rng(3)
    weights = lot.normal(size=(5, 3 * BLOCK)).astype(np.float32)
    weights[0, :BLOCK] = 0.0
    made = Filters.nearest(weights, np.zeros(5, dtype=np.float32))

    assert made.levels.min() == -8
    assert made.levels.max() <= 7
    steps = np.repeat(np.abs(made.scales.astype(np.float32)), BLOCK, axis=1)
    # The farthest weight of a run is eight steps on one side; on the other side there are seven.
    assert (np.abs(made.weights() - weights) <= steps * 1.01 + 1e-3).all()


def test_what_is_kept_in_a_file_says_the_same() -> None:
    kept = Meaning.of(MADE.arrays())

    assert (kept.inner == MADE.inner).all()
    assert (kept.outer == MADE.outer).all()
    assert (kept.filters.weights() == FILTERS.weights()).all()
    assert (kept.filters.bias == FILTERS.bias).all()


@pytest.mark.parametrize(
    "changed",
    [
        {"filter_levels": np.zeros((0, BLOCK), dtype=np.int8)},
        {"filter_levels": FILTERS.levels[:, 1:]},
        {"filter_levels": FILTERS.levels - 1},
        {"filter_levels": FILTERS.levels.astype(np.int16) + 256},
        {"filter_scales": np.zeros((2, 2), dtype=np.float16)},
        {"filter_bias": np.array([0.0, np.nan], dtype=np.float16)},
        {"meaning_inner": MADE.inner[:, 1:]},
        {"meaning_inner": MADE.inner[0]},
        {"meaning_outer": MADE.outer[1:]},
    ],
)
def test_a_file_of_another_form_is_refused(changed: Mapping[str, NDArray[np.float16]]) -> None:
    with pytest.raises(ValueError, match="meaning"):
        Meaning.of({**MADE.arrays(), **changed})


@pytest.mark.parametrize(
    "given",
    [
        np.zeros((2, BLOCK)),
        np.zeros(BLOCK + 2),
        np.full((1, BLOCK + 2), np.nan),
        np.full((1, BLOCK + 2), np.inf),
    ],
)
def test_rows_of_another_form_are_refused(given: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError, match=r"rows|number"):
        MADE.sums(given.astype(np.float32))


def test_one_is_made_that_says_the_mean_of_several() -> None:
    lot = np.random.default_rng(5)
    parts = [
        Meaning(
            filters=Filters.nearest(
                lot.normal(size=(filters, BLOCK)).astype(np.float32),
                lot.normal(size=filters).astype(np.float32),
            ),
            inner=lot.normal(size=(units, 2 * BLOCK + filters + 1)).astype(np.float32),
            outer=lot.normal(size=units + 1).astype(np.float32),
        )
        for filters, units in ((3, 4), (5, 2), (1, 7))
    ]
    vectors = lot.normal(size=(6, 2 * BLOCK)).astype(np.float32)
    states = [lot.normal(size=(tokens, BLOCK)).astype(np.float16) for tokens in (0, 1, 2, 3, 9, 30)]

    made = mean_of(parts)

    said = [one.sums(rows_of(one, vectors, states)) for one in parts]
    assert (len(made.filters), len(made.inner)) == (9, 13)
    assert made.sums(rows_of(made, vectors, states)) == pytest.approx(np.mean(said, axis=0), rel=1e-4)
    assert mean_of(parts[:1]).sums(rows_of(parts[0], vectors, states)) == pytest.approx(said[0])


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")
def test_it_learns_what_no_mean_over_the_words_tells_and_the_same_each_time() -> None:
    """In an attack one word is marked by two numbers at once; in a lawful text two words bear them, and the mean is the same."""
    lot = np.random.default_rng(7)
    attack = lot.integers(0, 2, size=4_000).astype(np.bool_)
    states = [lot.normal(0.0, 0.2, size=(int(lot.integers(3, 9)), BLOCK)).astype(np.float16) for _ in attack]
    for one, together in zip(states, attack, strict=True):
        one[0, 4] += 2.0
        one[0 if together else 1, 9] += 2.0
    vectors = np.array([one.mean(axis=0) for one in states], dtype=np.float32)
    learned, again = (
        fit(vectors, states, attack, np.ones(len(attack)), seed=1, filters=16, units=16) for _ in range(2)
    )
    found = learned.sums(rows_of(learned, vectors, states))

    assert ((found > 0) == attack).mean() > 0.95
    assert learned.inner.tobytes() == again.inner.tobytes()
    assert learned.outer.tobytes() == again.outer.tobytes()
    assert learned.filters.levels.tobytes() == again.filters.levels.tobytes()
