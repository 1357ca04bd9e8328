"""In a real browser: the renderer without the policy, and the policy without the renderer; neither asks the trap."""

import http.server
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from app.settings import ROOT

SOURCE = "https://adilet.zan.kz/kaz/docs/V2200029031"
pytestmark = pytest.mark.e2e


@dataclass
class Trap:
    """A server that keeps what it was asked."""

    asked: list[str] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def page(mode: str, trap: Trap) -> Iterator[str]:
    """The hostile page served by Streamlit."""
    port = free_port()
    public = f"http://localhost:{port}"
    env = os.environ | {"MODE": mode, "TRAP": trap.address, "PUBLIC": public}  # noqa: TID251 - a child's environment
    script = str(Path(__file__).parent / "rendering_page.py")
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{public}/_stcore/health", timeout=1)
                break
            except OSError:
                threading.Event().wait(0.25)
        yield public
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.parametrize("mode", ["renderer", "policy", "neither"])
def test_nothing_is_asked_and_nothing_runs(mode: str, trap: Trap, browser: Browser) -> None:
    dialogs: list[str] = []

    def dismissed(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    with page(mode, trap) as address:
        tab = browser.new_page()
        tab.on("dialog", dismissed)
        tab.goto(address)
        tab.get_by_text("the end", exact=True).wait_for(timeout=90_000)
        tab.wait_for_timeout(1500)
        link = tab.get_by_role("link", name="дереккөз")
        assert link.get_attribute("href") == SOURCE
        if mode == "renderer":
            targets = tab.locator("[data-testid=stMain] a[href]").evaluate_all(
                "all => all.map(a => a.getAttribute('href'))"
            )
            assert [target for target in targets if not target.startswith("#")] == [SOURCE]
            assert tab.locator("[data-testid=stMain] img").count() == 0
            assert tab.locator("[data-testid=stMain] iframe, [data-testid=stMain] script").count() == 0
        here = tab.url
        tab.close()

    if mode == "neither":  # the trap does catch: without renderer and policy it is asked
        assert len(set(trap.asked)) > 5
        return
    assert trap.asked == []
    assert dialogs == []
    assert here.rstrip("/") == address
