"""Attacks on a published list: what an attacker, or a ministry by mistake, puts where a school looks."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata, TargetFile, Targets
from tuf.ngclient import FetcherInterface, Updater

from app.registry import publish as publishing
from app.registry.document import dump
from app.registry.issue import ONLINE, Copy
from app.registry.keys import renew_root
from tests.conftest import NOON
from tests.registry.lists import Ministry, body, entry

EVIL = "urn:test:model:evil"
LIST = "registry.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack.

    Attributes:
        make: puts it into a folder, given the ministry whose list no. 2 the school holds.
        key: our reason for refusing, after `registry.list.`.
        tuf: what python-tuf's own client raises; None: it accepts what we refuse.
        days: how much later than the school's list it comes.
        forgotten: the school lost its folder and database (a clone, a restored backup); only its log remembers.
    """

    make: Callable[[Ministry], Path]
    key: str
    tuf: type[Exception] | None
    days: int = 0
    forgotten: bool = False


class PublicClient:
    """A school that has python-tuf alone, used as its documentation says: refresh, find the target, download it."""

    def __init__(self, home: Path, root: bytes) -> None:
        self._home, self._root = home, root

    def take(self, published: Path) -> bytes:
        """The list that it would use."""
        metadata, targets = self._home / "metadata", self._home / "targets"
        for folder in (metadata, targets):
            folder.mkdir(parents=True, exist_ok=True)
        updater = Updater(
            str(metadata),
            "folder://published/metadata/",
            str(targets),
            "folder://published/targets/",
            fetcher=_Plain(published),
            bootstrap=self._root,
        )
        updater.refresh()
        info = updater.get_targetinfo(LIST)
        assert info is not None
        return Path(updater.download_target(info)).read_bytes()


class _Plain(FetcherInterface):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self._folder / urlsplit(url).path.lstrip("/")
        if not path.is_file():
            raise DownloadHTTPError(f"no {path.name}", 404)
        return iter([path.read_bytes()])


def copy_of(published: Path, name: str) -> Path:
    target = published.parent / name
    shutil.copytree(published, target)
    return target


def newest(folder: Path, role: str) -> Path:
    return max((folder / "metadata").glob(f"*.{role}.json"), key=lambda path: int(path.name.split(".")[0]))


def list_file(folder: Path) -> Path:
    targets = Metadata[Targets].from_bytes(newest(folder, "targets").read_bytes()).signed
    return folder / "targets" / f"{targets.targets[LIST].hashes['sha256']}.{LIST}"


def forge(ministry: Ministry, files: dict[str, bytes]) -> Path:
    """Put files in place and sign snapshot and timestamp over them, as a thief of the online keys would."""
    for name, content in files.items():
        (ministry.published / "metadata" / name).write_bytes(content)
    return sealed(Copy(ministry.published, ONLINE), ministry)


def sealed(copy: Copy, ministry: Ministry, at: datetime = NOON) -> Path:
    publishing.seal(copy, ministry.keys, at)
    copy.write()
    return copy.folder


def older_mirror(ministry: Ministry) -> Path:
    return ministry.folder / "out" / "first"


def frozen_mirror(ministry: Ministry) -> Path:
    return ministry.published


def old_list_under_a_new_timestamp(ministry: Ministry) -> Path:
    mixed = copy_of(ministry.published, "mixed")
    old = newest(mixed, "targets").read_bytes()
    ministry.publish(entry())
    for path in (ministry.published / "metadata").iterdir():
        shutil.copy(path, mixed / "metadata" / path.name)
    newest(mixed, "targets").write_bytes(old)
    return mixed


def one_signature_of_two(ministry: Ministry) -> Path:
    path = newest(ministry.publish(entry()), "targets")
    metadata = Metadata[Targets].from_bytes(path.read_bytes())
    for keyid in list(metadata.signatures)[1:]:
        metadata.signatures.pop(keyid)
    return forge(ministry, {path.name: metadata.to_bytes()})


def one_key_in_the_name_of_two(ministry: Ministry) -> Path:
    path = newest(ministry.publish(entry()), "targets")
    raw = json.loads(path.read_bytes())
    for signature in raw["signatures"]:
        signature["sig"] = raw["signatures"][0]["sig"]
    return forge(ministry, {path.name: json.dumps(raw).encode()})


