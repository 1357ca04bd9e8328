"""Context and threads of a server that `ustaz models start` begins, on real weights: as they are set."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.database import Database
from app.database.migrate import migrate
from app.errors import Failure, ProviderFailed
from app.outbound import Outbound
from app.providers import Call, Message, Prompt, Role
from app.providers.catalogue import Means
from app.providers.llama_cpp import LlamaCpp
from app.providers.servers import find
from app.providers.weights import Weights, add
from app.runtime import Runtime
from app.settings import ROOT
from tests.registry.lists import Ministry, entry, store

LOCAL = "urn:test:model:local"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_model: Weights) -> Path:
    """A school whose list names the small model, its weights in place."""
    home, ministry, runtime = tmp_path / "var", Ministry(tmp_path / "ministry"), Runtime()
    home.mkdir()
    (tmp_path / "root.json").write_bytes(ministry.root)
    for name, value in (
        ("HOME", home),
        ("SECRETS", tmp_path / "none.toml"),
        ("REGISTRY", ministry.published),
    ):
        monkeypatch.setenv(f"USTAZ_{name}", str(value))
    monkeypatch.setenv("USTAZ_REGISTRY_ROOT", str(tmp_path / "root.json"))
    monkeypatch.delenv("USTAZ_DATABASE", raising=False)
    database = Database(f"sqlite:///{home / 'ustaz.db'}")
    migrate(database)
    local = entry(LOCAL, provider="llama_cpp", artefact__sha256=small_model.sha256)
    store(database, runtime, ministry).take(ministry.publish(local, at=runtime.now()), "test")
    database.close()
    add(small_model.path, home / "models", small_model.sha256, now=runtime.now)
    return home


@pytest.fixture
def stopped(home: Path) -> Iterator[None]:
    yield
    cli.main(["models", "stop", LOCAL])


def asked(home: Path, weights: Weights, words: int) -> Failure | None:
    """A prompt of so many words, asked of the server that stands; None: it was answered."""
    nowhere = Outbound(allowed=lambda host, port: False)
    means = Means(outbound=nowhere, secret=lambda name: None, threads=1, models_folder=home / "models")
    provider = LlamaCpp(means, start=never)
    call = Call(
        entry_id=LOCAL,
        provider="llama_cpp",
        sha256=weights.sha256,
        weights=weights.path,
        context_tokens=1,
        output_tokens=1,
        timeout_seconds=240.0,
    )
    text = "one " * words
    prompt = Prompt(messages=(Message(role=Role.USER, text=text),), question=text, language="en", evidence=())
    try:
        list(provider.stream(prompt, call=call))
    except ProviderFailed as error:
        return error.failure
    finally:
        provider.close()
    return None


def never(weights: Path, context_tokens: int, threads: int) -> Any:
    raise AssertionError("the server that stands is the one that answers")


@pytest.mark.model
def test_a_server_has_the_context_and_the_threads_that_are_set(
    home: Path, stopped: None, small_model: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USTAZ_CONTEXT", "2048")
    monkeypatch.setenv("USTAZ_THREADS", "1")

    # The command ends and the server goes on: within this process it would be a child that nobody waits for.
    command = [sys.executable, "-m", "app", "models", "start", LOCAL, "--json"]
    started = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    told = json.loads(started.stdout)["server"]
    assert (told["context_tokens"], told["threads"], told["healthy"]) == (2048, 1, True)
    assert find(home / "models", small_model.sha256) is not None
    assert asked(home, small_model, 2500) is Failure.STATUS
    # One token may be the end of an answer, and an empty answer is one: it had room.
    assert asked(home, small_model, 1500) in (None, Failure.EMPTY)
