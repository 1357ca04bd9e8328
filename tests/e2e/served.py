"""A served installation in a process of its own, watched: every address that it connects to is written down."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT

WATCH = """
import json, sys
def _watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        target = arguments[1] if event == "socket.connect" else arguments[0]
        with open({path!r}, "a", encoding="utf-8") as file:
            file.write(json.dumps([event, repr(target)]) + "\\n")
sys.addaudithook(_watch)
"""
HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    url: str
    home: Path
    connects: Path
    log: Path
    ready_seconds: float
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End it with SIGKILL, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait(20)

    def connected(self) -> list[str]:
        """Every address that the process connected to or looked up, beside unix sockets."""
        lines = self.connects.read_text(encoding="utf-8").splitlines() if self.connects.exists() else []
        return [target for _, target in map(json.loads, lines)]

    def foreign(self) -> list[str]:
        """Those that are not this machine."""
        return [
            target
            for target in self.connected()
            if not any(name in target for name in HERE) and target != "None"
        ]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    folder: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> Iterator[Served]:
    """`ustaz serve` on this port, else on a free one; ends with the block."""
    port, connects, log = port or free_port(), folder / "connects.jsonl", folder / "serve.log"
    hook = folder / "hook"
    hook.mkdir(parents=True, exist_ok=True)
    (hook / "sitecustomize.py").write_text(WATCH.format(path=str(connects)), encoding="utf-8")
    home = folder / "home"
    settings = {
        **os.environ,  # noqa: TID251 - the child needs its path
        "USTAZ_HOME": str(home),
        "USTAZ_PORT": str(port),
        "USTAZ_SECRETS": str(folder / "none.toml"),
        "PYTHONPATH": f"{hook}{os.pathsep}{ROOT}",
        **(environment or {}),
    }
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "ustaz", "serve"],
            cwd=ROOT,
            env=settings,
            stdout=output,
            stderr=output,
        )
    url = f"http://localhost:{port}"
    try:
        while time.monotonic() - began < 90:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended: {log.read_text(encoding='utf-8')}")
            try:
                with urllib.request.urlopen(f"{url}/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.1)
        yield Served(url, home, connects, log, time.monotonic() - began, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
