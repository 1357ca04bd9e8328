"""One exchange with one bound address: the events that come back, and a class for whatever goes wrong."""

import json
import socket
import threading
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import httpx

from app.errors import Failure, ProviderFailed
from app.outbound import AnswerTooLarge, OutboundRefused

CONNECT_SECONDS = 10.0
DONE = b"[DONE]"
PASSING = frozenset({429, 502, 503, 504})
"""What a server answers that is busy or being started."""


class Wire:
    """Sends one request to `url` and reads its server-sent events; made anew for each call."""

    def __init__(self, client: httpx.Client, *, url: str, key: str, silence_seconds: float) -> None:
        """Bind the wire.

        Args:
            client: of `app.outbound`; holds the limits on bytes and on the whole time.
            url: the only address that is asked.
            key: goes along as bearer token.
            silence_seconds: longest wait for the next byte.
        """
        self._client, self._url, self._silence = client, url, silence_seconds
        self._headers = {"authorization": f"Bearer {key}", "accept": "text/event-stream"}
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self.stopped = False
        self.done = False
        """Whether the server said that its stream is whole."""

    def events(self, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The JSON of each event, until the server says that it is done or the wire is cut.

        Raises:
            ProviderFailed: the exchange broke, or what came is no stream of JSON events.
        """
        received = 0
        try:
            with self._reply(body) as reply:
                self._hold(reply)
                _check(reply)
                lines = _Lines()
                for piece in reply.iter_raw():
                    received += len(piece)
                    for line in lines.push(piece):
                        if (event := self._event(line)) is not None:
                            yield event
                        if self.done:
                            return
                if (event := self._event(lines.rest(), last=True)) is not None:
                    yield event
        except httpx.TransportError as error:
            if not self.stopped:
                again = not received and _may_pass(error)
                raise ProviderFailed(failure_of(error), str(error), again=again) from error
        except ProviderFailed:
            if not self.stopped:
                raise
        if received and not self.done and not self.stopped and not lines.data:
            raise ProviderFailed(Failure.GARBAGE, "no event came")

    def cut(self) -> None:
        """End the exchange now; any thread may call this, also while another waits for a byte."""
        with self._lock:
            self.stopped = True
            if self._socket is not None:
                _shut(self._socket)

    def _reply(self, body: Mapping[str, Any]) -> Any:
        timeout = httpx.Timeout(self._silence, connect=min(CONNECT_SECONDS, self._silence))
        return self._client.stream("POST", self._url, json=dict(body), headers=self._headers, timeout=timeout)

    def _hold(self, reply: httpx.Response) -> None:
        stream = reply.extensions.get("network_stream")
        held = stream.get_extra_info("socket") if stream is not None else None
        with self._lock:
            if isinstance(held, socket.socket):
                self._socket = held
                if self.stopped:
                    _shut(held)

    def _event(self, line: bytes, *, last: bool = False) -> dict[str, Any] | None:
        """What a line says; None for the end mark and for lines that carry no data.

        `last`: the stream ended here, so that half an event means a cut and not nonsense.
        """
        if not line.startswith(b"data:"):
            return None
        data = line[5:].strip()
        if data == DONE:
            self.done = True
            return None
        try:
            event = json.loads(data)
        except ValueError as error:
            if last:
                raise ProviderFailed(Failure.CUT, "the stream ended inside an event") from error
            raise ProviderFailed(Failure.GARBAGE, "an event is not JSON") from error
        if not isinstance(event, dict):
            raise ProviderFailed(Failure.GARBAGE, "an event is no JSON object")
        if event.get("error"):
            raise ProviderFailed(Failure.STATUS, "the server sent an error in its stream")
        return event


class _Lines:
    """Cuts bytes into lines; each event of a chat completion is one line of JSON (source: the OpenAI API)."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []
        self.data = 0
        """How many lines of data there were."""

    def push(self, piece: bytes) -> Iterator[bytes]:
        """The lines that are whole now."""
        *whole, rest = piece.split(b"\n")
        for line in whole:
            self._pending.append(line)
            yield self._take()
        self._pending.append(rest)

    def rest(self) -> bytes:
        """The line that was begun and not ended."""
        return self._take()

    def _take(self) -> bytes:
        line = b"".join(self._pending)
        self._pending.clear()
        self.data += line.startswith(b"data:")
        return line


def _check(reply: httpx.Response) -> None:
    if reply.status_code != 200:
        again = reply.status_code in PASSING
        raise ProviderFailed(Failure.STATUS, f"HTTP {reply.status_code}", again=again)
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/event-stream":
        raise ProviderFailed(Failure.GARBAGE, "the reply is not a stream of events")


def failure_of(error: httpx.TransportError) -> Failure:
    """The class of a transport error."""
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


def _may_pass(error: httpx.TransportError) -> bool:
    """Whether the cause may be gone in a moment; who waited in vain once is not made to wait again."""
    if isinstance(error, OutboundRefused | AnswerTooLarge | httpx.TimeoutException):
        return False
    return failure_of(error) in {Failure.REFUSED, Failure.UNREACHABLE, Failure.CUT}


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
