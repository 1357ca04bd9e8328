"""One exchange with one bound address: nothing else can be asked, and what went wrong has a class."""

import socket
import threading
from collections.abc import Iterator

import httpx

from app.errors import Failure, ProviderFailed
from app.outbound import AnswerTooLarge, OutboundRefused

SENT_HEADERS = frozenset({"authorization", "content-type", "accept"})
CONNECT_SECONDS = 10.0
DONE = b"[DONE]"


class Wire(httpx.BaseTransport):
    """Carries one request to `url` and remembers how it went; made anew for each call.

    The library that speaks the protocol gets this as its transport, so that no variable of the environment,
    default or header of the library can lead a request elsewhere or add to it.
    """

    def __init__(self, client: httpx.Client, *, url: str, silence_seconds: float) -> None:
        """Bind the wire.

        Args:
            client: of `app.outbound`; holds the limits on bytes and on the whole time.
            url: the only address that may be asked.
            silence_seconds: longest wait for the next byte.
        """
        self._client, self._url, self._silence = client, httpx.URL(url), silence_seconds
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._tail = b""
        self.stopped = False
        self.received = 0
        self.failure: ProviderFailed | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request if it goes where it may; the reply has status 200 and is a stream of events."""
        if request.url != self._url or request.method != "POST":
            raise self._broken(ProviderFailed(Failure.NO_BINDING, "a request to another address was stopped"))
        headers = {name: value for name, value in request.headers.items() if name in SENT_HEADERS}
        timeout = httpx.Timeout(self._silence, connect=min(CONNECT_SECONDS, self._silence))
        sent = self._client.build_request(
            "POST", self._url, content=request.read(), headers=headers, timeout=timeout
        )
        try:
            reply = self._client.send(sent, stream=True)
        except httpx.TransportError as error:
            raise self._broken(ProviderFailed(failure_of(error, 0), str(error))) from error
        self._hold(reply)
        try:
            self._check(reply)
        except ProviderFailed as error:
            reply.close()
            raise self._broken(error) from error
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Body(self, reply))

    @property
    def done(self) -> bool:
        """Whether the server said that its stream is whole."""
        return DONE in self._tail

    def cut(self) -> None:
        """End the exchange now; any thread may call this, also while another waits for a byte."""
        with self._lock:
            self.stopped = True
            if self._socket is not None:
                _shut(self._socket)

    def note(self, piece: bytes) -> None:
        """Remember the end of what came."""
        self.received += len(piece)
        self._tail = (self._tail + piece)[-64:]

    def broken_by(self, error: httpx.TransportError) -> httpx.TransportError:
        """Remember why the body ended."""
        return self._broken(ProviderFailed(failure_of(error, self.received), str(error)))

    def _broken(self, failure: ProviderFailed) -> httpx.TransportError:
        if self.failure is None:
            self.failure = failure
        return httpx.TransportError(str(failure))

    def _hold(self, reply: httpx.Response) -> None:
        stream = reply.extensions.get("network_stream")
        held = stream.get_extra_info("socket") if stream is not None else None
        with self._lock:
            if isinstance(held, socket.socket):
                self._socket = held
                if self.stopped:
                    _shut(held)

    @staticmethod
    def _check(reply: httpx.Response) -> None:
        if reply.status_code != 200:
            raise ProviderFailed(Failure.STATUS, f"HTTP {reply.status_code}")
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise ProviderFailed(Failure.GARBAGE, "the reply is not a stream of events")


class _Body(httpx.SyncByteStream):
    def __init__(self, wire: Wire, reply: httpx.Response) -> None:
        self._wire, self._reply = wire, reply

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._reply.iter_raw():
                self._wire.note(piece)
                yield piece
        except httpx.TransportError as error:
            raise self._wire.broken_by(error) from error

    def close(self) -> None:
        self._reply.close()


def failure_of(error: httpx.TransportError, received: int) -> Failure:
    """The class of a transport error; `received`: bytes of the body that came before it."""
    match error:
        case AnswerTooLarge():
            return Failure.TOO_LARGE
        case OutboundRefused():
            return Failure.UNREACHABLE
        case httpx.TimeoutException():
            return Failure.TIMEOUT
        case httpx.ConnectError():
            return Failure.REFUSED if _was_refused(error) else Failure.UNREACHABLE
        case httpx.RemoteProtocolError() if not any(
            word in str(error) for word in ("closed", "disconnected")
        ):
            return Failure.GARBAGE
        case _:
            return Failure.CUT


def _was_refused(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _shut(held: socket.socket) -> None:
    try:
        held.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster
