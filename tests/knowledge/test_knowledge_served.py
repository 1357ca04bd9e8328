"""The same laws for Chroma in the folder and on a server; a server that is missing, empty or wrong is said so."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from benchmarks.chroma_server import Server, running
from knowledge import manifest
from knowledge.embedding import HashEmbedder
from knowledge.filtered import RETRY_SECONDS, FilteredIndex
from knowledge.index import ChromaIndex, IndexUnavailable, MemoryIndex, VectorIndex, Vectors
from knowledge.library import Library
from knowledge.manifest import Pointer
from knowledge.retriever import Query
from knowledge.served import COLLECTIONS, PUBLISHED, ServedChroma, served_name
from tests.knowledge.conftest import write_corpus
from tests.knowledge.test_knowledge_index import MORE

Opened = Callable[[Vectors], VectorIndex]


def unit(count: int, dim: int = 16) -> Vectors:
    rows = np.random.default_rng(7).normal(size=(count, dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def pointer(rows: Vectors, content: str = "c" * 64) -> Pointer:
    return Pointer(
        version=1,
        collection=f"curriculum__test__{rows.shape[1]}__v1",
        model_id="test",
        dim=rows.shape[1],
        content=content,
        passages=len(rows),
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("chroma")) as one:
        yield one


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as one:
        for collection in one.get(COLLECTIONS).json():
            one.delete(f"{COLLECTIONS}/{collection['name']}").raise_for_status()
        yield one


@pytest.fixture(params=["embedded", "served"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens an index over rows, in the folder or on the server."""
    closing: list[ChromaIndex] = []

    def open_index(rows: Vectors) -> VectorIndex:
        if request.param == "served":
            return ServedChroma(request.getfixturevalue("client")).open(tmp_path, pointer(rows), rows)
        ChromaIndex.build(tmp_path / "chroma", "laws", rows)
        closing.append(ChromaIndex(tmp_path / "chroma", "laws"))
        return closing[-1]

    yield open_index
    for one in closing:
        one.close()


def names(client: httpx.Client) -> set[str]:
    return {one["name"] for one in client.get(COLLECTIONS).json()}


def library_on(client: httpx.Client, home: Path, corpus: Path, hashes: HashEmbedder) -> Library:
    return Library.open(
        home,
        corpus=corpus,
        embed=hashes.embed_documents,
        model_id=hashes.model_id,
        dim=hashes.dim,
        server=ServedChroma(client),
    )


# -- the same laws for both ---------------------------------------------------------------------------------


def test_an_empty_index_finds_nothing(opened: Opened) -> None:
    assert opened(np.zeros((0, 4), dtype=np.float32)).nearest(np.ones(4, dtype=np.float32), 5) == ()


@pytest.mark.parametrize("kept", [None, 0, 1, 9, 700])
def test_it_finds_what_exact_search_finds(opened: Opened, kept: int | None) -> None:
    rows = unit(700)
    mask = None if kept is None else np.arange(700) >= 700 - kept
    index = opened(rows)

    for row in rows[:4]:
        exact = MemoryIndex(rows).nearest(row, 5, mask)
        found = index.nearest(row, 5, mask)
        assert [one.position for one in found] == [one.position for one in exact]
        assert np.allclose([one.cosine for one in found], [one.cosine for one in exact], atol=1e-4)


def test_more_rows_than_one_batch_all_arrive(opened: Opened) -> None:
    rows = unit(2300)
    index = opened(rows)

    assert [index.nearest(rows[at], 1)[0].position for at in (0, 999, 1000, 2299)] == [0, 999, 1000, 2299]


def test_a_vector_of_another_width_is_not_answered(opened: Opened) -> None:
    with pytest.raises(IndexUnavailable):
        opened(unit(20)).nearest(np.ones(3, dtype=np.float32), 5)


# -- a server that fails ------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_said_so_at_start(
    tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    with (
        httpx.Client(base_url="http://127.0.0.1:9", trust_env=False, timeout=5) as nobody,
        pytest.raises(IndexUnavailable, match="does not answer"),
    ):
        library_on(nobody, tmp_path / "home", small_corpus, hashes)


def test_a_collection_that_another_replica_is_filling_is_filled_with_it_and_never_deleted(
    client: httpx.Client, tmp_path: Path
) -> None:
    rows = unit(30)
    name = served_name(pointer(rows))
    made = client.post(
        COLLECTIONS, json={"name": name, "configuration": {"hnsw": {"space": "cosine"}}}
    ).json()
    half = {"ids": [str(at) for at in range(10)], "embeddings": rows[:10].tolist()}
    client.post(f"{COLLECTIONS}/{made['id']}/upsert", json=half).raise_for_status()
    asked: list[str] = []
    client.event_hooks["request"].append(
        lambda request: asked.append(f"{request.method} {request.url.path.rsplit('/', 1)[1]}")
    )

    index = ServedChroma(client).open(tmp_path, pointer(rows), rows)

    assert index.size == 30
    assert not any(one.startswith("DELETE") for one in asked)
    assert "POST add" in asked
    assert "POST upsert" not in asked  # a point that is written twice may be found no more, one time in forty
    held = client.post(f"{COLLECTIONS}/{made['id']}/get", json={"include": ["embeddings"]}).json()
    by_id = dict(zip(held["ids"], held["embeddings"], strict=True))
    # Each row is held, whatever a walk through the graph finds.
    assert np.allclose([by_id[str(at)] for at in range(30)], rows)


