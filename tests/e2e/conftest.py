"""One served installation and one browser for the journeys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Served, served

STARTS: dict[str, float] = {}


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
