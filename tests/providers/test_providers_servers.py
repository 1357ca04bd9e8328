"""Servers that run by themselves: only approved weights, one for a digest, found while they live, used by the provider."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.outbound import Outbound, nowhere
from app.providers import Call, Prompt, servers
from app.providers.catalogue import Means
from app.providers.llama_cpp import LlamaCpp
from app.providers.servers import Note, Running
from app.providers.weights import NotFetched, add, write_manifest
from benchmarks.mock_endpoint import MockEndpoint, Speed

CONTENT = b"weights"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ENTRY = "urn:test:model:local"


def now() -> datetime:
    return datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def endpoint() -> Iterator[MockEndpoint]:
    with MockEndpoint(Speed(first_seconds=0.0, tokens_a_second=0.0, tokens=10), name="/a.gguf") as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "given.gguf").write_bytes(CONTENT)
    made = tmp_path / "models"
    add(tmp_path / "given.gguf", made, SHA256, now=now)
    return made


@contextmanager
def serving(folder: Path, endpoint: MockEndpoint, events: list[str], context: int = 4096) -> Iterator[None]:
    """A server in a thread, until the block ends."""
    loaded, ended = threading.Event(), threading.Event()
    address = endpoint.address.removesuffix("/v1")

    def starting(weights: Path, context_tokens: int, threads: int) -> Running:
        events.append(f"start {weights.name} {context_tokens} {threads}")
        port = int(address.rpartition(":")[2])
        return Running(address=address, port=port, key="own-key", close=lambda: events.append("end"))

    def work() -> None:
        try:
            servers.serve(
                folder,
                entry_id=ENTRY,
                sha256=SHA256,
                context_tokens=context,
                threads=2,
                now=now,
                ended=ended,
                starting=starting,
            )
        except NotFetched as error:
            events.append(error.words.key)
        finally:
            loaded.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    for _ in range(500):
        if loaded.wait(0.01) or servers.find(folder, SHA256) is not None:
            break
    try:
        yield
    finally:
        ended.set()
        thread.join(10)
        assert not thread.is_alive()


def test_where_nothing_runs_nothing_is_found(folder: Path) -> None:
    assert servers.find(folder, SHA256) is None
    assert servers.running(folder) == ()


def test_a_server_is_found_while_it_lives_and_its_key_is_for_the_owner_alone(
    folder: Path, endpoint: MockEndpoint
) -> None:
    events: list[str] = []
    with serving(folder, endpoint, events):
        (note,) = servers.running(folder)
        (path,) = folder.glob(".server-*.note")

        assert (note.entry_id, note.sha256, note.context_tokens, note.threads) == (ENTRY, SHA256, 4096, 2)
        assert path.stat().st_mode & 0o077 == 0

    assert events == ["start given.gguf 4096 2", "end"]
    assert servers.find(folder, SHA256) is None
    assert not list(folder.glob(".server-*"))


def test_a_second_server_of_the_same_weights_is_refused(folder: Path, endpoint: MockEndpoint) -> None:
    events: list[str] = []
    with serving(folder, endpoint, events), serving(folder, endpoint, events):
        pass

    assert events == ["start given.gguf 4096 2", "weights.runs_already", "end"]


def test_the_note_of_a_process_that_died_is_nobodys(folder: Path) -> None:
    (folder / f".server-{SHA256}.note").write_text('{"entry_id": "x"}')

    assert servers.find(folder, SHA256) is None


def test_other_weights_and_none_are_not_loaded(folder: Path, endpoint: MockEndpoint) -> None:
    (folder / "given.gguf").write_bytes(b"others!")
    events: list[str] = []
    with serving(folder, endpoint, events):
        assert servers.find(folder, SHA256) is None
    (folder / "given.gguf").unlink()
    with serving(folder, endpoint, events):
        assert servers.find(folder, SHA256) is None

    assert events == ["weights.differs", "weights.not_here"]


def test_a_server_that_does_not_answer_is_not_healthy(folder: Path, endpoint: MockEndpoint) -> None:
    gone = Note(
        entry_id=ENTRY,
        sha256=SHA256,
        pid=1,
        address="http://127.0.0.1:9",
        port=9,
        key="k",
        context_tokens=1,
        threads=1,
        started="",
    )
    assert not servers.is_healthy(gone, Outbound(allowed=nowhere))


def test_the_provider_calls_the_server_that_stands_and_starts_none(
    means: Means, call: Call, prompt: Prompt, folder: Path, endpoint: MockEndpoint
) -> None:
    def never(weights: Path, context_tokens: int, threads: int) -> Running:
        raise AssertionError("a server stands already")

    given = replace(call, weights=folder / "given.gguf", sha256=SHA256, served_name="")
    events: list[str] = []
    with serving(folder, endpoint, events):
        provider = LlamaCpp(replace(means, models_folder=folder), start=never)
        assert "".join(chunk.text for chunk in provider.stream(prompt, call=given))
        provider.close()
        assert events == ["start given.gguf 4096 2"], "what others started is not ended"

    assert {headers["authorization"] for headers in endpoint.counts.headers} == {"Bearer own-key"}


def test_a_server_with_too_small_a_context_is_left_alone(
    means: Means, call: Call, prompt: Prompt, folder: Path, endpoint: MockEndpoint
) -> None:
    own: list[int] = []
    address = endpoint.address.removesuffix("/v1")

    def start(weights: Path, context_tokens: int, threads: int) -> Running:
        own.append(context_tokens)
        port = int(address.rpartition(":")[2])
        return Running(address=address, port=port, key="k", close=lambda: None)

    write_manifest(folder / "given.gguf", "m", SHA256, now)
    given = replace(call, weights=folder / "given.gguf", sha256=SHA256, served_name="")
    with serving(folder, endpoint, [], context=1024):
        provider = LlamaCpp(replace(means, models_folder=folder), start=start)
        list(provider.stream(prompt, call=given))
        provider.close()

    assert own == [2048]
