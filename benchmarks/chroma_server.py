"""A Chroma server for tests and benchmarks: the Rust `chroma run` on a free port of this machine, in a folder of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

RUN = "import sys; from chromadb.cli.cli import app; app()"


@dataclass(kw_only=True)
class Server:
    """A server that can be stopped and started again on its port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        """A client that obeys no proxy variable."""
        return httpx.Client(base_url=self.address, trust_env=False, timeout=20)

    def start(self) -> None:
        """Start and wait until it answers, 90 s at most."""
        command = [sys.executable, "-c", RUN, "run", "--path", str(self.folder), "--host", "127.0.0.1"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ends = time.monotonic() + 90
        with self.client() as client:
            while True:
                try:
                    client.get("/api/v2/heartbeat").raise_for_status()
                except httpx.HTTPError:
                    if time.monotonic() > ends or self.process.poll() is not None:
                        raise
                    time.sleep(0.1)
                else:
                    return

    def stop(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self.process = None


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server on a free port, ended on leaving."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(folder=folder, port=port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
