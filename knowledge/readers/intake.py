"""Opens a file once and keeps a private copy: what is hashed is what is read, however the file changes meanwhile."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.readers.limits import Limits, check_size
from knowledge.readers.reasons import ReasonKey, Refused

PIECE = 1024 * 1024
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A copy that has no name on any disk: its open descriptor, what it is called, its size and digest (hex)."""

    descriptor: int
    name: str
    size: int
    sha256: str


@contextmanager
def take(path: Path, limits: Limits, *, name: str = "") -> Iterator[Taken]:
    """The copy of a plain file, which ends with the block; `name` is what people call it, if not as it lies.

    Raises:
        Refused: absent, a link, a pipe, a device, a folder, empty, too large, or not to be opened.
    """
    called = (name or path.name)[-LONGEST_NAME:]
    if "\0" in called or "\0" in str(path):
        raise Refused(ReasonKey.NOT_A_FILE)
    source = _opened(path)
    try:
        state = os.fstat(source)
        if not stat.S_ISREG(state.st_mode):
            raise Refused(ReasonKey.NOT_A_FILE)
        check_size(state.st_size, limits)
        with tempfile.TemporaryFile(buffering=0) as copy:
            size, digest = 0, hashlib.sha256()
            while piece := os.read(source, PIECE):
                size += len(piece)
                check_size(size, limits)
                digest.update(piece)
                copy.write(piece)
            check_size(size, limits)
            yield Taken(descriptor=copy.fileno(), name=called, size=size, sha256=digest.hexdigest())
    finally:
        os.close(source)


def _opened(path: Path) -> int:
    """Never follows a link, and never waits for a pipe."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise Refused(ReasonKey.NO_SUCH_FILE) from error
    except OSError as error:
        is_link = path.is_symlink()
        raise Refused(ReasonKey.NOT_A_FILE if is_link else ReasonKey.CANNOT_BE_OPENED) from error
