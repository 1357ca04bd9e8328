"""Fetching a published list: whatever the transport, the bytes land in a folder, and only that folder is read."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp
from tuf.ngclient import FetcherInterface

from app.errors import RegistryRefused
from app.outbound import AnswerTooLarge, Outbound, OutboundRefused
from app.registry.document import LONGEST_LIST

LIST_FILE = "registry.json"
REVOCATIONS_FILE = "revocations.json"
REVOCATIONS_ROLE = "revocations"
TIMESTAMP = "metadata/timestamp.json"
MOST_ROOTS = 256
CAPS = {"root": 512 * 1024, "timestamp": 16 * 1024, "snapshot": 256 * 1024, "targets": 512 * 1024}
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
BASE = "feed://staged"


class Source(Protocol):
    """A transport: a mirror, a stick, a folder."""

    def read(self, name: str, limit: int) -> bytes | None:
        """The bytes of `metadata/...` or `targets/...`; None when there is no such file.

        Raises:
            RegistryRefused: longer than `limit`, or it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder or a stick: plain files only, links are not followed."""

    folder: Path

    def read(self, name: str, limit: int) -> bytes | None:
        """See Source."""
        path = self.folder / name
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RegistryRefused(f"{name}: {error.strerror}", key="registry.list.unreadable") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise RegistryRefused(f"{name} is not a plain file", key="registry.list.unreadable")
        with os.fdopen(handle, "rb") as file:
            body = file.read(limit + 1)
        if len(body) > limit:
            raise RegistryRefused(f"{name} is longer than {limit} bytes", key="registry.list.too_large")
        return body


@dataclass(frozen=True, slots=True)
class CopyOnStick:
    """A folder that is a published copy, or that holds the copy of a profile (`online/`, `offline/`)."""

    folder: Path
    profile: str

    def read(self, name: str, limit: int) -> bytes | None:
        """See Source."""
        whole = (self.folder / "metadata").is_dir()
        return FolderSource(self.folder if whole else self.folder / self.profile).read(name, limit)


@dataclass(frozen=True, slots=True)
class HttpsSource:
    """A mirror, reached through the one outbound client."""

    outbound: Outbound
    base: str

    def read(self, name: str, limit: int) -> bytes | None:
        """See Source."""
        try:
            return self.outbound.get(f"{self.base.rstrip('/')}/{name}", limit_bytes=limit)
        except AnswerTooLarge as error:
            raise RegistryRefused(f"{name}: {error}", key="registry.list.too_large") from error
        except httpx.HTTPStatusError as error:
            if error.response.status_code == httpx.codes.NOT_FOUND:
                return None
            raise RegistryRefused(f"{name}: {error}", key="registry.list.unreachable") from error
        except (OutboundRefused, httpx.TransportError) as error:
            raise RegistryRefused(f"{name}: {error}", key="registry.list.unreachable") from error


class FolderFetcher(FetcherInterface):
    """Gives TUF's Updater the staged files and nothing else; a file that is not there is a 404."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        kind, _, name = unquote(urlsplit(url).path).lstrip("/").partition("/")
        if kind not in {"metadata", "targets"} or not PLAIN_NAME.fullmatch(name):
            raise DownloadError(f"{url} is no file of a list")
        path = self._folder / kind / name
        if not path.is_file():
            raise DownloadHTTPError(f"{name} is missing", 404)
        return iter([path.read_bytes()])


def stage(source: Source, into: Path, *, root: bytes, held: Mapping[str, bytes] | None = None) -> None:
    """Copy what one refresh needs from a transport into a new folder, within the caps.

    What is read here to find the next name is not trusted: TUF verifies the copied bytes afterwards.

    Args:
        into: an empty folder; gets `metadata/` and `targets/`.
        root: the trusted root, from whose version on newer roots are looked for.
        held: files by name that are here already. A name holds a version or a digest, so what has it is not asked
            for again: while nothing is new, a school asks for one timestamp and one root that is not there.

    Raises:
        RegistryRefused: something is missing, too long or unreadable.
    """
    (into / "metadata").mkdir()
    (into / "targets").mkdir()
    source = _Known(source, held or {})
    try:
        first = Metadata[Root].from_bytes(root).signed.version + 1
        for version in range(first, first + MOST_ROOTS):
            if not _copy(source, into, f"metadata/{version}.root.json", CAPS["root"], needed=False):
                break
        timestamp = Metadata[Timestamp].from_bytes(_copy(source, into, TIMESTAMP, CAPS["timestamp"]))
        version = _version(timestamp.signed.snapshot_meta.version)
        body = _copy(source, into, f"metadata/{version}.snapshot.json", CAPS["snapshot"])
        snapshot = Metadata[Snapshot].from_bytes(body)
        for role, target in (("targets", LIST_FILE), (REVOCATIONS_ROLE, REVOCATIONS_FILE)):
            version = _version(snapshot.signed.meta[f"{role}.json"].version)
            body = _copy(source, into, f"metadata/{version}.{role}.json", CAPS["targets"])
            listed = Metadata[Targets].from_bytes(body).signed.targets[target]
            name = f"{next(iter(listed.hashes.values()))}.{target}"
            if not PLAIN_NAME.fullmatch(name):
                raise RegistryRefused(f"{name!r} is no file name", key="registry.list.unreadable")
            _copy(source, into, f"targets/{name}", LONGEST_LIST)
    except (
        RepositoryError,
        KeyError,
        AttributeError,
        TypeError,
        ValueError,
        StopIteration,
        RecursionError,
    ) as error:
        raise RegistryRefused(f"metadata cannot be read: {error}", key="registry.list.unreadable") from error


@dataclass(frozen=True, slots=True)
class _Known:
    """A transport that is asked only for what is not here already."""

    source: Source
    held: Mapping[str, bytes]

    def read(self, name: str, limit: int) -> bytes | None:
        """See Source."""
        known = self.held.get(name) if name != TIMESTAMP else None
        return known if known is not None else self.source.read(name, limit)


def _version(number: object) -> int:
    if not isinstance(number, int) or not 0 < number < 2**53:
        raise ValueError(f"{number!r} is no version")
    return number


def _copy(source: Source, into: Path, name: str, limit: int, *, needed: bool = True) -> bytes:
    body = source.read(name, limit)
    if body is None:
        if needed:
            raise RegistryRefused(f"{name} is missing", key="registry.list.incomplete")
        return b""
    (into / name).write_bytes(body)
    return body
