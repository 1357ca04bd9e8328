"""The one client through which anything leaves for another host: allow-listed, pinned, capped, never redirected."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import httpcore
import httpx

from app.addresses import OutboundRefused, Target, is_near, is_public, read_target

DEFAULT_LIMIT_BYTES = 16 * 1024 * 1024
DEFAULT_SECONDS = 120.0

__all__ = ["AnswerTooLarge", "Outbound", "OutboundRefused", "nowhere"]

Allowed = Callable[[str, int], bool]
Resolve = Callable[[str, int], Sequence[str]]


class AnswerTooLarge(httpx.TransportError):
    """The reply passed the cap on bytes and was cut."""


def nowhere(host: str, port: int) -> bool:
    """The empty allow-list."""
    return False


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Every address that the system gives for a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpx.ConnectError(f"{host}: {error}") from error
    return tuple(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Makes clients that reach allowed hosts only.

    Attributes:
        allowed: whether (host, port) may be called at all.
        near: whether (host, port) may also lie on loopback or a private network; only then is http allowed.
        ca_file: PEM of further certificate authorities (a national one), beside the shipped set.
    """

    allowed: Allowed
    near: Allowed = nowhere
    ca_file: Path | None = None
    resolve: Resolve = resolve
    monotonic: Callable[[], float] = time.monotonic

    def client(
        self,
        *,
        timeout: float = DEFAULT_SECONDS,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
        own_port: int | None = None,
    ) -> httpx.Client:
        """A client whose every request is checked, pinned and capped.

        Args:
            timeout: seconds for one whole exchange, the reading of the reply included.
            limit_bytes: the longest reply.
            own_port: a port of 127.0.0.1 that a server inside this process listens on.
        """
        transport = _Pinned(self, timeout, limit_bytes, own_port)
        return httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)

    def get(self, url: str, *, limit_bytes: int = DEFAULT_LIMIT_BYTES, timeout: float = 30.0) -> bytes:
        """The body found at an address.

        Raises:
            OutboundRefused: the address may not be called, or it answered with a redirect.
            AnswerTooLarge: the body is longer than `limit_bytes`.
            httpx.HTTPStatusError: the answer was not 2xx.
            httpx.TransportError: nothing whole came back in time.
        """
        read_target(url)
        with self.client(timeout=timeout, limit_bytes=limit_bytes) as client:
            return client.get(url).raise_for_status().content

    def context(self) -> ssl.SSLContext:
        """The certificate authorities that are trusted; the environment cannot add to them."""
        context = httpx.create_ssl_context(trust_env=False)
        if self.ca_file is not None:
            context.load_verify_locations(cafile=self.ca_file)
        return context


