"""The ways in which an endpoint misbehaves, each a behaviour of the mock endpoint."""

import asyncio

from benchmarks.mock_endpoint import Behaviour, Reply, delta, event, plain


def status(line: str) -> Behaviour:
    """An error status with a body that must not be repeated to anyone."""

    async def answer(reply: Reply) -> None:
        reply.whole(line, "application/json", b'{"error": {"message": "canary-7f3a in the body"}}')

    return answer


async def redirect(reply: Reply) -> None:
    """A redirect to another host."""
    reply.head("307 Temporary Redirect", extra="location: http://127.0.0.1:1/v1/chat/completions\r\n")
    reply.end()


async def hang_before_headers(reply: Reply) -> None:
    """Nothing at all."""
    await asyncio.sleep(3600)


async def hang_after_headers(reply: Reply) -> None:
    """A head and no body."""
    reply.head()
    await reply.writer.drain()
    await asyncio.sleep(3600)


async def hang_in_the_middle(reply: Reply) -> None:
    """Ten tokens and then nothing."""
    reply.head()
    await reply.tokens(10)
    await asyncio.sleep(3600)


async def drip(reply: Reply) -> None:
    """One byte at a time, for ever."""
    reply.head()
    for byte in event(delta(reply.name, "slow ")) * 10_000:
        reply.raw(bytes([byte]))
        await reply.writer.drain()
        await asyncio.sleep(0.05)


async def drip_head(reply: Reply) -> None:
    """The head itself, one byte at a time."""
    for byte in b"HTTP/1.1 200 OK\r\nx-long: " + b"a" * 10_000:
        reply.writer.write(bytes([byte]))
        await reply.writer.drain()
        await asyncio.sleep(0.05)


async def cut_in_letter(reply: Reply) -> None:
    """The connection drops inside a two-byte letter, without the mark that ends the body."""
    reply.head()
    reply.raw(event(delta(reply.name, "Бөлшек ")))
    reply.raw(event(delta(reply.name, "ө")).partition("ө".encode())[0] + "ө".encode()[:1])


async def cut_in_letter_but_ended(reply: Reply) -> None:
    """The body ends properly, yet inside a two-byte letter."""
    reply.head()
    reply.raw(event(delta(reply.name, "Бөлшек ")))
    reply.raw(b'data: {"choices": [{"delta": {"content": "' + "ө".encode()[:1])
    reply.end()


async def cut_in_event(reply: Reply) -> None:
    """The body ends properly, yet inside an event."""
    reply.head()
    await reply.tokens(3)
    reply.raw(event(delta(reply.name, "more"))[:40])
    reply.end()


async def cut_between_events(reply: Reply) -> None:
    """The connection drops between two events."""
    reply.head()
    await reply.tokens(3)


async def no_end_mark(reply: Reply) -> None:
    """The body ends properly, with neither a finish reason nor `[DONE]`."""
    reply.head()
    await reply.tokens(3)
    reply.end()


async def invalid_events(reply: Reply) -> None:
    """Lines that are no events."""
    reply.head()
    reply.raw(b'{"choices": [{"delta": {"content": "no event"}}]}\n\nhello\n\n')
    reply.end()


async def broken_chunks(reply: Reply) -> None:
    """A body whose framing is wrong."""
    reply.head()
    reply.raw(event(delta(reply.name, "one ")))
    reply.writer.write(b"zz\r\nnot a chunk\r\n")


async def not_http(reply: Reply) -> None:
    """An answer in another protocol."""
    reply.writer.write(b"\x16\x03\x01\x02\x00hello\r\n\r\n")


async def wrong_json(reply: Reply) -> None:
    """An event that is not JSON."""
    reply.head()
    reply.raw(event(delta(reply.name, "one ")))
    reply.raw(b"data: {'choices': oops}\n\n")
    reply.tail()


