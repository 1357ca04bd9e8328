"""The layer over the vector: what it sums, what it refuses, and that it learns what no sum over the vector can."""

import importlib.util

import numpy as np
import pytest

from guardrails.meaning import Meaning
from guardrails.meaning_training import fit

MADE = Meaning(
    inner=np.array([[1.0, 0.0, -1.0], [0.0, 2.0, 0.0]], dtype=np.float32),
    outer=np.array([3.0, -1.0, 0.5], dtype=np.float32),
)
"""Three for what the first number has above one, less twice the second where it is above nothing, and a half."""


def test_the_sum_is_over_what_the_units_have_above_nothing() -> None:
    vectors = np.array([[2.0, 0.0], [0.0, 1.0], [1.5, -4.0]], dtype=np.float32)

    assert MADE.width == 2
    assert MADE.sums(vectors).tolist() == [3.5, -1.5, 2.0]


def test_what_is_kept_in_a_file_says_the_same() -> None:
    kept = Meaning.of(MADE.arrays())

    assert (kept.inner == MADE.inner).all()
    assert (kept.outer == MADE.outer).all()


@pytest.mark.parametrize(
    "vectors", [np.zeros((2, 3)), np.zeros(2), np.array([[np.nan, 0.0]]), np.array([[np.inf, 0.0]])]
)
def test_vectors_of_another_form_are_refused(vectors: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"vectors|number"):
        MADE.sums(vectors.astype(np.float32))


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")
def test_it_learns_what_no_sum_over_the_vector_tells_and_the_same_each_time() -> None:
    """Attacks are where exactly one of two numbers is high, in vectors whose numbers lie anywhere."""
    lot = np.random.default_rng(7)
    signs = lot.integers(0, 2, size=(600, 2))
    attack = signs[:, 0] != signs[:, 1]
    vectors = (signs * 4.0 + lot.normal(0, 0.3, size=signs.shape) + 20.0).astype(np.float32)
    learned = fit(vectors, attack, np.ones(len(vectors)), seed=1)
    again = fit(vectors, attack, np.ones(len(vectors)), seed=1)

    assert ((learned.sums(vectors) > 0) == attack).mean() > 0.98
    assert (learned.inner == again.inner).all()
    assert (learned.outer == again.outer).all()
