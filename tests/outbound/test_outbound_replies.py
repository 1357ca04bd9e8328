"""A reply is capped in bytes and time, and a name is proved by its certificate although the address is pinned."""

import datetime as dt
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.outbound import AnswerTooLarge, Outbound, OutboundRefused
from tests.outbound.conftest import Serve, answering, read_head


def near() -> Outbound:
    return Outbound(allowed=lambda host, port: True, near=lambda host, port: True)


def chunked(pieces: Iterator[bytes], pause: float = 0.0) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            time.sleep(pause)
        connection.sendall(b"0\r\n\r\n")

    return answer


def test_a_small_reply_comes_whole(serve: Serve) -> None:
    server = serve(answering("сәлем".encode()))

    assert near().get(f"http://127.0.0.1:{server.port}/a?b=c").decode() == "сәлем"
    assert server.heads[0].startswith("GET /a?b=c HTTP/1.1")
    assert f"Host: 127.0.0.1:{server.port}\r\n" in server.heads[0]


def test_a_missing_file_says_its_status(serve: Serve) -> None:
    server = serve(answering(b"", status="404 Not Found"))

    with pytest.raises(httpx.HTTPStatusError) as caught:
        near().get(f"http://127.0.0.1:{server.port}/")

    assert caught.value.response.status_code == 404


def test_a_reply_that_declares_too_much_is_not_read(serve: Serve) -> None:
    server = serve(answering(b"x" * 2000))

    with pytest.raises(AnswerTooLarge, match="says 2000"):
        near().get(f"http://127.0.0.1:{server.port}/", limit_bytes=1999)


def test_an_endless_reply_is_cut_at_its_cap(serve: Serve) -> None:
    server = serve(chunked(itertools.repeat(b"x" * 1000)))

    with pytest.raises(AnswerTooLarge):
        near().get(f"http://127.0.0.1:{server.port}/", limit_bytes=10_000)


def test_a_packed_reply_is_refused_before_it_unfolds(serve: Serve) -> None:
    server = serve(answering(b"x", headers="Content-Encoding: gzip\r\n"))

    with pytest.raises(OutboundRefused, match="packed"):
        near().get(f"http://127.0.0.1:{server.port}/")
    assert "Accept-Encoding: identity" in server.heads[0]


def test_a_reply_that_drips_ends_at_the_deadline(serve: Serve) -> None:
    server = serve(chunked(itertools.repeat(b"x"), pause=0.05))
    start = time.monotonic()

    with pytest.raises(httpx.TimeoutException):
        near().get(f"http://127.0.0.1:{server.port}/", timeout=0.3)

    assert time.monotonic() - start < 5


def test_a_head_that_drips_ends_at_the_deadline(serve: Serve) -> None:
    def answer(connection: socket.socket) -> None:
        for letter in "HTTP/1.1 200 OK\r\nX-Slow: " + "a" * 10_000:
            connection.sendall(letter.encode())
            time.sleep(0.05)

    server = serve(answer)
    start = time.monotonic()

    with pytest.raises(httpx.TimeoutException):
        near().get(f"http://127.0.0.1:{server.port}/", timeout=0.3)

    assert time.monotonic() - start < 5


def test_no_cookie_is_kept(serve: Serve) -> None:
    server = serve(answering(b"", headers="Set-Cookie: a=b\r\n"))

    with near().client() as client:
        client.get(f"http://127.0.0.1:{server.port}/")
        client.get(f"http://127.0.0.1:{server.port}/")

    assert "cookie" not in server.heads[1].lower()


def test_a_server_of_this_process_is_reached_on_its_own_port_alone(serve: Serve) -> None:
    own, other = serve(answering(b"own")), serve(answering(b"other"))
    outbound = Outbound(allowed=lambda host, port: False)

    with outbound.client(own_port=own.port) as client:
        assert client.get(f"http://127.0.0.1:{own.port}/").content == b"own"
        with pytest.raises(OutboundRefused):
            client.get(f"http://127.0.0.1:{other.port}/")

    assert other.connections == 0


def test_a_reply_may_be_streamed_and_dropped(serve: Serve) -> None:
    server = serve(chunked(itertools.repeat(b"x" * 100)))

    with near().client() as client, client.stream("GET", f"http://127.0.0.1:{server.port}/") as reply:
        assert next(reply.iter_raw()) == b"x" * 100

    assert server.connections == 1


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.fromtimestamp(time.time_ns() / 1e9, dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, private


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[int, Path, list[str]]]:
    """A TLS server that proves to be llm.qala.example: its port, its certificate, the names and heads it saw."""
    cert, private = certificate(tmp_path, "llm.qala.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, private)
    seen: list[str] = []
    context.sni_callback = lambda connection, name, _: seen.append(str(name))
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    seen.append(read_head(wrapped))
                    wrapped.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield listener.getsockname()[1], cert, seen
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def pinned(cert: Path | None) -> Outbound:
    return Outbound(
        allowed=lambda host, port: True,
        near=lambda host, port: True,
        ca_file=cert,
        resolve=lambda host, port: ["127.0.0.1"],
    )


def test_the_pinned_address_keeps_the_name_for_tls_and_host(tls: tuple[int, Path, list[str]]) -> None:
    port, cert, seen = tls

    assert pinned(cert).get(f"https://llm.qala.example:{port}/v1") == b"ok"
    assert seen[0] == "llm.qala.example"
    assert f"Host: llm.qala.example:{port}\r\n" in seen[1]


def test_a_certificate_of_another_name_is_refused(tls: tuple[int, Path, list[str]]) -> None:
    port, cert, seen = tls

    with pytest.raises(httpx.ConnectError):
        pinned(cert).get(f"https://other.qala.example:{port}/v1")
    assert not any("GET" in line for line in seen)


def test_an_unknown_authority_is_refused_also_when_the_environment_names_it(
    tls: tuple[int, Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, cert, seen = tls
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))

    with pytest.raises(httpx.ConnectError):
        pinned(None).get(f"https://llm.qala.example:{port}/v1")
    assert not any("GET" in line for line in seen)