def test_rows_of_somebody_else_in_a_half_filled_collection_are_not_kept(
    client: httpx.Client, tmp_path: Path
) -> None:
    rows, others = unit(30), -unit(30)
    name = served_name(pointer(rows))
    made = client.post(COLLECTIONS, json={"name": name}).json()["id"]
    wrong = {"ids": [str(at) for at in range(10)], "embeddings": others[:10].tolist()}
    client.post(f"{COLLECTIONS}/{made}/upsert", json=wrong).raise_for_status()

    index = ServedChroma(client).open(tmp_path, pointer(rows), rows)

    assert index.nearest(rows[0], 1)[0].position == 0


@pytest.mark.parametrize("loss", ["emptied", "dropped", "of another width"])
def test_what_a_server_lost_is_filled_again_at_start(client: httpx.Client, tmp_path: Path, loss: str) -> None:
    rows = unit(30)
    name = served_name(pointer(rows))
    ServedChroma(client).open(tmp_path, pointer(rows), rows)
    client.delete(f"{COLLECTIONS}/{name}").raise_for_status()
    if loss != "dropped":
        made = client.post(COLLECTIONS, json={"name": name}).json()["id"]
        if loss == "of another width":
            wrong = {"ids": [str(at) for at in range(30)], "embeddings": unit(30, 3).tolist()}
            client.post(f"{COLLECTIONS}/{made}/upsert", json=wrong).raise_for_status()

    index = ServedChroma(client).open(tmp_path, pointer(rows), rows)

    assert index.size == 30
    assert index.nearest(rows[7], 1)[0].position == 7


def test_a_collection_dropped_in_mid_life_costs_no_passage(client: httpx.Client, tmp_path: Path) -> None:
    rows, now = unit(30), [0.0]
    behind = ServedChroma(client).open(tmp_path, pointer(rows), rows)
    index = FilteredIndex(rows, behind, exact_rows=0, now=lambda: now[0])
    assert index.nearest(rows[7], 1)[0].position == 7
    assert index.trouble == ""
    client.delete(f"{COLLECTIONS}/{served_name(pointer(rows))}").raise_for_status()

    assert index.nearest(rows[8], 3) == MemoryIndex(rows).nearest(rows[8], 3)
    assert "404" in index.trouble


def test_a_server_that_comes_back_is_asked_again(
    client: httpx.Client, server: Server, tmp_path: Path
) -> None:
    rows, now = unit(30), [0.0]
    index = FilteredIndex(
        rows,
        ServedChroma(client).open(tmp_path, pointer(rows), rows),
        exact_rows=0,
        now=lambda: now[0],
    )
    server.stop()
    try:
        assert index.nearest(rows[8], 1)[0].position == 8
        assert "does not answer" in index.trouble
    finally:
        server.start()

    index.nearest(rows[8], 1)
    assert index.trouble  # not asked again so soon
    now[0] += RETRY_SECONDS
    assert index.nearest(rows[9], 1)[0].position == 9
    assert index.trouble == ""


@pytest.mark.parametrize(
    "answer",
    [
        {"ids": [["0"]], "distances": [["near"]]},
        {"ids": [["one"]], "distances": [[0.1]]},
        {"ids": [["999"]], "distances": [[0.1]]},
        {"ids": []},
        [],
    ],
)
def test_an_answer_that_is_not_of_the_form_is_no_answer(answer: object) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/count"):
            return httpx.Response(200, json=0)
        return httpx.Response(200, json=answer)

    from knowledge.served import ServedIndex

    with httpx.Client(base_url="http://127.0.0.1:9", transport=httpx.MockTransport(reply)) as client:
        index = ServedIndex(client, "0" * 36, 5)
        with pytest.raises(IndexUnavailable):
            index.nearest(unit(1)[0], 3)


# -- versions -----------------------------------------------------------------------------------------------


def test_two_readers_of_one_server_see_a_new_version_without_restart(
    client: httpx.Client, tmp_path: Path, hashes: HashEmbedder
) -> None:
    home = tmp_path / "home"
    reader = library_on(client, home, write_corpus(tmp_path / "one"), hashes)
    query = Query(text="вычитает", language="ru", vector=hashes.embed_queries(["вычитает"])[0])
    assert not any("Вычитает" in hit.passage.text for hit in reader.retrieve(query).hits)

    writer = library_on(client, home, write_corpus(tmp_path / "two", extra=MORE), hashes)

    assert reader.retrieve(query).hits[0].passage.text == "Вычитает дроби."
    assert reader.index_version == writer.index_version
    assert reader.trouble == ""


def test_the_server_keeps_the_current_and_the_previous_version_and_what_others_put_there(
    client: httpx.Client, tmp_path: Path, hashes: HashEmbedder
) -> None:
    home = tmp_path / "home"
    client.post(COLLECTIONS, json={"name": "curriculum__of-somebody-else"}).raise_for_status()
    for number in range(4):
        more = MORE.replace("дроби", f"дроби {number}")
        library_on(client, home, write_corpus(tmp_path / str(number), extra=more), hashes)

    kept = {served_name(one) for one in manifest.sealed(home)}

    assert len(kept) == 2
    assert names(client) == kept | {"curriculum__of-somebody-else"}
    assert set(json.loads((home / PUBLISHED).read_text())) == kept


def test_replicas_that_number_their_versions_apart_share_one_collection(
    client: httpx.Client, tmp_path: Path, small_corpus: Path, hashes: HashEmbedder
) -> None:
    first = tmp_path / "first"
    library_on(client, first, write_corpus(tmp_path / "older", extra=MORE), hashes)
    library_on(client, first, small_corpus, hashes)
    library_on(client, tmp_path / "second", small_corpus, hashes)

    assert len(names(client)) == 2
