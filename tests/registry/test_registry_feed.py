"""A mirror, a stick and a folder give the same bytes; a mirror that misbehaves gives nothing."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.database import Database
from app.errors import RegistryRefused
from app.outbound import Outbound
from app.registry.feed import FolderFetcher, FolderSource, HttpsSource
from app.runtime import Runtime
from tests.registry.lists import Ministry, Remembering, entry, store


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def mirror(ministry: Ministry) -> Iterator[str]:
    ministry.publish(entry())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ministry.published)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def near() -> Outbound:
    return Outbound(allowed=lambda host, port: True, near=lambda host, port: True)


def test_a_mirror_gives_what_the_folder_gives(
    mirror: str, sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(sqlite_database, runtime, ministry)

    over_network = held.pull(HttpsSource(near(), mirror), "mirror")
    from_stick = held.take(ministry.published, "stick")

    assert over_network == from_stick


def test_a_mirror_that_is_not_allowed_is_not_asked(
    mirror: str, sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    recorder = Remembering()
    held = store(sqlite_database, runtime, ministry, recorder)

    with pytest.raises(RegistryRefused) as caught:
        held.pull(HttpsSource(Outbound(allowed=lambda host, port: False), mirror), "mirror")
    assert caught.value.words.key == "registry.list.unreachable"
    assert recorder.clear[0]["reason"] == "registry.list.unreachable"


def test_a_mirror_that_lacks_a_file_is_refused(
    mirror: str, sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    (ministry.published / "metadata" / "1.snapshot.json").unlink()

    with pytest.raises(RegistryRefused) as caught:
        store(sqlite_database, runtime, ministry).pull(HttpsSource(near(), mirror), "mirror")
    assert caught.value.words.key == "registry.list.incomplete"


def test_a_mirror_that_pours_is_cut(
    mirror: str, sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    (ministry.published / "metadata" / "timestamp.json").write_bytes(b" " * 100_000)

    with pytest.raises(RegistryRefused) as caught:
        store(sqlite_database, runtime, ministry).pull(HttpsSource(near(), mirror), "mirror")
    assert caught.value.words.key == "registry.list.too_large"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "a/b", ".hidden", "", "x" * 300, "a\x00b", "%00"]
)
def test_the_fetcher_reads_plain_names_of_its_folder_only(name: str, tmp_path: Path) -> None:
    from tuf.api.exceptions import DownloadError

    (tmp_path / "metadata").mkdir()
    with pytest.raises(DownloadError):
        list(FolderFetcher(tmp_path).fetch(f"feed://staged/metadata/{name}"))
    with pytest.raises(DownloadError):
        list(FolderFetcher(tmp_path).fetch(f"feed://staged/{name}/1.root.json"))


def test_a_folder_reads_at_most_its_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")

    assert FolderSource(tmp_path).read("file", 5) == b"12345"
    assert FolderSource(tmp_path).read("other", 5) is None
    with pytest.raises(RegistryRefused):
        FolderSource(tmp_path).read("file", 4)