def shape(body: object) -> Behaviour:
    """An event of the wrong shape."""

    async def answer(reply: Reply) -> None:
        reply.head()
        reply.raw(event(body))
        reply.tail()

    return answer


async def not_a_stream(reply: Reply) -> None:
    """A web page."""
    reply.whole("200 OK", "text/html", b"<html><body>Welcome</body></html>")


async def packed(reply: Reply) -> None:
    """A compressed body that nobody asked for."""
    reply.head(extra="content-encoding: gzip\r\n")
    reply.raw(b"\x1f\x8b\x08\x00" + b"\x00" * 64)
    reply.end()


async def error_event(reply: Reply) -> None:
    """An error in the middle of the stream."""
    reply.head()
    await reply.tokens(3)
    reply.raw(event({"error": {"message": "canary-7f3a out of memory", "type": "server_error"}}))
    reply.end()


async def half_surrogate(reply: Reply) -> None:
    """Half of a surrogate pair in the text."""
    reply.head()
    reply.raw(
        b"data: "
        + b'{"model": "%s", ' % reply.name.encode()
        + b'"choices": [{"delta": {"content": "\\ud83d"}}]}\n\n'
    )
    reply.tail()


async def fifty_megabytes(reply: Reply) -> None:
    """50 MB in small events."""
    reply.head()
    body = event(delta(reply.name, "word " * 200)) * 100
    for _ in range(50_000_000 // len(body)):
        reply.raw(body)
        await reply.writer.drain()
    reply.tail()


async def one_endless_line(reply: Reply) -> None:
    """50 MB without a line end."""
    reply.head()
    reply.writer.write(b"%x\r\n" % 50_000_000)
    reply.writer.write(b"data: ")
    for _ in range(50):
        reply.writer.write(b"a" * 1_000_000)
        await reply.writer.drain()


async def empty(reply: Reply) -> None:
    """A whole answer without a word."""
    reply.head()
    reply.raw(event(delta(reply.name, "")))
    reply.tail()


async def only_spaces(reply: Reply) -> None:
    """A whole answer of white space."""
    reply.head()
    reply.raw(event(delta(reply.name, "  \n ")))
    reply.tail()


async def no_usage(reply: Reply) -> None:
    """An answer whose tokens nobody counted."""
    reply.head()
    await reply.tokens()
    reply.tail(usage=False)


async def no_finish(reply: Reply) -> None:
    """An answer that ends without saying why."""
    reply.head()
    await reply.tokens()
    reply.tail(finish=None)


def other_name(name: str | None) -> Behaviour:
    """Another model answers, or one that does not say its name."""

    async def answer(reply: Reply) -> None:
        reply.name = name or ""
        await plain(reply)

    return answer


async def name_changes(reply: Reply) -> None:
    """The name changes in the middle of the answer."""
    reply.head()
    await reply.tokens(3)
    reply.name = "another-model"
    await reply.tokens(3)
    reply.tail()


def saying(*pieces: str) -> Behaviour:
    """These pieces and nothing else."""

    async def answer(reply: Reply) -> None:
        reply.head()
        for piece in pieces:
            reply.raw(event(delta(reply.name, piece)))
        reply.tail()

    return answer


def builds(*fingerprints: str | None) -> Behaviour:
    """One piece for each fingerprint, which stands beside it; None: the server does not say which build it is."""

    async def answer(reply: Reply) -> None:
        reply.head()
        for fingerprint in fingerprints:
            body = delta(reply.name, "word ")
            reply.raw(event(body if fingerprint is None else {**body, "system_fingerprint": fingerprint}))
        reply.tail()

    return answer


async def drip_in_letters(reply: Reply) -> None:
    """Whole sentences in Kazakh, byte by byte, so that every letter arrives in two halves."""
    reply.head()
    for byte in event(delta(reply.name, "Бөлшектерді салыстырамыз. ")) * 10_000:
        reply.raw(bytes([byte]))
        await reply.writer.drain()
        await asyncio.sleep(0.002)
