"""What a start costs, and what the Ask page costs a browser: `make startup`.

Served with a data folder that was served once before (warm). Seconds to `/readyz`; memory of the server before and
after the first answered question, and whether a neural library is in its maps; then the Ask page of a signed-in
teacher, once with an empty browser cache and once with a full one: bytes over the wire, requests, seconds until the
question box can be used.
"""

import argparse
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from app import bootstrap
from app.accounts.notice import VERSION
from app.settings import Settings
from benchmarks.conversations import enter
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.served import Served, served
from tests.e2e.visitor import PATIENCE, visitor

QUESTION = "Бөлшектерді қалай салыстырамыз?"
AIMS = {"ready": "8 s", "memory": "350 MB", "page": "3 MB, 3 s cold"}
TRIES = 3
USABLE = """() => new Promise((tell) => {
    const look = () => {
        const box = document.querySelector('.st-key-compose_submit button');
        if (box !== null && box.offsetParent !== null) {
            requestAnimationFrame(() => tell(performance.now()));
        } else {
            requestAnimationFrame(look);
        }
    };
    look();
})"""


@dataclass
class Wire:
    """What went over the wire, as the browser's network layer counts it.

    Attributes:
        received: bytes of bodies, and of heads as far as the browser counts them, compressed as they came.
        requests: those that reached the server; what the cache answered does not count.
    """

    received: int = 0
    requests: int = 0
    _cached: set[str] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        """Count from now on."""
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.requestServedFromCache", lambda told: self._cached.add(told["requestId"]))
        network.on("Network.responseReceived", self._answered)
        network.on("Network.loadingFinished", self._finished)
        network.on("Network.webSocketCreated", self._opened)
        network.on("Network.webSocketFrameReceived", self._frame)

    def _answered(self, told: dict[str, Any]) -> None:
        answer = told["response"]
        if answer.get("fromDiskCache") or answer["url"].startswith(("data:", "blob:")):
            self._cached.add(told["requestId"])

    def _finished(self, told: dict[str, Any]) -> None:
        if told["requestId"] not in self._cached:
            self.requests += 1
            self.received += int(told["encodedDataLength"])

    def _opened(self, told: dict[str, Any]) -> None:
        self.requests += 1

    def _frame(self, told: dict[str, Any]) -> None:
        frame = told["response"]
        size = len(frame["payloadData"])
        self.received += size if frame["opcode"] == 1 else size * 3 // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One opening of the page."""

    seconds: float
    received: int
    requests: int

    def told(self, name: str) -> str:
        """In one line."""
        return f"{name}: usable in {self.seconds:.2f} s, {self.received / 1e6:.2f} MB in {self.requests} requests"


def server_of(server: Served) -> list[Path]:
    """The folders in /proc of the server's processes."""
    mark = f"USTAZ_HOME={server.home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in environment:
            found.append(folder)
    return found


def resident(server: Served) -> float:
    """Resident megabytes of the server and its children."""
    texts = [(folder / "status").read_text(encoding="utf-8") for folder in server_of(server)]
    return sum(int(kb) for text in texts for kb in re.findall(r"VmRSS:\s+(\d+) kB", text)) / 1024


def has_torch(server: Served) -> bool:
    """Whether a process of the server has a neural library in its maps."""
    return any("libtorch" in (folder / "maps").read_text(encoding="utf-8") for folder in server_of(server))


def looked(page: Page, url: str, *, wire: Wire | None = None) -> Look:
    """Open the page and wait for its box."""
    wire = wire or Wire()
    wire.watch(page)
    page.goto(url, wait_until="commit")
    seconds = float(page.evaluate(USABLE)) / 1000
    page.wait_for_timeout(1000)
    return Look(seconds=seconds, received=wire.received, requests=wire.requests)


def cold_and_warm(browser: Browser, url: str) -> tuple[Look, Look]:
    """The Ask page of a person who is signed in, with an empty and with a full cache."""
    with visitor(browser, url, "kk") as person:
        enter(person)
        kept = person.page.context.storage_state()
    with visitor(browser, url, "kk", storage_state=kept) as person:
        cold = looked(person.page, url)
        again = person.page.context.new_page()
        person.page.close()
        return cold, looked(again, url)


def answered(browser: Browser, url: str) -> None:
    """One question with its answer down to the receipt."""
    with visitor(browser, url, "kk") as person:
        enter(person)
        person.ask(QUESTION)
        expect(person.main.get_by_text(person.t("chat.receipt")).first).to_be_visible(timeout=3 * PATIENCE)


def prepared(home: Path) -> None:
    """A data folder with its index, whose teacher has read the notice."""
    services = bootstrap.build(Settings(home=home, database_url=f"sqlite:///{home / 'ustaz.db'}"))
    try:
        services.accounts.accept_notice(services.person(), VERSION, "kk")
    finally:
        services.close()


def main() -> None:
    """Serve, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=TRIES, help="starts; the page is opened at each")
    given = parser.parse_args()
    ready, looks = [], []
    with tempfile.TemporaryDirectory(prefix="ustaz-startup-") as name, sync_playwright() as playwright:
        folder = Path(name)
        prepared(folder / "home")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=True, args=CHROMIUM_ARGUMENTS
        )
        for number in range(given.tries):
            with served(folder) as server:
                ready.append(server.ready_seconds)
                if number == 0:
                    before = resident(server)
                    answered(browser, server.url)
                    after, torch = resident(server), has_torch(server)
                looks.append(cold_and_warm(browser, server.url))
        browser.close()
    print(
        f"/readyz after {min(ready):.1f}-{max(ready):.1f} s in {len(ready)} warm starts (aim {AIMS['ready']})"
    )
    print(f"memory: {before:.0f} MB ready, {after:.0f} MB after the first question (aim {AIMS['memory']})")
    print(f"libtorch in the maps: {'yes' if torch else 'no'}")
    for number, (cold, warm) in enumerate(looks, start=1):
        print(f"page {number}, aim {AIMS['page']}\n  {cold.told('cold')}\n  {warm.told('warm')}")
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
