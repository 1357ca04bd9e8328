"""The mock endpoint counts rightly and keeps its pace."""

import json
import time
import urllib.request

import httpx

from benchmarks.mock_endpoint import TEXTS, MockEndpoint, Speed, tokens_of

BODY = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": True}


def test_an_answer_has_the_length_that_was_set() -> None:
    for language, text in TEXTS.items():
        assert len(tokens_of(text, 500)) == 500
        assert text.startswith("".join(tokens_of(text, 5)))
        with MockEndpoint(
            Speed(first_seconds=0, tokens_a_second=0, tokens=30, language=language)
        ) as endpoint:
            reply = httpx.post(f"{endpoint.address}/chat/completions", json=BODY, trust_env=False).text
        events = [json.loads(line[6:]) for line in reply.splitlines() if line.startswith("data: {")]
        texts = [event["choices"][0]["delta"].get("content", "") for event in events if event["choices"]]
        assert len([piece for piece in texts if piece]) == 30


def test_tokens_are_not_sent_before_they_are_due() -> None:
    with MockEndpoint(Speed(first_seconds=0.1, tokens_a_second=100.0, tokens=21)) as endpoint:
        began = time.monotonic()
        httpx.post(f"{endpoint.address}/chat/completions", json=BODY, trust_env=False)
        assert time.monotonic() - began >= 0.3


def test_calls_are_counted() -> None:
    with MockEndpoint(Speed(first_seconds=0, tokens_a_second=0, tokens=5)) as endpoint:
        for _ in range(3):
            httpx.post(f"{endpoint.address}/chat/completions", json=BODY, trust_env=False)
        with urllib.request.urlopen(endpoint.address.removesuffix("/v1") + "/stats") as reply:
            counts = json.loads(reply.read())

    assert counts == {"calls": 3, "finished": 3, "stopped": 0, "in_flight": 0, "most_in_flight": 1}
    assert endpoint.counts.requests == [BODY] * 3
