"""A private PostgreSQL server in a folder of its own, that a benchmark or a test starts, stops at once, and starts again."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

OPTIONS = ("max_connections=300", "shared_buffers=64MB")


class Cluster:
    """One server; `url` names its database `postgres`, on a socket and no port.

    Args:
        folder: where data and socket lie; the `postgres` user must be able to reach it.
        durable: false lets the server forget its last seconds when the machine stops (`fsync=off`): for tests
            that are not about durability.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """

    def __init__(self, folder: Path, *, durable: bool, options: Sequence[str] = OPTIONS) -> None:
        self.folder = folder
        self.url = f"postgresql+psycopg://ustaz@/postgres?host={folder}"
        self._binaries = binaries()
        self._data = folder / "data"
        self._options = (*options, f"fsync={'on' if durable else 'off'}")
        # The server refuses to run as root.
        self._prefix = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        )

    def create(self) -> None:
        """Make the folder and an empty server in it."""
        self.folder.mkdir(mode=0o777, exist_ok=True)
        self.folder.chmod(0o777)
        if self._prefix:
            self._data.mkdir()
            shutil.chown(self._data, "postgres", "postgres")
        self._run("initdb", "-D", self._data, "-U", "ustaz", "-A", "trust", "-E", "UTF8", "--no-locale")

    def start(self) -> None:
        """Start, and wait until it answers; after a stop at once this replays the write-ahead log."""
        settings = " ".join(f"-c {option}" for option in self._options)
        options = f"-c listen_addresses='' -k {self.folder} {settings}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", "/dev/null", "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash does: nothing is finished, nothing is written back."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def remove(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [*self._prefix, self._binaries / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster(*, durable: bool) -> Iterator[Cluster]:
    """A running server, gone at the end."""
    # Not below pytest's folder: every other session that starts takes that one away from the postgres user.
    server = Cluster(Path(tempfile.mkdtemp(prefix="ustaz-pg-")), durable=durable)
    server.create()
    server.start()
    try:
        yield server
    finally:
        try:
            server.stop()
        finally:
            server.remove()


def binaries() -> Path:
    """Where the server's programs lie.

    Raises:
        FileNotFoundError: nowhere.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise FileNotFoundError("PostgreSQL is missing: `make test` installs it (apt-get install postgresql)")
    return Path(on_path).resolve().parent
