"""Bytes at the end of a file: all of them, durably, or an error; what stood there is never touched."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

TAIL_BYTES = 4096


def append(path: Path, added: Callable[[bytes], bytes], *, mode: int = 0o644) -> None:
    """Write at the end of a file, which is made where there is none.

    What did not all fit stays as a stump, since a folder may allow nothing but appending; whoever comes next
    sees it in the tail.

    Args:
        added: what to write, given the last 4096 bytes that are there.
        mode: of a file that is made.

    Raises:
        OSError: the file did not take all of it, or it is not sure to last.
    """
    created = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, mode)
    try:
        end = os.lseek(descriptor, 0, os.SEEK_END)
        data = added(os.pread(descriptor, TAIL_BYTES, max(0, end - TAIL_BYTES)))
        # One write, never the rest after it: another process may have written in between.
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path.name)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if created:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
