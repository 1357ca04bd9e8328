"""A trap that counts connections, and small servers that answer badly on purpose."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest


@dataclass
class Server:
    """A listening socket; `heads` are the request heads that arrived, `connections` how often it was called."""

    port: int
    connections: int = 0
    heads: list[str] = field(default_factory=list)


def read_head(connection: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            break
        head += piece
    return head.decode("latin-1")


Serve = Callable[[Callable[[socket.socket], None]], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[socketserver.ThreadingTCPServer] = []

    def start(answer: Callable[[socket.socket], None]) -> Server:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                server.connections += 1
                server.heads.append(read_head(self.request))
                try:
                    answer(self.request)
                except OSError:
                    return

        class Quiet(socketserver.ThreadingTCPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                return

        listener = Quiet(("127.0.0.1", 0), Handler)
        server = Server(port=listener.server_address[1])
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(listener)
        return server

    yield start
    for listener in running:
        listener.shutdown()
        listener.server_close()


def answering(body: bytes, *, status: str = "200 OK", headers: str = "") -> Callable[[socket.socket], None]:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n".encode()
    return lambda connection: connection.sendall(head + body)


@pytest.fixture
def trap(serve: Serve) -> Server:
    return serve(answering(b"caught"))
