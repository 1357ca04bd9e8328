"""Weights from an address or a folder: a cut connection is gone on from, another file and a full disk are refused."""

import hashlib
import socket
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.outbound import Outbound
from app.providers import weights
from app.providers.downloading import TRIES, from_addresses, from_folder
from app.providers.fetching import Progress
from app.providers.weights import NotFetched, listing

CONTENT = bytes(range(256)) * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()
Usage = namedtuple("Usage", "total used free")


def now() -> datetime:
    return datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@dataclass
class Files:
    """A server of one file on loopback.

    Attributes:
        cuts: after how many bytes of each coming reply the connection is cut.
        ranges: what was asked for.
    """

    content: bytes = CONTENT
    cuts: list[int] = field(default_factory=list)
    whole_only: bool = False
    status: int = 200
    location: str = ""
    ranges: list[str | None] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/model.gguf"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("Range")
        self.ranges.append(asked)
        start = 0 if asked is None or self.whole_only else int(asked.removeprefix("bytes=").rstrip("-"))
        status = self.status if self.status != 200 else 206 if start else 200
        if start >= len(self.content):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(self.content)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        body = self.content[start:]
        handler.send_response(status)
        if self.location:
            handler.send_header("Location", self.location)
        if status == 206:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        cut = self.cuts.pop(0) if self.cuts else len(body)
        handler.wfile.write(body[:cut])
        if cut < len(body):
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True


@pytest.fixture
def files() -> Iterator[Files]:
    served = Files()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.answer(self)

        def log_message(self, format: str, *arguments: Any) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            return

    server = Quiet(("127.0.0.1", 0), Handler)
    served.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetch(files: Files, tmp_path: Path) -> Callable[..., weights.Weights]:
    def here(host: str, port: int) -> bool:
        return (host, port) == ("127.0.0.1", files.port)

    def start(*urls: str, **given: Any) -> weights.Weights:
        outbound = Outbound(allowed=here, near=here)
        wanted = {
            "model": "urn:test:model",
            "sha256": SHA256,
            "now": now,
            "wait": lambda seconds: None,
            **given,
        }
        return from_addresses(urls or (files.url,), tmp_path, outbound=outbound, **wanted)

    return start


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def key_of(fetch: Callable[..., weights.Weights], *urls: str) -> str:
    with pytest.raises(NotFetched) as refused:
        fetch(*urls)
    return refused.value.words.key


def test_an_entry_without_an_address_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFetched) as refused:
        from_addresses(
            (), tmp_path, model="m", sha256=SHA256, outbound=Outbound(allowed=lambda *_: False), now=now
        )

    assert refused.value.words.key == "weights.no_source"


def test_a_file_comes_with_progress_and_a_second_fetch_asks_for_nothing(
    files: Files, fetch: Callable[..., weights.Weights], tmp_path: Path
) -> None:
    seen: list[Progress] = []
    held = fetch(progress=seen.append)

    assert held.path.read_bytes() == CONTENT
    assert (held.model, held.sha256) == ("urn:test:model", SHA256)
    assert listing(tmp_path) == (held,)
    assert [one.bytes_done for one in seen] == sorted(one.bytes_done for one in seen)
    assert {one.bytes_total for one in seen} == {len(CONTENT)}
    assert seen[-1].stage == "done"
    assert fetch() == held
    assert files.ranges == [None]


def test_a_cut_connection_is_gone_on_from_where_it_ended(
    files: Files, fetch: Callable[..., weights.Weights]
) -> None:
    files.cuts = [300_000, 100_000]

    assert fetch().path.read_bytes() == CONTENT
    assert files.ranges[0] is None
    begun = [int(str(asked).removeprefix("bytes=").rstrip("-")) for asked in files.ranges[1:]]
    assert begun == sorted(set(begun))
    assert 0 < begun[0] <= 300_000
    assert len(begun) == 2


def test_what_came_before_a_fetch_was_given_up_is_not_asked_for_again(
    files: Files, fetch: Callable[..., weights.Weights]
) -> None:
    files.cuts = [500_000, *[0] * TRIES]
    assert key_of(fetch) == "weights.cut"
    files.ranges.clear()

    assert fetch().path.read_bytes() == CONTENT
    assert files.ranges[0] not in {None, "bytes=0-"}


def test_a_server_that_knows_no_ranges_is_read_from_its_beginning(
    files: Files, fetch: Callable[..., weights.Weights]
) -> None:
    files.cuts, files.whole_only = [300_000], True

    assert fetch().path.read_bytes() == CONTENT


def test_another_file_is_refused_and_nothing_of_it_is_left(
    files: Files, fetch: Callable[..., weights.Weights], tmp_path: Path
) -> None:
    files.content = CONTENT[:-1] + b"!"

    assert key_of(fetch) == "weights.differs"
    assert left(tmp_path) == []


def test_the_rest_of_another_file_is_refused_too(
    files: Files, fetch: Callable[..., weights.Weights], tmp_path: Path
) -> None:
    files.cuts = [500_000, *[0] * TRIES]
    assert key_of(fetch) == "weights.cut"
    files.content = bytes(len(CONTENT))

    assert key_of(fetch) == "weights.differs"
    assert left(tmp_path) == []


def test_without_space_nothing_is_downloaded(
    files: Files, fetch: Callable[..., weights.Weights], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = Usage(1 << 30, 0, weights.SPARE_BYTES + len(CONTENT) - 1)
    monkeypatch.setattr("app.providers.weights.shutil.disk_usage", lambda path: little)

    assert key_of(fetch) == "weights.full"
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "location", "key"),
    [
        (404, "", "weights.bad_status"),
        (302, "http://127.0.0.1:1/elsewhere", "weights.refused_address"),
    ],
)
def test_an_address_that_has_it_not_or_points_elsewhere_is_left(
    files: Files, fetch: Callable[..., weights.Weights], tmp_path: Path, status: int, location: str, key: str
) -> None:
    files.status, files.location = status, location

    assert key_of(fetch) == key
    assert left(tmp_path) == []
    assert len(files.ranges) == 1


def test_an_address_that_may_not_be_called_is_not_called_and_the_next_one_is(
    files: Files, fetch: Callable[..., weights.Weights]
) -> None:
    assert key_of(fetch, "http://10.9.8.7/model.gguf") == "weights.refused_address"
    assert files.ranges == []

    assert fetch("http://10.9.8.7/model.gguf", files.url).sha256 == SHA256


def test_a_folder_gives_the_file_of_the_digest_whatever_its_name(tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "models"
    stick.mkdir()
    (stick / "other.gguf").write_bytes(b"another")
    with pytest.raises(NotFetched) as refused:
        from_folder(stick, home, model="m", sha256=SHA256, now=now)
    assert refused.value.words.key == "weights.not_in_folder"

    (stick / "renamed.gguf").write_bytes(CONTENT)
    held = from_folder(stick, home, model="m", sha256=SHA256, now=now)
    assert held.path.read_bytes() == CONTENT
    assert held.path.parent == home
