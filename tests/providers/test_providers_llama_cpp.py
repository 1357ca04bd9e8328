"""The embedded server: only approved weights, one server, a key, and an end."""

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from app.assistant.calls import call_for
from app.errors import Failure, ProviderFailed
from app.providers import Call, Message, Prompt, Role
from app.providers.catalogue import Means
from app.providers.llama_cpp import LlamaCpp, start
from app.providers.servers import Running
from app.providers.weights import Weights, digest_of
from app.registry.document import parse
from app.routing import Bindings
from benchmarks import faults
from benchmarks.mock_endpoint import MockEndpoint, Speed
from tests.registry.lists import body, entry

QUICK = Speed(first_seconds=0.0, tokens_a_second=0.0, tokens=10)


@dataclass
class StandIn:
    """Notes what is started and ended; a mock endpoint answers."""

    endpoint: MockEndpoint
    events: list[str] = field(default_factory=list)
    on_start: str = ""

    def start(self, weights: Path, context_tokens: int, threads: int) -> Running:
        self.events.append(f"start {weights.name} {context_tokens} {threads}")
        if self.on_start:
            weights.write_bytes(self.on_start.encode())
        address = self.endpoint.address.removesuffix("/v1")
        return Running(
            address=address,
            port=int(address.rpartition(":")[2]),
            key="key-of-this-run",
            close=lambda: self.events.append(f"end {weights.name}"),
        )


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with MockEndpoint(QUICK, name="/home/someone/models/a.gguf") as endpoint:
        yield StandIn(endpoint)


def bound(call: Call, folder: Path, name: str = "a.gguf", content: bytes = b"weights") -> Call:
    path = folder / name
    path.write_bytes(content)
    return replace(call, weights=path, sha256=hashlib.sha256(content).hexdigest(), served_name="")


def failure_of(provider: LlamaCpp, call: Call, prompt: Prompt) -> Failure:
    with pytest.raises(ProviderFailed) as caught:
        list(provider.stream(prompt, call=call))
    return caught.value.failure


