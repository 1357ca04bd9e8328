"""The demonstration ministry: keys and metadata made on this machine, by the code that a real ministry uses."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.errors import BadSetting
from app.registry.document import moment, stamp
from app.registry.keys import ROOT_LIFE, KeyRing, ceremony, renew_root
from app.registry.publish import ONLINE, publish, renew
from app.registry.source import read_source
from app.runtime import Runtime

SOURCE = Path(__file__).parent / "demonstration.toml"
STATE = "state.json"
FRESH_FOR = timedelta(hours=1)
REPUBLISH_AFTER = timedelta(days=7)
NEW_ROOT_BEFORE_END = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What the demonstration ministry of this machine gives to the product.

    Attributes:
        root: the trust anchor, as a deployment's settings would hold it.
        published: the folder to read the list from, `metadata/` and `targets/` in it.
        list_id: names this machine's ministry; another machine's list is another list.
    """

    root: bytes
    published: Path
    list_id: str


def ensure(
    folder: Path, runtime: Runtime, *, configured: bool = False, source: Path = SOURCE
) -> Demonstration:
    """Make the ministry at first start; at every later one, and whenever asked, keep its signatures fresh.

    A list whose source changed, or that is a week old, is published anew with dates counted from today.

    Args:
        folder: in the data folder; becomes 0700, keys in it 0600.
        configured: whether a registry is configured; then this mode does not exist.

    Raises:
        BadSetting: a registry is configured, or a key file may be read by others.
    """
    if configured:
        raise BadSetting("USTAZ_REGISTRY: a registry is configured, so there is no demonstration ministry")
    at = runtime.now()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        keys_folder, out, state = folder / "keys", folder / "published", folder / STATE
        whole = (out / ONLINE.name / "metadata" / "timestamp.json").is_file() and (
            keys_folder / "roots"
        ).is_dir()
        if not state.is_file() or not whole:
            # a first start that was cut off, or a folder that lost a part: begin anew, as another ministry
            for part in (keys_folder, out):
                shutil.rmtree(part, ignore_errors=True)
            ceremony(keys_folder, at)
            _write(state, source_sha256="", published_at="", renewed_at="", root_at=stamp(at))
        held = json.loads(state.read_text(encoding="utf-8"))
        if at - moment(held["root_at"]) > ROOT_LIFE - NEW_ROOT_BEFORE_END:
            renew_root(keys_folder, at=at)
            held.update(root_at=stamp(at), renewed_at="")
        keys = KeyRing.open(keys_folder)
        list_id = f"demonstration-{hashlib.sha256(keys.root).hexdigest()[:8]}"
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if held["source_sha256"] != digest or not _within(held["published_at"], at, REPUBLISH_AFTER):
            publish(read_source(source, at=at, list_id=list_id), keys, out, at=at)
            held.update(source_sha256=digest, published_at=stamp(at), renewed_at=stamp(at))
        elif not _within(held["renewed_at"], at, FRESH_FOR):
            renew(keys, out, at=at)
            held.update(renewed_at=stamp(at))
        _write(state, **held)
    return Demonstration(root=keys.root, published=out / ONLINE.name, list_id=list_id)


def _within(since: str, at: datetime, span: timedelta) -> bool:
    """Whether something was done within a span before `at`; a time in the future counts as not done."""
    return bool(since) and timedelta(0) <= at - moment(since) < span


def _write(path: Path, **held: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(held, sort_keys=True), encoding="utf-8")
    os.replace(part, path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against a second process of this machine."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
