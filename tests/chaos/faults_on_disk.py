"""Real faults of disks, servers and keys, each made and taken back around a running installation."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks.cluster import Cluster


class CannotBeMade(Exception):
    """This machine does not let a test make the fault; says why."""


def run(*command: str | Path) -> None:
    """Run a program of the system."""
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotBeMade(f"{command[0]} is not allowed here: {error}") from error


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of so many megabytes (ext4 in a file); only root may mount it."""
    # Not below pytest's folder, which the database server's user may not enter.
    with tempfile.TemporaryDirectory(prefix="ustaz-disk-") as name:
        image, disk = Path(name) / "image", Path(name) / "disk"
        with image.open("wb") as file:
            file.truncate(megabytes << 20)
        disk.mkdir()
        Path(name).chmod(0o755)
        run("mkfs.ext4", "-q", "-F", "-m", "0", image)
        run("mount", "-o", "loop", image, disk)
        try:
            disk.chmod(0o777)
            yield disk
        finally:
            run("umount", "--lazy", disk)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """The disk has no byte left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(database: Path) -> Iterator[None]:
    """Neither the database nor its write-ahead log can be written, also by who has them open.

    The shared index beside them stays: it is mapped into memory, and the kernel kills who writes there.
    """
    files = [database, database.with_name(f"{database.name}-wal")]
    changed: list[Path] = []
    try:
        for path in files:
            run("chattr", "+i", path)
            changed.append(path)
        yield
    finally:
        for path in changed:
            run("chattr", "-i", path)


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another process holds SQLite's write lock."""
    other = create_engine(url, connect_args={"isolation_level": None})
    try:
        with other.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            connection.exec_driver_sql("ROLLBACK")
    finally:
        other.dispose()


@contextmanager
def gone(server: Cluster) -> Iterator[None]:
    """The server is down."""
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def refusing(server: Cluster) -> Iterator[None]:
    """The server takes no writes, as a standby does and one whose administrator has made it read-only."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")

    def turn(word: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(f"ALTER SYSTEM SET default_transaction_read_only = {word}"))
            connection.execute(text("SELECT pg_reload_conf()"))

    turn("on")
    try:
        yield
    finally:
        with engine.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
        turn("off")
        engine.dispose()


@contextmanager
def without_key(home: Path, name: str = "master") -> Iterator[None]:
    """A key file is gone."""
    key, kept = home / "keys" / f"{name}.key", home / "kept.key"
    key.rename(kept)
    try:
        yield
    finally:
        kept.rename(key)


@contextmanager
def tablespace(server: Cluster, disk: Path) -> Iterator[str]:
    """The URL of a database whose tables lie on a disk of its own."""
    place = disk / "space"
    place.mkdir()
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE TABLESPACE small LOCATION '{place}'"))
        connection.execute(text("CREATE DATABASE onsmall TABLESPACE small"))
    engine.dispose()
    yield server.url.replace("/postgres?", "/onsmall?")


def skipped(error: CannotBeMade) -> None:
    """Say why a fault was not tried."""
    pytest.skip(str(error))
