"""One served installation and one browser for the journeys."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.served import Served, served
from tests.e2e.visitor import ARGUMENTS

STARTS: dict[str, float] = {}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing: `make test` installs it (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, headless=True, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("served")
    with served(folder) as running:
        STARTS["cold data folder"] = running.ready_seconds
        yield running
    with served(folder) as again:
        STARTS["warm"] = again.ready_seconds


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long the served installation took to answer; no test judges it."""
    for name, seconds in STARTS.items():
        terminalreporter.write_line(f"start to /readyz, {name}: {seconds:.1f} s")