def test_weights_that_are_not_the_approved_ones_are_not_loaded(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    provider = LlamaCpp(means, start=stand_in.start)
    given = bound(call, tmp_path)
    changed = replace(given, sha256=hashlib.sha256(b"weightz").hexdigest())
    gone = replace(given, weights=tmp_path / "gone.gguf")

    assert failure_of(provider, changed, prompt) is Failure.WRONG_WEIGHTS
    assert failure_of(provider, gone, prompt) is Failure.MISSING_WEIGHTS
    assert failure_of(provider, replace(given, weights=tmp_path), prompt) is Failure.MISSING_WEIGHTS
    assert failure_of(provider, replace(given, sha256=None), prompt) is Failure.NO_BINDING
    assert failure_of(provider, replace(given, weights=None), prompt) is Failure.NO_BINDING
    assert stand_in.events == []
    assert stand_in.endpoint.counts.calls == 0


def test_one_server_serves_all_calls_and_has_a_key(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    provider = LlamaCpp(means, start=stand_in.start)
    given = bound(call, tmp_path)
    for _ in range(3):
        last = list(provider.stream(prompt, call=given))[-1]
    provider.close()
    provider.close()

    assert stand_in.events == ["start a.gguf 2048 2", "end a.gguf"]
    assert {headers["authorization"] for headers in stand_in.endpoint.counts.headers} == {
        "Bearer key-of-this-run"
    }
    assert last.model == "entry"


def test_calls_with_and_without_a_named_pupil_are_served_by_one_server(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    tighter = {"personal_data_context_tokens": 1024}
    given = bound(call, tmp_path)
    raw = entry(provider="llama_cpp", artefact__sha256=given.sha256, conditions=tighter)
    one = parse(body(raw)).entries[0]
    here = Bindings({}, tmp_path, 2048)
    provider = LlamaCpp(means, start=stand_in.start)

    for personal_data in ("none", "pupil", "none", "pupil"):
        made = call_for(one, here, seconds=30.0, personal_data=personal_data)
        assert made.context_tokens == (2048 if personal_data == "none" else 1024)
        list(provider.stream(prompt, call=replace(made, weights=given.weights)))

    assert stand_in.events == ["start a.gguf 2048 2"]


def test_a_file_that_changes_after_it_was_checked_is_checked_again(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    provider = LlamaCpp(means, start=stand_in.start)
    given = bound(call, tmp_path)
    list(provider.stream(prompt, call=given))
    bound(call, tmp_path, content=b"something else")

    assert failure_of(provider, given, prompt) is Failure.WRONG_WEIGHTS


def test_a_file_that_changes_while_it_is_loaded_does_not_answer(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in.on_start = "swapped meanwhile"
    provider = LlamaCpp(means, start=stand_in.start)

    assert failure_of(provider, bound(call, tmp_path), prompt) is Failure.WRONG_WEIGHTS
    assert stand_in.events == ["start a.gguf 2048 2", "end a.gguf"]
    assert stand_in.endpoint.counts.calls == 0


def test_other_weights_take_turns(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    provider = LlamaCpp(means, start=stand_in.start)
    first, second = bound(call, tmp_path), bound(call, tmp_path, "b.gguf", b"other weights")
    answering = provider.stream(prompt, call=first)
    next(answering)
    short = replace(second, timeout_seconds=0.2)

    assert failure_of(provider, short, prompt) is Failure.TIMEOUT
    assert list(answering)
    assert list(provider.stream(prompt, call=second))
    assert stand_in.events == ["start a.gguf 2048 2", "end a.gguf", "start b.gguf 2048 2"]


def test_closing_the_provider_cuts_what_is_being_answered(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in.endpoint.behaviour = faults.hang_in_the_middle
    provider = LlamaCpp(means, start=stand_in.start)
    given = bound(call, tmp_path)
    ended = threading.Event()

    def read() -> None:
        for _ in provider.stream(prompt, call=given):
            reading.set()
        ended.set()

    reading = threading.Event()
    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(10.0)
    provider.close()

    assert ended.wait(10.0)
    reader.join()
    assert stand_in.events == ["start a.gguf 2048 2", "end a.gguf"]
    assert failure_of(provider, given, prompt) is Failure.UNREACHABLE


def test_an_answer_that_is_stopped_gives_its_place_back(
    means: Means, call: Call, prompt: Prompt, stand_in: StandIn, tmp_path: Path
) -> None:
    provider = LlamaCpp(means, start=stand_in.start)
    answering = provider.stream(prompt, call=bound(call, tmp_path))
    next(answering)
    answering.close()  # type: ignore[attr-defined]

    assert list(provider.stream(prompt, call=bound(call, tmp_path, "b.gguf", b"other weights")))


@pytest.fixture(scope="module")
def running(small_model: Weights) -> Iterator[Running]:
    server = start(small_model.path, 2048, 2)
    yield server
    server.close()


@pytest.mark.model
def test_nobody_without_the_key_learns_more_than_that_the_server_is_healthy(running: Running) -> None:
    with httpx.Client(base_url=running.address, trust_env=False, timeout=30.0) as client:
        open_to_all = client.get("/health")
        closed = [
            client.get(path).status_code for path in ("/v1/models", "/props", "/slots", "/metrics", "/models")
        ]
        asked = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hi"}]})
        page = client.get("/").status_code

    assert open_to_all.status_code == 200
    assert closed == [401] * 5
    assert asked.status_code == 401
    assert page == 404
    assert running.address.startswith("http://127.0.0.1:")


@pytest.mark.model
def test_even_with_the_key_no_prompts_can_be_looked_into(running: Running) -> None:
    key = {"authorization": f"Bearer {running.key}"}
    with httpx.Client(base_url=running.address, trust_env=False, timeout=30.0, headers=key) as client:
        slots, counters, properties = (client.get(path) for path in ("/slots", "/metrics", "/props"))
        said = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "canary-40a2"}], "max_tokens": 1})  # fmt: skip

    assert slots.status_code == 501
    assert said.status_code == 200
    assert "canary-40a2" not in counters.text + properties.text


@pytest.fixture(scope="module")
def embedded(
    small_model: Weights, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LlamaCpp, Call]]:
    from app.outbound import Outbound

    folder = tmp_path_factory.mktemp("embedded")
    means = Means(
        outbound=Outbound(allowed=lambda h, p: False),
        secret=lambda name: None,
        threads=2,
        models_folder=folder,
    )
    provider = LlamaCpp(means)
    call = Call(
        entry_id="small",
        provider="llama_cpp",
        sha256=small_model.sha256,
        weights=small_model.path,
        context_tokens=2048,
        output_tokens=12,
        timeout_seconds=240.0,
    )
    yield provider, call
    provider.close()


@pytest.mark.model
def test_the_same_question_gets_the_same_answer(embedded: tuple[LlamaCpp, Call], prompt: Prompt) -> None:
    provider, call = embedded
    short = replace(call, output_tokens=5)
    first, second = (list(provider.stream(prompt, call=short)) for _ in range(2))

    assert "".join(chunk.text for chunk in first) == "".join(chunk.text for chunk in second)
    assert first[-1].usage is not None
    assert first[-1].usage.output_tokens == 5
    assert (first[-1].finish, first[-1].model) == ("length", "small")


@pytest.mark.model
def test_a_prompt_longer_than_the_context_is_an_error_status(
    embedded: tuple[LlamaCpp, Call], prompt: Prompt
) -> None:
    provider, call = embedded
    long = replace(prompt, messages=(Message(role=Role.USER, text="one two three " * 3000),))

    assert failure_of(provider, call, long) is Failure.STATUS


@pytest.mark.model
def test_a_stopped_answer_frees_the_only_slot(embedded: tuple[LlamaCpp, Call]) -> None:
    provider, call = embedded
    story = Prompt(
        messages=(Message(role=Role.USER, text="Tell a very long story about a cat."),),
        question="",
        language="en",
        evidence=(),
    )
    answering = provider.stream(story, call=replace(call, output_tokens=1800))
    next(answering)
    began = time.monotonic()
    for _ in range(10):
        next(answering)
    a_token = (time.monotonic() - began) / 10
    answering.close()  # type: ignore[attr-defined]
    began = time.monotonic()
    list(provider.stream(story, call=replace(call, output_tokens=1)))

    assert time.monotonic() - began < 1800 * a_token / 4


@pytest.mark.model
def test_the_server_says_nothing_on_the_console(
    embedded: tuple[LlamaCpp, Call], prompt: Prompt, capfd: pytest.CaptureFixture[str]
) -> None:
    provider, call = embedded
    list(provider.stream(prompt, call=call))

    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_damaged_weights_do_not_bring_the_process_down(
    embedded: tuple[LlamaCpp, Call], prompt: Prompt, small_model: Weights, tmp_path: Path, means: Means
) -> None:
    _, call = embedded
    provider = LlamaCpp(means)
    for name, content in (
        ("half.gguf", small_model.path.read_bytes()[:1_000_000]),
        ("text.gguf", b"no weights"),
    ):
        given = bound(call, tmp_path, name, content)
        assert failure_of(provider, given, prompt) is Failure.UNREACHABLE


@pytest.mark.model
def test_closing_ends_the_server_and_its_threads(small_model: Weights) -> None:
    before = len(list(Path("/proc/self/task").iterdir()))
    for _ in range(3):
        server = start(small_model.path, 512, 1)
        server.close()

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.address}/health", trust_env=False, timeout=5.0)
    assert len(list(Path("/proc/self/task").iterdir())) <= before + 2


def test_the_digest_of_a_part_is_the_digest_of_that_part(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abcdef")

    assert digest_of(file, 3).hexdigest() == hashlib.sha256(b"abc").hexdigest()
    assert digest_of(file).hexdigest() == hashlib.sha256(b"abcdef").hexdigest()
