"""Index versions: built beside each other, flipped in one step, seen by other processes, safe from kills."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import build, manifest, starter
from knowledge.embedding import HashEmbedder
from knowledge.index import ChromaIndex, MemoryIndex, collection_name
from knowledge.library import Library
from knowledge.retriever import Query
from tests.knowledge.conftest import OBJECTIVE, ROOT, write_corpus

MORE = OBJECTIVE.format(
    code="5.1.2.18",
    grade=5,
    track="",
    kk="Бөлшектерді азайтады.",
    ru="Вычитает дроби.",
    en="Subtracts fractions.",
)


def opened(home: Path, corpus: Path, hashes: HashEmbedder) -> Library:
    return Library.open(
        home, corpus=corpus, embed=hashes.embed_documents, model_id=hashes.model_id, dim=hashes.dim
    )


def test_the_index_on_disk_finds_what_exact_search_finds(tmp_path: Path) -> None:
    rows = np.random.default_rng(7).normal(size=(200, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ChromaIndex.build(tmp_path, collection_name("random", 16, 1), rows)
    index = ChromaIndex(tmp_path, collection_name("random", 16, 1))

    for row in rows[:10]:
        exact = MemoryIndex(rows).nearest(row, 5)
        found = index.nearest(row, 5)
        assert [one.position for one in found] == [one.position for one in exact]
        assert np.allclose([one.cosine for one in found], [one.cosine for one in exact], atol=1e-4)
    index.close()


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    ChromaIndex.build(tmp_path, "empty", np.zeros((0, 4), dtype=np.float32))
    index = ChromaIndex(tmp_path, "empty")

    assert index.nearest(np.ones(4, dtype=np.float32), 5) == ()
    assert MemoryIndex(np.zeros((0, 4), dtype=np.float32)).nearest(np.ones(4, dtype=np.float32), 5) == ()
    index.close()


def test_a_collection_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no collection"):
        ChromaIndex(tmp_path, "absent")


def test_the_name_of_a_collection_tells_model_width_and_version() -> None:
    assert collection_name("BAAI/bge m3", 1024, 3) == "curriculum__BAAI-bge-m3__1024__v3"


def test_opening_again_builds_nothing_and_embeds_nothing(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    first = opened(tmp_path / "home", small_corpus, hashes)

    def refuse(texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError("nothing was to be embedded")

    second = Library.open(
        tmp_path / "home", corpus=small_corpus, embed=refuse, model_id=hashes.model_id, dim=hashes.dim
    )

    assert second.index_version == first.index_version
    assert manifest.versions(tmp_path / "home") == (1,)
    first.close()
    second.close()


def test_a_damaged_pointer_leads_to_a_new_build(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    opened(tmp_path / "home", small_corpus, hashes).close()
    (tmp_path / "home" / manifest.POINTER).write_text('{"schema": 99}')

    library = opened(tmp_path / "home", small_corpus, hashes)

    assert library.search("дроби", language="ru")
    library.close()


def test_another_model_makes_another_version(tmp_path: Path, small_corpus: Path) -> None:
    first = opened(tmp_path / "home", small_corpus, HashEmbedder(32))
    second = opened(tmp_path / "home", small_corpus, HashEmbedder(16))

    assert second.index_version.startswith("v2-")
    assert second.index_version != first.model_id
    first.close()
    second.close()


def test_an_open_library_answers_from_what_another_process_built(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    library = opened(tmp_path / "home", small_corpus, hashes)
    query = Query(text="вычитает", language="ru", vector=hashes.embed_queries(["вычитает"])[0])
    assert not any("Вычитает" in hit.passage.text for hit in library.retrieve(query).hits)
    fresh = write_corpus(tmp_path / "fresh", extra=MORE)
    program = (
        "import sys; from pathlib import Path; from knowledge.library import Library; from knowledge.embedding import HashEmbedder\n"
        "h = HashEmbedder(); home, corpus = map(Path, sys.argv[1:])\n"
        "Library.open(home, corpus=corpus, embed=h.embed_documents, model_id=h.model_id, dim=h.dim).close()\n"
    )

    subprocess.run([sys.executable, "-c", program, tmp_path / "home", fresh], cwd=ROOT, check=True)

    found = library.retrieve(query)
    assert found.hits[0].passage.text == "Вычитает дроби."
    assert set(found.hits[0].ranks) == {"dense", "lexical"}
    assert found.index_version.startswith("v2-")
    library.close()


def test_a_passage_that_dropped_out_can_still_be_opened(tmp_path: Path, hashes: HashEmbedder) -> None:
    home = tmp_path / "home"
    library = opened(home, write_corpus(tmp_path / "one", extra=MORE), hashes)
    gone = library.search("5.1.2.18", language="ru")[0].passage
    assert gone.text == "Вычитает дроби."

    opened(home, write_corpus(tmp_path / "two"), hashes).close()

    assert all(hit.passage.id != gone.id for hit in library.search("дроби", language="ru"))
    assert library.passage(gone.id) == gone
    assert library.passage("p" + "0" * 20) is None
    library.close()


def test_only_the_current_and_the_previous_version_are_kept(tmp_path: Path, hashes: HashEmbedder) -> None:
    home = tmp_path / "home"
    for number in range(4):
        more = MORE.replace("дроби", f"дроби {number}")
        opened(home, write_corpus(tmp_path / str(number), extra=more), hashes).close()

    assert manifest.versions(home) == (3, 4)


KILLED = """
import os, sys, time
from pathlib import Path
from knowledge import starter
from knowledge.build import ensure
from knowledge.embedding import HashEmbedder
h = HashEmbedder()
done = 0
def embed(texts):
    global done
    done += 1
    if done == 20:
        print("now", flush=True)
        time.sleep(60)
    return h.embed_documents(texts)
ensure(Path(sys.argv[1]), starter.load(), embed=embed, model_id="killed", dim=h.dim)
"""


def test_a_killed_build_leaves_the_old_version_and_its_vectors(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    home = tmp_path / "home"
    library = opened(home, small_corpus, hashes)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        os.kill(process.pid, signal.SIGKILL)
    assert library.search("дроби", language="ru")
    assert library.index_version.startswith("v1-")

    embedded: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        embedded.extend(texts)
        return hashes.embed_documents(texts)

    pointer = build.ensure(home, starter.load(), embed=embed, model_id="killed", dim=hashes.dim)
    texts = {one.search_text for one in starter.load().passages}
    library.close()

    assert pointer.passages == len(starter.load().passages)
    assert len(texts - set(embedded)) >= 19 * 16  # what the killed build had kept was not embedded again


def test_a_version_that_was_never_finished_is_cleared_away(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    home = tmp_path / "home"
    half = manifest.version_folder(home, 1)
    half.mkdir(parents=True)
    (half / build.PASSAGES).write_text('{"half": ')

    library = opened(home, small_corpus, hashes)

    assert library.search("дроби", language="ru")
    assert json.loads((home / manifest.POINTER).read_text())["version"] == manifest.versions(home)[-1]
    library.close()


def test_a_second_builder_waits_for_the_first(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from knowledge import manifest\n"
        "with manifest.building(Path(sys.argv[1])): print('in', flush=True)\n"
    )
    with manifest.building(tmp_path):
        process = subprocess.Popen(
            [sys.executable, "-c", program, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        time.sleep(1.0)
        assert process.poll() is None
    out, _ = process.communicate(timeout=30)
    assert out == "in\n"
