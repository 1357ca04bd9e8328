"""A mirror, a stick and a folder give the same bytes; a mirror that misbehaves gives nothing."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.database import Database
from app.errors import RegistryRefused
from app.listing import mirror_of
from app.outbound import Outbound, OutboundRefused
from app.registry.feed import FolderFetcher, FolderSource, HttpsSource
from app.registry.publish import OFFLINE, ONLINE, publish
from app.runtime import Runtime
from tests.conftest import NOON
from tests.registry.lists import Ministry, Remembering, entry, source, store


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


class Counting:
    """A transport that remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = FolderSource(folder), list[str]()

    def read(self, name: str, limit: int) -> bytes | None:
        self.asked.append(name)
        return self.folder.read(name, limit)


def test_while_nothing_is_new_a_school_asks_for_the_timestamp_and_the_next_root_alone(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held, feed = store(sqlite_database, runtime, ministry), Counting(ministry.publish(entry()))
    taken = held.pull(feed, "test")
    feed.asked.clear()

    assert held.pull(feed, "test") == taken
    assert feed.asked == ["metadata/2.root.json", "metadata/timestamp.json"]

    feed.asked.clear()
    ministry.revoke("urn:test:model:plain")
    assert held.pull(feed, "test").revoked == {"urn:test:model:plain"}
    assert not [name for name in feed.asked if "targets.json" in name or name.endswith("registry.json")]


@pytest.mark.parametrize("profile", ["online", "offline"])
def test_a_stick_gives_the_copy_of_the_schools_profile(
    profile: str, sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    publish(source(), ministry.keys, ministry.out, at=NOON, profiles=(ONLINE, OFFLINE))
    recorder = Remembering()
    held = store(sqlite_database, runtime, ministry, recorder, profile=profile)

    taken = held.take(ministry.out, "stick")

    assert taken.profile == recorder.clear[0]["profile"] == profile
    assert taken.expires_at == NOON + timedelta(days=7 if profile == "online" else 90)


def test_a_stick_without_a_list_is_refused_and_recorded(
    sqlite_database: Database, runtime: Runtime, ministry: Ministry, tmp_path: Path
) -> None:
    recorder = Remembering()
    with pytest.raises(RegistryRefused) as caught:
        store(sqlite_database, runtime, ministry, recorder).take(tmp_path, "stick")
    assert caught.value.words.key == "registry.list.incomplete"
    assert recorder.clear[0]["verdict"] == "refused"


def test_the_mirror_of_the_settings_is_the_only_host_that_is_called(
    mirror: str, sqlite_database: Database, runtime: Runtime, ministry: Ministry
) -> None:
    held = store(sqlite_database, runtime, ministry)

    assert held.pull(mirror_of(mirror), "mirror").sequence == 1
    with pytest.raises(OutboundRefused):
        mirror_of(mirror).outbound.get("https://elsewhere.example/")


def test_a_mirror_is_asked_without_encryption_on_the_own_network_only(ministry: Ministry) -> None:
    public = mirror_of("http://registry.example:80/list")
    looked_up = replace(public.outbound, resolve=lambda host, port: ("8.8.8.8",))

    with pytest.raises(RegistryRefused) as caught:
        replace(public, outbound=looked_up).read("metadata/timestamp.json", 100)
    assert caught.value.words.key == "registry.list.unreachable"


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
    next((ministry.published / "metadata").glob("*.snapshot.json")).unlink()

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
