"""What is sent to a bound server, and what is never sent, shown or believed."""

import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.errors import Failure, ProviderFailed
from app.outbound import Outbound
from app.providers import Call, Chunk, Prompt, Reasoning, Structured
from app.providers.catalogue import Means
from app.providers.openai_compatible import OpenAiCompatible
from benchmarks import faults
from benchmarks.mock_endpoint import Behaviour, MockEndpoint, Reply, Speed, delta, event, plain

QUICK = Speed(first_seconds=0.0, tokens_a_second=0.0, tokens=20)


def ask(
    means: Means, call: Call, prompt: Prompt, behaviour: Behaviour = plain
) -> tuple[list[Chunk], MockEndpoint]:
    with MockEndpoint(QUICK, behaviour=behaviour) as endpoint:
        return answered(means, replace(call, address=endpoint.address), prompt), endpoint


def answered(means: Means, call: Call, prompt: Prompt) -> list[Chunk]:
    """A whole answer; the connection that the provider keeps for its next call is closed."""
    with closing(OpenAiCompatible(means)) as provider:
        return list(provider.stream(prompt, call=call))


def text(chunks: Sequence[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


def test_a_call_sends_the_prompt_the_name_and_the_limits(means: Means, call: Call, prompt: Prompt) -> None:
    _, endpoint = ask(means, replace(call, secret="GATEWAY_KEY"), prompt)
    (request,) = endpoint.counts.requests

    assert [message["role"] for message in request["messages"]] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in request["messages"]] == [
        message.text for message in prompt.messages
    ]
    assert (request["model"], request["max_tokens"]) == ("approved-model", 200)
    assert request["temperature"] == 0.0
    assert request["stream_options"] == {"include_usage": True}
    assert set(request) == {"messages", "model", "max_tokens", "temperature", "stream", "stream_options"}


def test_no_header_says_more_than_it_must(means: Means, call: Call, prompt: Prompt) -> None:
    _, endpoint = ask(means, replace(call, secret="GATEWAY_KEY"), prompt)
    (headers,) = endpoint.counts.headers

    assert headers["authorization"] == "Bearer canary-secret-9b1e"
    assert not [name for name in headers if name.startswith(("x-", "openai-", "cookie"))]
    assert headers["accept-encoding"] == "identity"


def test_one_question_is_one_call_whatever_goes_wrong(means: Means, call: Call, prompt: Prompt) -> None:
    for behaviour in (plain, faults.status("500 Error"), faults.status("429 Too Many"), faults.cut_in_event):
        with MockEndpoint(QUICK, behaviour=behaviour) as endpoint:
            with suppress(ProviderFailed):
                answered(means, replace(call, address=endpoint.address), prompt)
            assert endpoint.counts.calls == 1


@pytest.mark.parametrize(
    "unbound",
    [
        {"address": None},
        {"address": ""},
        {"served_name": ""},
        # the secret is named, but this machine has no value for it
        {"secret": "ANOTHER_KEY"},
    ],
)
def test_an_entry_that_is_not_bound_here_is_not_called(
    means: Means, call: Call, prompt: Prompt, unbound: dict[str, str | None]
) -> None:
    bound = replace(call, address="http://127.0.0.1:9/v1")
    with pytest.raises(ProviderFailed) as caught:
        OpenAiCompatible(means).stream(prompt, call=replace(bound, **unbound))  # type: ignore[arg-type]
    assert caught.value.failure is Failure.NO_BINDING


def test_a_host_that_is_not_allowed_is_not_called(call: Call, prompt: Prompt, tmp_path: Path) -> None:
    with MockEndpoint(QUICK) as endpoint:
        none = Means(
            outbound=Outbound(allowed=lambda host, port: False),
            secret=lambda name: None,
            threads=1,
            models_folder=tmp_path,
        )
        with pytest.raises(ProviderFailed) as caught:
            answered(none, replace(call, address=endpoint.address), prompt)
        assert endpoint.counts.calls == 0
    assert caught.value.failure is Failure.UNREACHABLE


def test_a_name_that_does_not_resolve_is_unreachable(call: Call, prompt: Prompt, tmp_path: Path) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise httpx.ConnectError(f"{host}: no such name")

    outbound = Outbound(allowed=lambda host, port: True, resolve=resolve)
    means = Means(outbound=outbound, secret=lambda name: None, threads=1, models_folder=tmp_path)
    with pytest.raises(ProviderFailed) as caught:
        answered(means, replace(call, address="https://gateway.example/v1"), prompt)
    assert caught.value.failure is Failure.UNREACHABLE


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context


def test_a_server_whose_certificate_nobody_vouches_for_is_unreachable(
    means: Means, call: Call, prompt: Prompt, tmp_path: Path
) -> None:
    with MockEndpoint(QUICK, tls=self_signed(tmp_path)) as endpoint:
        with pytest.raises(ProviderFailed) as caught:
            answered(means, replace(call, address=endpoint.address), prompt)
        assert endpoint.counts.calls == 0
    assert caught.value.failure is Failure.UNREACHABLE


def test_an_answer_without_a_reason_for_its_end_says_unknown(
    means: Means, call: Call, prompt: Prompt
) -> None:
    chunks, _ = ask(means, call, prompt, faults.no_finish)

    assert chunks[-1].finish == "unknown"


def test_thinking_is_hidden_and_kept(means: Means, call: Call, prompt: Prompt) -> None:
    chunks, _ = ask(means, call, prompt, faults.saying("<th", "ink>plan</thi", "nk>\n\nans", "wer"))

    assert text(chunks) == "answer"
    assert "".join(chunk.hidden for chunk in chunks) == "plan"


def test_thinking_in_a_field_of_its_own_is_hidden_and_kept(means: Means, call: Call, prompt: Prompt) -> None:
    async def aside(reply: Reply) -> None:
        reply.head()
        for field in ("reasoning_content", "reasoning"):
            body = delta(reply.name, "")
            body["choices"][0]["delta"] = {field: "plan "}
            reply.raw(event(body))
        reply.raw(event(delta(reply.name, "answer")))
        reply.tail()

    chunks, _ = ask(means, replace(call, reasoning=Reasoning.ALWAYS), prompt, aside)

    assert text(chunks) == "answer"
    assert "".join(chunk.hidden for chunk in chunks) == "plan plan "


def test_switchable_thinking_is_switched_off(means: Means, call: Call, prompt: Prompt) -> None:
    _, endpoint = ask(means, replace(call, reasoning=Reasoning.SWITCHABLE), prompt)

    assert endpoint.counts.requests[0]["chat_template_kwargs"] == {"enable_thinking": False}


SCHEMA = {"type": "object", "properties": {"aim": {"type": "string"}}, "required": ["aim"]}


@pytest.mark.parametrize(
    ("structured", "sent"),
    [
        (
            Structured.JSON_SCHEMA,
            {"type": "json_schema", "json_schema": {"name": "field", "strict": True, "schema": SCHEMA}},
        ),
        (Structured.JSON_MODE, {"type": "json_object"}),
        (Structured.NONE, None),
    ],
)
def test_a_server_is_told_to_answer_in_json_by_what_its_entry_says_of_it(
    means: Means, call: Call, prompt: Prompt, structured: Structured, sent: dict[str, object] | None
) -> None:
    bound = replace(call, structured=structured)
    chunks, endpoint = ask(means, bound, replace(prompt, schema=SCHEMA))
    _, in_words = ask(means, bound, prompt)

    assert text(chunks)
    assert endpoint.counts.requests[0].get("response_format") == sent
    assert "response_format" not in in_words.counts.requests[0]


def test_what_a_composed_answer_must_not_repeat_is_never_sent(
    means: Means, call: Call, prompt: Prompt
) -> None:
    _, endpoint = ask(means, call, replace(prompt, schema=SCHEMA, avoid=("a canary 7f31",)))

    assert "canary 7f31" not in str(endpoint.counts.requests)


def test_only_thinking_is_an_empty_answer(means: Means, call: Call, prompt: Prompt) -> None:
    with pytest.raises(ProviderFailed) as caught:
        ask(means, call, prompt, faults.saying("<think>never ", "closed"))
    assert caught.value.failure is Failure.EMPTY


def test_an_answer_far_longer_than_its_tokens_is_cut(means: Means, call: Call, prompt: Prompt) -> None:
    with pytest.raises(ProviderFailed) as caught:
        ask(means, replace(call, output_tokens=10), prompt, faults.saying(*["word " * 100] * 5))
    assert caught.value.failure is Failure.TOO_LARGE


def test_the_name_of_a_server_that_need_not_match_is_the_name_in_the_binding(
    means: Means, call: Call, prompt: Prompt
) -> None:
    chunks, _ = ask(
        means, replace(call, check_name=False), prompt, faults.other_name("/srv/secret/path.gguf")
    )

    assert chunks[-1].model == "approved-model"


@pytest.mark.parametrize("said", [("b7",), ("b7", "b7"), ("b7", None)])
def test_an_entry_that_names_a_build_is_answered_by_that_build(
    means: Means, call: Call, prompt: Prompt, said: tuple[str | None, ...]
) -> None:
    chunks, _ = ask(means, replace(call, fingerprint="b7"), prompt, faults.builds(*said))

    assert text(chunks) == "word " * len(said)


@pytest.mark.parametrize("said", [("b8",), ("b7", "b8"), (None,), ("",), ("B7",)])
def test_another_build_or_one_that_does_not_say_which_ends_the_answer(
    means: Means, call: Call, prompt: Prompt, said: tuple[str | None, ...]
) -> None:
    with pytest.raises(ProviderFailed) as caught:
        ask(means, replace(call, fingerprint="b7"), prompt, faults.builds(*said))
    assert caught.value.failure is Failure.WRONG_MODEL


@pytest.mark.parametrize(
    ("behaviour", "again"),
    [
        (faults.status("429 Too Many Requests"), True),
        (faults.status("503 Unavailable"), True),
        # what will not pass by itself
        (faults.status("401 Unauthorized"), False),
        (faults.status("500 Error"), False),
        (faults.redirect, False),
        (faults.other_name("another"), False),
        (faults.not_a_stream, False),
        # what has begun to answer
        (faults.cut_between_events, False),
        (faults.cut_in_letter, False),
    ],
)
def test_only_what_may_pass_in_a_moment_is_worth_another_try(
    means: Means, call: Call, prompt: Prompt, behaviour: Behaviour, again: bool
) -> None:
    with pytest.raises(ProviderFailed) as caught:
        ask(means, call, prompt, behaviour)
    assert caught.value.again is again


def test_a_server_that_nobody_started_may_be_there_in_a_moment(
    means: Means, call: Call, prompt: Prompt
) -> None:
    with MockEndpoint(QUICK) as gone:
        address = gone.address
    with pytest.raises(ProviderFailed) as caught:
        answered(means, replace(call, address=address), prompt)
    assert (caught.value.failure, caught.value.again) == (Failure.REFUSED, True)


def test_a_server_that_hangs_is_not_waited_for_twice(means: Means, call: Call, prompt: Prompt) -> None:
    with pytest.raises(ProviderFailed) as caught:
        ask(means, replace(call, timeout_seconds=0.5), prompt, faults.hang_before_headers)
    assert (caught.value.failure, caught.value.again) == (Failure.TIMEOUT, False)