class _Pinned(httpx.BaseTransport):
    """Resolves a host once, checks every address it has, and connects to the checked one."""

    def __init__(self, outbound: Outbound, seconds: float, limit_bytes: int, own_port: int | None) -> None:
        self._outbound, self._seconds, self._limit, self._own_port = outbound, seconds, limit_bytes, own_port
        self._line = _Line(outbound.monotonic)
        self._pool: httpcore.ConnectionPool | None = None
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = read_target(request.url)
        with self._lock:
            self._pin(target)
            if self._pool is None:
                self._pool = httpcore.ConnectionPool(
                    ssl_context=self._outbound.context(),
                    network_backend=self._line,
                    max_connections=None,  # routing bounds what runs at once
                )
        deadline = self._outbound.monotonic() + self._seconds
        headers = [(k, v) for k, v in request.headers.raw if k.lower() not in {b"host", b"accept-encoding"}]
        headers += [(b"Host", request.url.netloc), (b"Accept-Encoding", b"identity")]
        given = request.extensions.get("timeout", {})
        timeouts = {
            name: min(given.get(name) or self._seconds, self._seconds)
            for name in ("connect", "read", "write", "pool")
        }
        if not isinstance(request.stream, httpx.SyncByteStream):
            raise TypeError("a synchronous stream is needed")
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=headers,
            content=request.stream,
            extensions={**request.extensions, "timeout": timeouts},
        )
        with _as_httpx(), self._line.until(deadline):
            try:
                reply = self._pool.handle_request(sent)
            except httpcore.ConnectError:
                self._line.pins.pop((target.host, target.port), None)
                raise
        return self._checked(reply, deadline)

    def close(self) -> None:
        with self._lock:
            if self._pool is not None:
                self._pool.close()

    def _checked(self, reply: httpcore.Response, deadline: float) -> httpx.Response:
        kept = [(name, value) for name, value in reply.headers if name.lower() != b"set-cookie"]
        headers = httpx.Headers(kept)
        declared = headers.get("content-length", "")
        try:
            if 300 <= reply.status < 400:
                raise OutboundRefused(f"the host answered {reply.status}; redirects are not followed")
            if headers.get("content-encoding", "identity").lower() != "identity":
                raise OutboundRefused("the reply is packed although it was asked for unpacked")
            if declared.isdigit() and len(declared) < 20 and int(declared) > self._limit:
                raise AnswerTooLarge(f"the reply says {declared} bytes, at most {self._limit} are read")
        except httpx.TransportError:
            reply.close()
            raise
        body = _Capped(reply, self._line, self._limit, deadline)
        return httpx.Response(reply.status, headers=headers, stream=body, extensions=reply.extensions)

    def _pin(self, target: Target) -> None:
        """Find and check the address of a target; each request is checked, a host is looked up once."""
        own = self._own_port is not None and (target.host, target.port) == ("127.0.0.1", self._own_port)
        if not own and not self._outbound.allowed(target.host, target.port):
            raise OutboundRefused(f"{target.host}:{target.port} is not on the list of allowed hosts")
        near = own or self._outbound.near(target.host, target.port)
        found = self._line.pins.get((target.host, target.port))
        if found is None:
            found = tuple(ip_address(text) for text in self._outbound.resolve(target.host, target.port))
        for address in found:
            if not (near and is_near(address)) and not (target.scheme == "https" and is_public(address)):
                raise OutboundRefused(
                    f"{target.scheme}://{target.host} leads to {address}, which may not be called"
                )
        self._line.pins[target.host, target.port] = found


class _Line(httpcore.NetworkBackend):
    """Opens connections to pinned addresses only, and ends a reply whose head drips in too slowly."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.pins: dict[tuple[str, int], tuple[IPv4Address | IPv6Address, ...]] = {}
        self._now, self._here = now, threading.local()
        self._system = httpcore.SyncBackend()

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Hold this thread's reads to a deadline."""
        self._here.deadline = deadline
        try:
            yield
        finally:
            self._here.deadline = None

    def left(self, timeout: float | None) -> float | None:
        """The seconds that one read may still take."""
        deadline: float | None = getattr(self._here, "deadline", None)
        if deadline is None:
            return timeout
        left = deadline - self._now()
        if left <= 0:
            raise httpcore.ReadTimeout("the reply took longer than the whole exchange may")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        found = self.pins.get((host, port))
        if not found:
            raise httpcore.ConnectError(f"{host} has no checked address")
        address = str(found[0])
        return _Timed(
            self._system.connect_tcp(address, port, self.left(timeout), local_address, socket_options), self
        )


class _Timed(httpcore.NetworkStream):
    """A connection whose reads end at the deadline of the thread that reads."""

    def __init__(self, inner: httpcore.NetworkStream, line: _Line) -> None:
        self._inner, self._line = inner, line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._line.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(
            self._inner.start_tls(ssl_context, server_hostname, self._line.left(timeout)), self._line
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Capped(httpx.SyncByteStream):
    """A body that ends with an error at its cap on bytes or at its deadline."""

    def __init__(self, reply: httpcore.Response, line: "_Line", limit: int, deadline: float) -> None:
        self._reply, self._line, self._limit, self._deadline = reply, line, limit, deadline

    def __iter__(self) -> Iterator[bytes]:
        taken = 0
        pieces = iter(self._reply.iter_stream())
        with _as_httpx():
            while (piece := self._next(pieces)) is not None:
                taken += len(piece)
                if taken > self._limit:
                    raise AnswerTooLarge(f"the reply is longer than {self._limit} bytes")
                yield piece

    def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        """The next piece, waited for no longer than the whole exchange may take; None at the end."""
        with self._line.until(self._deadline):
            self._line.left(None)
            return next(pieces, None)

    def close(self) -> None:
        with _as_httpx():
            self._reply.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raise httpcore's errors as httpx's of the same name."""
    try:
        yield
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as error:
        for kind in type(error).__mro__:
            same = getattr(httpx, kind.__name__, None)
            if isinstance(same, type) and issubclass(same, httpx.TransportError):
                raise same(str(error)) from error
        raise httpx.TransportError(str(error)) from error
