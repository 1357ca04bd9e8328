"""One suite for every provider: how it streams, stops and ends, whatever the other side does.

A case that cannot happen to a provider is skipped with its reason; the last test holds the reasons to the cases.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import jsonschema
import pytest

from app.errors import Failure, ProviderFailed
from app.outbound import Outbound
from app.providers import Call, Chunk, Evidence, Message, Prompt, Provider, Role, Structured, catalogue
from app.providers.fetching import fetch
from app.providers.llama_cpp import LlamaCpp
from app.providers.servers import Running
from app.providers.weights import models
from app.runtime import Runtime
from benchmarks import faults
from benchmarks.mock_endpoint import Behaviour, MockEndpoint, Speed, plain

SUBJECTS = ("extractive", "scripted", "openai_compatible", "llama_cpp", "llama_cpp on SmolLM2")
SERVED = "approved-model"
WEIGHTS = Path(__file__).resolve().parents[2] / "var" / "models"
QUICK = Speed(first_seconds=0.0, tokens_a_second=0.0, tokens=40)
SLOW = Speed(first_seconds=0.05, tokens_a_second=20.0, tokens=2000)

PROMPT = Prompt(
    messages=(
        Message(role=Role.SYSTEM, text="Answer in English."),
        Message(role=Role.USER, text="Tell a very long story about a cat who learns to compare fractions."),
    ),
    question="How are fractions with the same denominator compared?",
    language="en",
    evidence=(
        Evidence(
            id="p1",
            title="Comparing fractions",
            language="en",
            text="Fractions with the same denominator are compared by their numerators. The larger numerator wins. "
            "If denominators differ, a common denominator is found first.",
        ),
    ),
)

Fault = tuple[Behaviour, Failure]


def each(failure: Failure, *behaviours: Behaviour) -> tuple[Fault, ...]:
    """The same end for several faults."""
    return tuple((behaviour, failure) for behaviour in behaviours)


FAULTS: dict[str, tuple[Fault, ...]] = {
    "garbage": (
        *each(
            Failure.GARBAGE, faults.not_http, faults.broken_chunks, faults.not_a_stream, faults.half_surrogate
        ),
        *each(Failure.GARBAGE, *map(faults.shape, (42, None, [], "x", {"choices": 5}, {"choices": [5]}))),
        *each(Failure.GARBAGE, faults.shape({"model": SERVED, "choices": [{"delta": {"content": 5}}]})),
        *each(Failure.GARBAGE, faults.shape({"model": SERVED, "choices": [{"delta": {"content": ["a"]}}]})),
        *each(Failure.UNREACHABLE, faults.packed, faults.redirect),
    ),
    "invalid events": each(Failure.GARBAGE, faults.invalid_events),
    "wrong JSON": each(Failure.GARBAGE, faults.wrong_json),
    "cut stream": each(Failure.CUT, faults.cut_between_events, faults.cut_in_event, faults.no_end_mark),
    "cut inside a letter": each(Failure.CUT, faults.cut_in_letter, faults.cut_in_letter_but_ended),
    "50 MB": each(Failure.TOO_LARGE, faults.fifty_megabytes, faults.one_endless_line),
    "empty answer": each(Failure.EMPTY, faults.empty, faults.only_spaces, faults.shape({})),
    "error status": each(
        Failure.STATUS,
        *map(faults.status, ("401 Unauthorized", "429 Too Many Requests", "500 Error", "503 Unavailable")),
        faults.error_event,
    ),
    "wrong name": each(
        Failure.WRONG_MODEL, faults.other_name("another-model"), faults.other_name(None), faults.name_changes
    ),
    "no headers": each(Failure.TIMEOUT, faults.hang_before_headers, faults.drip_head),
    "time-out": each(Failure.TIMEOUT, faults.hang_after_headers, faults.hang_in_the_middle, faults.drip),
}
SCRIPTS = {
    "cut stream": ("cut-in-word", Failure.CUT),
    "50 MB": ("huge", Failure.TOO_LARGE),
    "empty answer": ("empty", Failure.EMPTY),
    "error status": ("error-after-three", Failure.STATUS),
    "wrong name": ("wrong-model", Failure.WRONG_MODEL),
    "connection refused": ("refused", Failure.REFUSED),
    "time-out": ("hang", Failure.TIMEOUT),
}
LAWS = ("streams", "fills a schema", "stops", "stops while it waits", "no usage", "hostile environment")
SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 160}},
    "required": ["text"],
    "additionalProperties": False,
}
CASES = (*LAWS, *FAULTS, "connection refused")

NO_SERVER = "asks no server"
SCRIPT = "says its script; nothing arrives that could be malformed"
BY_HASH = "the embedded server is known by the hash of its file; it reports a path as its name"
OWN_SERVER = "the server is xllamacpp itself; the stand-in server of llama_cpp plays this fault"
NOT_APPLICABLE: dict[str, dict[str, str]] = {
    "extractive": dict.fromkeys(
        (*(case for case in FAULTS if case != "empty answer"), "connection refused", "stops while it waits"),
        NO_SERVER,
    ),
    "scripted": dict.fromkeys(
        (*(case for case in FAULTS if case not in SCRIPTS), "stops while it waits"), SCRIPT
    ),
    "openai_compatible": {},
    "llama_cpp": {"wrong name": BY_HASH},
    "llama_cpp on SmolLM2": dict.fromkeys(
        (*(case for case in FAULTS if case != "time-out"), "connection refused", "no usage"), OWN_SERVER
    ),
}


def cases(*wanted: str) -> list[object]:
    """Every provider with every wanted case; what does not apply is skipped with its reason."""
    found: list[object] = []
    for subject in SUBJECTS:
        marks = [pytest.mark.model] if "SmolLM2" in subject else []
        for case in wanted:
            reason = NOT_APPLICABLE[subject].get(case)
            skip = [pytest.mark.skip(reason=f"{subject}: {reason}")] if reason else []
            found.append(pytest.param(subject, case, id=f"{subject}: {case}", marks=[*marks, *skip]))
    return found


@dataclass(frozen=True)
class Staged:
    """A provider that is about to meet a case."""

    provider: Provider
    call: Call
    endpoint: MockEndpoint | None = None

    def answer(self, prompt: Prompt = PROMPT) -> list[Chunk]:
        return list(self.provider.stream(prompt, call=self.call))


def near(host: str, port: int) -> bool:
    return host == "127.0.0.1"


def means(tmp_path: Path) -> catalogue.Means:
    return catalogue.Means(
        outbound=Outbound(allowed=near, near=near),
        secret=lambda name: None,
        threads=2,
        models_folder=tmp_path,
    )


@contextmanager
def stage(
    subject: str, tmp_path: Path, behaviour: Behaviour = plain, *, speed: Speed = QUICK, seconds: float = 20.0
) -> Iterator[Staged]:
    """A provider and a call that will meet a behaviour of the other side."""
    call = Call(
        entry_id="entry",
        provider=subject.partition(" ")[0],
        served_name=SERVED,
        context_tokens=2048,
        output_tokens=256,
        timeout_seconds=seconds,
    )
    with ExitStack() as stack:
        match subject:
            case "extractive":
                yield Staged(catalogue.load("extractive", means(tmp_path)), call)
            case "scripted":
                yield Staged(catalogue.load("scripted", means(tmp_path)), replace(call, served_name="slow"))
            case "openai_compatible":
                endpoint = stack.enter_context(MockEndpoint(speed, behaviour=behaviour))
                provider = catalogue.load("openai_compatible", means(tmp_path))
                stack.callback(provider.close)  # type: ignore[attr-defined]
                yield Staged(provider, replace(call, address=endpoint.address), endpoint)
            case "llama_cpp":
                endpoint = stack.enter_context(MockEndpoint(speed, name="/a/path.gguf", behaviour=behaviour))
                weights = tmp_path / "stand-in.gguf"
                weights.write_bytes(b"weights")
                digest = hashlib.sha256(b"weights").hexdigest()
                yield Staged(
                    LlamaCpp(means(tmp_path), start=standing_in(endpoint)),
                    replace(call, weights=weights, sha256=digest),
                    endpoint,
                )
            case _:
                model = models()["smollm2-135m"]
                fetched = fetch(model, WEIGHTS, now=Runtime().now)
                embedded = catalogue.load("llama_cpp", means(tmp_path))
                stack.callback(embedded.close)  # type: ignore[attr-defined]
                # A busy machine makes few tokens a second: short answers, save where one must be interrupted.
                long = speed is SLOW or seconds < 20.0
                here = replace(
                    call, weights=fetched.path, sha256=model.sha256, output_tokens=1500 if long else 24
                )
                yield Staged(embedded, replace(here, timeout_seconds=seconds if long else 240.0))


def standing_in(endpoint: MockEndpoint) -> Callable[[Path, int, int], Running]:
    """Starts nothing and leads to the mock endpoint."""
    address = endpoint.address.removesuffix("/v1")

    def start(weights: Path, context_tokens: int, threads: int) -> Running:
        return Running(address=address, port=int(address.rpartition(":")[2]), key="key", close=lambda: None)

    return start


@pytest.mark.parametrize(("subject", "case"), cases("streams"))
def test_an_answer_comes_in_pieces_and_only_its_last_chunk_ends_it(
    subject: str, case: str, tmp_path: Path
) -> None:
    with stage(subject, tmp_path) as staged:
        chunks = staged.answer()

    *pieces, last = chunks
    assert len([piece for piece in pieces if piece.text]) > 1
    assert "".join(chunk.text for chunk in chunks).strip()
    assert all(piece.usage is None and piece.finish is None for piece in pieces)
    assert last.usage is not None
    assert last.finish in {"stop", "length"}
    assert last.model
    assert "/" not in last.model


@pytest.mark.parametrize(("subject", "case"), cases("fills a schema"))
def test_an_answer_under_a_schema_is_one_value_of_it(subject: str, case: str, tmp_path: Path) -> None:
    with stage(subject, tmp_path, faults.saying('{"text": "The larger', ' numerator wins."}')) as staged:
        name = "field-plain" if subject == "scripted" else staged.call.served_name
        call = replace(staged.call, served_name=name, structured=Structured.JSON_SCHEMA, output_tokens=120)
        *pieces, last = replace(staged, call=call).answer(replace(PROMPT, schema=SCHEMA))
        sent = (
            [request.get("response_format") for request in staged.endpoint.counts.requests]
            if staged.endpoint
            else []
        )

    jsonschema.validate(json.loads("".join(piece.text for piece in (*pieces, last))), SCHEMA)
    assert all(piece.usage is None and piece.finish is None for piece in pieces)
    assert last.finish in {"stop", "length"}
    assert all(told is not None and told["json_schema"]["schema"] == SCHEMA for told in sent)


@pytest.mark.parametrize(("subject", "case"), cases("streams"))
def test_nothing_is_asked_before_the_first_piece_is_wanted(subject: str, case: str, tmp_path: Path) -> None:
    with stage(subject, tmp_path) as staged:
        iterator = staged.provider.stream(PROMPT, call=staged.call)
        asked = staged.endpoint.counts.calls if staged.endpoint else 0
        iterator.close()  # type: ignore[attr-defined]

    assert asked == 0


@pytest.mark.parametrize(("subject", "case"), cases("stops"))
def test_closing_the_iterator_stops_the_generation(subject: str, case: str, tmp_path: Path) -> None:
    with stage(subject, tmp_path, speed=SLOW) as staged:
        iterator = staged.provider.stream(PROMPT, call=staged.call)
        assert any(chunk.text for chunk in iterator)
        iterator.close()  # type: ignore[attr-defined]
        assert list(iterator) == []
        if staged.endpoint is not None:
            assert eventually(lambda: staged.endpoint is not None and staged.endpoint.counts.stopped == 1)
        assert staged.provider.stream(PROMPT, call=staged.call) is not None


@pytest.mark.parametrize(("subject", "case"), cases("stops while it waits"))
def test_another_thread_may_stop_an_answer_that_is_waited_for(
    subject: str, case: str, tmp_path: Path
) -> None:
    with stage(subject, tmp_path, faults.hang_after_headers, seconds=60.0) as staged:
        iterator = staged.provider.stream(PROMPT, call=staged.call)
        ended = threading.Event()

        def read() -> None:
            for _ in iterator:
                pass
            ended.set()

        reader = threading.Thread(target=read)
        reader.start()
        if staged.endpoint is not None:
            assert eventually(lambda: staged.endpoint is not None and staged.endpoint.counts.calls == 1)
        time.sleep(0.2)
        iterator.close()  # type: ignore[attr-defined]

        assert ended.wait(10.0)
        reader.join()


@pytest.mark.parametrize(("subject", "case"), cases("no usage"))
def test_an_uncounted_answer_says_that_its_tokens_are_unknown(
    subject: str, case: str, tmp_path: Path
) -> None:
    with stage(subject, tmp_path, faults.no_usage) as staged:
        given = (
            replace(staged, call=replace(staged.call, served_name="no-usage"))
            if subject == "scripted"
            else staged
        )
        last = given.answer()[-1]

    assert last.usage is not None
    assert (last.usage.input_tokens, last.usage.output_tokens) == (None, None)


@pytest.mark.parametrize(("subject", "case"), cases("hostile environment"))
def test_no_variable_of_the_environment_leads_a_call_elsewhere(
    subject: str, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MockEndpoint(QUICK) as trap:
        for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "LANGSMITH_ENDPOINT", "LANGSMITH_GATEWAY"):
            monkeypatch.setenv(name, trap.address)
        for name in ("OPENAI_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, trap.address.removesuffix("/v1"))
        for name in (
            "OPENAI_API_KEY",
            "OPENAI_ORG_ID",
            "OPENAI_ORGANIZATION",
            "OPENAI_PROJECT_ID",
            "LANGSMITH_API_KEY",
        ):
            monkeypatch.setenv(name, "lsv2_canary-51c7")
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY_ENABLED"):
            monkeypatch.setenv(name, "true")
        with stage(subject, tmp_path) as staged:
            assert staged.answer()
            if staged.endpoint is not None:
                assert staged.endpoint.counts.calls == 1
                assert "canary-51c7" not in str(staged.endpoint.counts.headers)
                assert "canary-51c7" not in str(staged.endpoint.counts.requests)
        assert trap.counts.calls == 0


@pytest.mark.parametrize(("subject", "case"), cases(*FAULTS))
def test_a_fault_ends_the_call_with_its_class_and_in_time(subject: str, case: str, tmp_path: Path) -> None:
    if subject in {"extractive", "scripted"} or "SmolLM2" in subject:
        expected: tuple[Fault, ...] = ((plain, SCRIPTS[case][1]),)
    else:
        expected = FAULTS[case]
    for behaviour, failure in expected:
        seconds = 0.5 if failure is Failure.TIMEOUT else 20.0
        with stage(subject, tmp_path, behaviour, seconds=seconds) as staged:
            given, prompt = staged, PROMPT
            if subject == "scripted":
                given = replace(staged, call=replace(staged.call, served_name=SCRIPTS[case][0]))
            if subject == "extractive":
                prompt = replace(PROMPT, evidence=())
            began = time.monotonic()
            with pytest.raises(ProviderFailed) as caught:
                given.answer(prompt)

        what = getattr(behaviour, "__qualname__", "")
        assert caught.value.failure is failure, f"{what}: {caught.value}"
        assert "canary-7f3a" not in str(caught.value), what
        assert time.monotonic() - began < seconds + 15.0, what


@pytest.mark.parametrize(("subject", "case"), cases("connection refused"))
def test_a_closed_door_is_a_refused_connection(subject: str, case: str, tmp_path: Path) -> None:
    with stage(subject, tmp_path) as staged:
        if subject == "scripted":
            given = replace(staged, call=replace(staged.call, served_name=SCRIPTS[case][0]))
        else:
            given = closed(staged, tmp_path)
        with pytest.raises(ProviderFailed) as caught:
            given.answer()

    assert caught.value.failure is Failure.REFUSED


def closed(staged: Staged, tmp_path: Path) -> Staged:
    """The same call with nobody listening."""
    with MockEndpoint(QUICK) as gone:
        pass
    if staged.call.address is not None:
        return replace(staged, call=replace(staged.call, address=gone.address))
    return replace(staged, provider=LlamaCpp(means(tmp_path), start=standing_in(gone)))


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether something becomes true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_every_provider_is_held_to_the_suite() -> None:
    assert {subject.partition(" ")[0] for subject in SUBJECTS} == set(catalogue.names)


def test_every_file_with_a_build_function_is_in_the_catalogue() -> None:
    folder = Path(catalogue.__file__).parent
    building = {
        path.stem for path in folder.glob("*.py") if "\ndef build(means: Means)" in path.read_text("utf-8")
    }

    assert building == set(catalogue.names)


def test_a_name_outside_the_catalogue_is_never_imported(tmp_path: Path) -> None:
    for name in ("os", "../errors", "completions", ""):
        with pytest.raises(LookupError):
            catalogue.load(name, means(tmp_path))


def test_what_does_not_apply_is_named_with_its_reason() -> None:
    assert set(NOT_APPLICABLE) == set(SUBJECTS)
    for skipped in NOT_APPLICABLE.values():
        assert set(skipped) <= set(CASES)
        assert all(skipped.values())
    assert NOT_APPLICABLE["openai_compatible"] == {}