def a_foreign_ministry(ministry: Ministry) -> Path:
    foreign = Ministry(ministry.folder / "foreign")
    for _ in range(3):
        foreign.publish(entry(EVIL))
    return foreign.published


def a_thief_of_the_online_keys(ministry: Ministry) -> Path:
    thief = Ministry(ministry.folder / "thief")
    for sequence in range(3):
        thief.publish(entry(EVIL), entry(f"urn:test:model:n{sequence}"))
    for role in ("snapshot", "timestamp", "revocations"):
        shutil.copy(ministry.folder / "keys" / f"{role}-1.pem", thief.folder / "keys" / f"{role}-1.pem")
    forge(thief, {})
    for path in (ministry.folder / "keys" / "roots").iterdir():
        shutil.copy(path, thief.published / "metadata" / path.name)
    return thief.published


def a_foreign_root_of_the_next_version(ministry: Ministry) -> Path:
    foreign = Ministry(ministry.folder / "foreign")
    renew_root(foreign.folder / "keys", at=NOON)
    return foreign.publish(entry(EVIL))


def a_replaced_key(ministry: Ministry) -> Path:
    key = ministry.folder / "keys" / "timestamp-1.pem"
    old = key.read_bytes()
    renew_root(ministry.folder / "keys", at=NOON, replace=("timestamp-1",))
    ministry.publish(entry())
    key.write_bytes(old)
    return forge(ministry, {})


def harmed(harm: Callable[[Path], object]) -> Callable[[Ministry], Path]:
    """The newest list file harmed."""

    def make(ministry: Ministry) -> Path:
        harm(list_file(ministry.publish(entry())))
        return ministry.published

    return make


def a_folder(path: Path) -> None:
    """A folder in the place of a file."""
    path.unlink()
    path.mkdir()


def a_pouring_timestamp(ministry: Ministry) -> Path:
    (ministry.publish(entry()) / "metadata" / "timestamp.json").write_bytes(b" " * 100_000)
    return ministry.published


def a_missing_snapshot(ministry: Ministry) -> Path:
    newest(ministry.publish(entry()), "snapshot").unlink()
    return ministry.published


def revocations_held_back(ministry: Ministry) -> Path:
    published = ministry.revoke("urn:test:model:plain")
    for path in (published / "targets").glob("*.revocations.json"):
        path.unlink()
    return published


def revocations_that_hand_in_a_list(ministry: Ministry) -> Path:
    ministry.publish(entry())
    copy = Copy(ministry.published, ONLINE)
    evil = body(entry(EVIL), sequence=9)
    role = Targets(
        version=copy.versions("revocations")[-1] + 1,
        expires=NOON.replace(month=12),
        targets={name: TargetFile.from_data(name, evil, ["sha256"]) for name in (LIST, "revocations.json")},
    )
    copy.put(f"metadata/{role.version}.revocations.json", publishing.sign(role, ministry.keys, "revocations"))
    for name in (LIST, "revocations.json"):
        copy.put(f"targets/{role.targets[name].hashes['sha256']}.{name}", evil)
    return sealed(copy, ministry)


def revocations_of_another_list(ministry: Ministry) -> Path:
    ministry.publish(entry())
    copy = Copy(ministry.published, ONLINE)
    other = {"list_id": "other", "issued_at": "2026-11-23T07:00:00Z", "revoked": []}
    publishing.put_revocations(copy, ministry.keys, NOON, other)
    return sealed(copy, ministry)


def signed_although_bad(raw: dict[str, Any]) -> Callable[[Ministry], Path]:
    """A list that the ministry signed in error, or under duress: its own check is left out."""

    def make(ministry: Ministry) -> Path:
        ministry.publish(entry())
        copy = Copy(ministry.published, ONLINE)
        content = dump(raw)
        held = Metadata[Targets].from_bytes(newest(ministry.published, "targets").read_bytes()).signed
        held.version += 1
        held.targets[LIST] = TargetFile.from_data(LIST, content, ["sha256"])
        copy.put(f"targets/{held.targets[LIST].hashes['sha256']}.{LIST}", content)
        copy.put(f"metadata/{held.version}.targets.json", publishing.sign(held, ministry.keys, "targets"))
        return sealed(copy, ministry)

    return make


def raw_list(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(body(*entries))
    return {**raw, "sequence": 9, **changes}
