"""Fetching weights as one file from the address or the folder that an entry names: resumed where it was cut, hashed before it counts."""

import errno
import fcntl
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import httpx

from app.addresses import OutboundRefused
from app.outbound import AnswerTooLarge, Outbound
from app.providers.fetching import Progress, Report
from app.providers.weights import (
    NotFetched,
    Weights,
    add,
    check_space,
    differs,
    digest_of,
    listing,
    path_of,
    write_manifest,
)

TRIES = 5
"""How often in a row the connection may be cut with nothing gained."""
PAUSE_SECONDS, SILENCE_SECONDS, MOST_SECONDS = 2.0, 30.0, 24 * 3600.0
MOST_BYTES = 200 << 30

Wait = Callable[[float], None]


def from_addresses(
    urls: Sequence[str],
    folder: Path,
    *,
    model: str,
    sha256: str,
    outbound: Outbound,
    now: Callable[[], datetime],
    progress: Report = lambda progress: None,
    wait: Wait = time.sleep,
) -> Weights:
    """Put the weights of a digest in place, from the first address that gives them whole.

    What came before a cut stays and is gone on from, in this call and in the next one. A file of another digest is
    deleted.

    Raises:
        NotFetched: no space, no address that gives it, or another hash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begun = folder / f".fetch-{sha256[:16]}.part"
    with begun.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second fetch waits, and then finds the file
        target = path_of(folder, sha256)
        if target.is_file():
            return _already(target, model, sha256, now)
        last = NotFetched("the entry names no address", key="weights.no_source")
        for url in urls:
            try:
                _whole(url, begun, outbound, progress, wait)
            except NotFetched as error:
                if error.words.key == "weights.full":
                    raise
                last = error
                continue
            size = begun.stat().st_size
            progress(Progress(stage="verify", part=1, parts=1, bytes_done=size, bytes_total=size))
            actual = digest_of(begun).hexdigest()
            if actual != sha256:
                begun.unlink()
                last = differs(sha256, actual)
                continue
            begun.replace(target)
            progress(Progress(stage="done", part=1, parts=1, bytes_done=size, bytes_total=size))
            return write_manifest(target, model, sha256, now)
        raise last


def from_folder(
    source: Path, folder: Path, *, model: str, sha256: str, now: Callable[[], datetime]
) -> Weights:
    """Copy the weights of a digest from a folder or stick: the file of the expected name first, then any other.

    Raises:
        NotFetched: nothing there has the digest, or there is no space.
    """
    named = path_of(folder, sha256).name
    files = sorted(
        (one for one in source.glob("*") if one.is_file()), key=lambda one: (one.name != named, one.name)
    )
    for one in files:
        if one.suffix == ".gguf" and digest_of(one).hexdigest() == sha256:
            return add(one, folder, sha256, now=now, model=model)
    raise NotFetched(
        f"{source.name} holds no file of sha256 {sha256}", key="weights.not_in_folder", sha256=sha256
    )


def _already(target: Path, model: str, sha256: str, now: Callable[[], datetime]) -> Weights:
    actual = digest_of(target).hexdigest()
    if actual != sha256:
        target.unlink()
        raise differs(sha256, actual)
    known = [held for held in listing(target.parent) if held.path == target]
    return known[0] if known else write_manifest(target, model, sha256, now)


def _whole(url: str, begun: Path, outbound: Outbound, progress: Report, wait: Wait) -> None:
    """Read an address to its end, going on after each cut that let something through."""
    lost = 0
    with outbound.client(timeout=MOST_SECONDS, limit_bytes=MOST_BYTES) as client:
        while True:
            before = begun.stat().st_size if begun.exists() else 0
            try:
                _read(client, url, begun, before, progress)
            except (OutboundRefused, AnswerTooLarge) as error:
                raise NotFetched(f"{url}: {error}", key="weights.refused_address") from error
            except httpx.TransportError as error:
                after = begun.stat().st_size if begun.exists() else 0
                lost = 0 if after > before else lost + 1
                if lost == TRIES:
                    raise NotFetched(f"{url}: {error}", key="weights.cut", megabytes=after >> 20) from error
                wait(PAUSE_SECONDS)
            else:
                return


def _read(client: httpx.Client, url: str, begun: Path, before: int, progress: Report) -> None:
    """One request from where the last one ended; a server that begins anew is followed from its beginning."""
    headers = {"Range": f"bytes={before}-"} if before else {}
    with client.stream("GET", url, headers=headers, timeout=SILENCE_SECONDS) as reply:
        if before and reply.status_code == 416:
            if reply.headers.get("content-range") == f"bytes */{before}":
                return  # the whole file was here already
            begun.unlink()
            raise httpx.ReadError("the server has another file")
        if reply.status_code not in {200, 206}:
            raise NotFetched(
                f"{url} answered {reply.status_code}", key="weights.bad_status", status=reply.status_code
            )
        goes_on = reply.status_code == 206
        if goes_on and not reply.headers.get("content-range", "").startswith(f"bytes {before}-"):
            begun.unlink(missing_ok=True)
            raise httpx.ReadError("the server went on from another place")
        done = before if goes_on else 0
        left = int(reply.headers.get("content-length", "0"))
        check_space(begun.parent, left - (0 if goes_on else before))
        try:
            with begun.open("ab" if goes_on else "wb") as output:
                for block in reply.iter_raw():  # as it comes: what a buffer held would be lost in a cut
                    output.write(block)
                    done += len(block)
                    total = (before if goes_on else 0) + left or done
                    progress(Progress(stage="download", part=1, parts=1, bytes_done=done, bytes_total=total))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            check_space(begun.parent, max(left, 1))
            raise NotFetched("the disk filled up", key="weights.full", needed=left >> 20, free=0) from error
