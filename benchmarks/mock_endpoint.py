"""A local OpenAI-compatible server of fixed speed that counts its calls and, when told to, misbehaves.

    python -m benchmarks.mock_endpoint --port 9000 --first-ms 200 --rate 100 --tokens 150 --language kk

Every token leaves on a schedule that was fixed when the request arrived, so a slow reader or a busy machine
delays a token and not the whole answer behind it. `GET /stats` answers with the counts as JSON.
"""

import argparse
import asyncio
import itertools
import json
import re
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

TEXTS = {
    "kk": "Бөлімдері бірдей бөлшектерді салыстырғанда алымдарына қараймыз. Алымы үлкен бөлшек үлкен болады. "
    "Бөлімдері әр түрлі болса, алдымен ортақ бөлімге келтіреміз. ",
    "ru": "Дроби с одинаковыми знаменателями сравнивают по числителям. Больше та дробь, у которой числитель больше. "
    "Если знаменатели разные, сначала приводим дроби к общему знаменателю. ",
    "en": "Fractions with the same denominator are compared by their numerators. The larger numerator is greater. "
    "If the denominators differ, we first find a common denominator. ",
}
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How the server answers.

    Attributes:
        first_seconds: from the end of the request to the first token.
        tokens_a_second: after that; 0 sends all at once.
        tokens: length of every answer.
        language: language of the canned text.
    """

    first_seconds: float = 0.2
    tokens_a_second: float = 100.0
    tokens: int = 150
    language: str = "en"


@dataclass(slots=True, kw_only=True)
class Counts:
    """What the server saw."""

    calls: int = 0
    finished: int = 0
    stopped: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def tokens_of(text: str, count: int) -> tuple[str, ...]:
    """`count` word-like pieces of a text, repeated as often as needed."""
    return tuple(itertools.islice(itertools.cycle(re.findall(r"\s*\S{1,5}", text)), count))


def event(body: object) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def delta(name: str, text: str, finish: str | None = None) -> dict[str, Any]:
    """One chunk of a chat completion."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": name, "choices": [choice]}


class Reply:
    """One open connection to a client; bytes leave in HTTP chunks. `request` is the JSON that was asked."""

    def __init__(
        self, writer: asyncio.StreamWriter, name: str, speed: Speed, request: Mapping[str, Any] | None = None
    ) -> None:
        self.writer, self.name, self.speed, self.request = writer, name, speed, request or {}
        self.loop = asyncio.get_running_loop()
        self.start = self.loop.time()

    def head(self, status: str = "200 OK", kind: str = EVENT_STREAM, extra: str = "") -> None:
        """Send the head; the body follows in chunks."""
        text = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n{extra}\r\n"
        self.writer.write(text.encode())

    def raw(self, body: bytes) -> None:
        """Send a chunk."""
        self.writer.write(b"%x\r\n%s\r\n" % (len(body), body))

    def whole(self, status: str, kind: str, body: bytes) -> None:
        """Send a whole answer at once."""
        self.head(status, kind)
        self.raw(body)
        self.end()

    def end(self) -> None:
        """Send the mark that the body is whole."""
        self.writer.write(b"0\r\n\r\n")

    def tail(self, *, usage: bool = True, finish: str | None = "stop") -> None:
        """Send what ends a completion."""
        if finish is not None:
            self.raw(event(delta(self.name, "", finish)))
        if usage:
            counted = {"prompt_tokens": 50, "completion_tokens": self.speed.tokens, "total_tokens": 0}
            self.raw(event({**delta(self.name, ""), "choices": [], "usage": counted}))
        self.raw(b"data: [DONE]\n\n")
        self.end()

    def say(self, text: str) -> None:
        """Send a text of one's own as one token."""
        self.raw(event(delta(self.name, text)))

    async def tokens(self, count: int | None = None) -> None:
        """Send tokens on schedule."""
        async for token in self._due(count if count is not None else self.speed.tokens):
            self.raw(event(delta(self.name, token)))
            await self.writer.drain()

    async def _due(self, count: int) -> AsyncIterator[str]:
        pace = self.speed.tokens_a_second
        for number, token in enumerate(tokens_of(TEXTS[self.speed.language], count)):
            due = self.start + self.speed.first_seconds + (number / pace if pace else 0.0)
            if (wait := due - self.loop.time()) > 0:
                await asyncio.sleep(wait)
            if self.writer.is_closing():
                raise ConnectionResetError("the client went away")
            yield token


Behaviour = Callable[[Reply], Coroutine[Any, Any, None]]


async def plain(reply: Reply) -> None:
    """A whole answer."""
    reply.head()
    reply.raw(event(delta(reply.name, "")))
    await reply.tokens()
    reply.tail()


class MockEndpoint:
    """The server in a thread of its own; use it with `with`."""

    def __init__(
        self,
        speed: Speed | None = None,
        *,
        name: str | None = None,
        behaviour: Behaviour = plain,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`name`: the model name in replies; None: whatever the request asks for."""
        self.speed, self.behaviour, self.counts = speed or Speed(), behaviour, Counts()
        self._name, self._host, self._port, self._tls = name, host, port, tls
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mock-endpoint", daemon=True)

    @property
    def address(self) -> str:
        """The base URL, `/v1` included."""
        return f"{'https' if self._tls else 'http'}://{self._host}:{self._port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the mock endpoint did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def serve(self, announce: Callable[[str], None] = lambda address: None) -> None:
        """Serve until cancelled; `announce` is told the address once it listens."""
        server = await asyncio.start_server(self._connection, self._host, self._port, ssl=self._tls)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        announce(self.address)
        async with server:
            await server.serve_forever()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        task = self._loop.create_task(self.serve())
        try:
            self._loop.run_forever()
        finally:
            tasks = [task, *asyncio.all_tasks(self._loop)]
            for each in tasks:
                each.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            if head[0].startswith("GET "):
                self._stats(writer)
            else:
                request = json.loads(body)
                await self._call(Reply(writer, "", self.speed, request), headers, reader)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # the client went away, or the server ends
        finally:
            writer.close()

    async def _call(self, reply: Reply, headers: dict[str, str], reader: asyncio.StreamReader) -> None:
        counts = self.counts
        reply.name = self._name if self._name is not None else str(reply.request.get("model"))
        counts.calls += 1
        counts.in_flight += 1
        counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)
        counts.requests.append(dict(reply.request))
        counts.headers.append(headers)
        answer = asyncio.ensure_future(self.behaviour(reply))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done() and answer.exception() is None:
                counts.finished += 1
            else:
                counts.stopped += 1
        finally:
            counts.in_flight -= 1
            for task in (answer, gone):
                task.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)

    def _stats(self, writer: asyncio.StreamWriter) -> None:
        counts = self.counts
        shown = {
            name: getattr(counts, name)
            for name in ("calls", "finished", "stopped", "in_flight", "most_in_flight")
        }
        body = json.dumps(shown).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        )
        writer.write(body)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve at a port until stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--first-ms", type=float, default=200.0)
    parser.add_argument("--rate", type=float, default=100.0, help="tokens a second; 0: all at once")
    parser.add_argument("--tokens", type=int, default=150)
    parser.add_argument("--language", choices=sorted(TEXTS), default="en")
    given = parser.parse_args(arguments)
    speed = Speed(
        first_seconds=given.first_ms / 1000,
        tokens_a_second=given.rate,
        tokens=given.tokens,
        language=given.language,
    )
    endpoint = MockEndpoint(speed, host=given.host, port=given.port)
    try:
        asyncio.run(endpoint.serve(print))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
