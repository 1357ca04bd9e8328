"""From the click on a conversation to its last message drawn, in a real browser, with a full database: `make load`.

Conversations are records of the log under seal, written by the log's own code and opened from it at every click;
nothing of them is kept anywhere else.
"""

import argparse
import math
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from app import bootstrap
from app.accounts.notice import VERSION
from app.settings import Settings
from app.ui.chat_memory import PAGE
from benchmarks.seeding import Seeded, seed
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.e2e.served import served
from tests.e2e.visitor import PATIENCE, TEACHER, Visitor, visitor

AIM_SECONDS = 1.0
ARM = """(code) => {
    let began = null;
    document.addEventListener("click", () => { began = performance.now(); }, {capture: true, once: true});
    const main = document.querySelector('[data-testid="stMain"]');
    const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    window.__spent = new Promise((tell) => {
        const look = () => {
            if (began !== null && main.textContent.includes(code)) {
                painted(() => tell(performance.now() - began));
            } else {
                requestAnimationFrame(look);
            }
        };
        look();
    });
}"""


def enter(person: Visitor) -> None:
    """Sign in as the demo teacher, who has read the notice, and come to the question box."""
    person.comes_in(TEACHER)
    person.to_ask()


def spent_on(person: Visitor, wanted: Seeded) -> float:
    """Seconds from the click on a conversation to the frame that shows its last message."""
    button = person.page.get_by_test_id("stSidebar").get_by_role("button", name=wanted.title, exact=True)
    expect(button).to_be_visible(timeout=PATIENCE)
    person.page.evaluate(ARM, wanted.last_code)
    button.click()
    return float(person.page.evaluate("() => window.__spent")) / 1000


def listed(person: Visitor, seeded: Sequence[Seeded]) -> list[Seeded]:
    """Those of the conversations whose titles the list shows."""
    sidebar = person.page.get_by_test_id("stSidebar")
    buttons = sidebar.get_by_role("button", name="№")
    expect(buttons).to_have_count(min(PAGE, len(seeded)), timeout=PATIENCE)
    titles = set(buttons.all_inner_texts())
    return [one for one in seeded if one.title in titles]


def measure(browser: Browser, url: str, seeded: Sequence[Seeded], clicks: int) -> tuple[list[float], int]:
    """Seconds of each click, and how many conversations the list showed."""
    with visitor(browser, url, "kk") as person:
        enter(person)
        shown = listed(person, seeded)
        order = random.Random(500).choices(shown, k=clicks + 1)
        order = [one for before, one in zip([None, *order], order, strict=False) if one is not before]
        spent_on(person, order[0])
        return [spent_on(person, one) for one in order[1:]], len(shown)


def seeded_home(home: Path, conversations: int, exchanges: int) -> tuple[Seeded, ...]:
    """A data folder of the demonstration with conversations of the demo teacher, who accepted the notice."""
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'ustaz.db'}")
    services = bootstrap.build(settings)
    try:
        teacher = services.person()
        services.accounts.accept_notice(teacher, VERSION, "kk")
        return seed(services, teacher, conversations=conversations, exchanges=exchanges)
    finally:
        services.close()


def share(values: Sequence[float], percent: float) -> float:
    """The value that so many per cent do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def main() -> None:
    """Seed, serve, click, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--exchanges", type=int, default=50, help="two messages each")
    parser.add_argument("--clicks", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ustaz-load-") as name:
        folder = Path(name)
        began = time.monotonic()
        seeded = seeded_home(folder / "home", given.conversations, given.exchanges)
        size = (folder / "home" / "ustaz.db").stat().st_size
        print(
            f"{given.conversations} conversations of {2 * given.exchanges} messages written in "
            f"{time.monotonic() - began:.0f} s; database {size / 1e6:.0f} MB",
            flush=True,
        )
        with served(folder) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), headless=True, args=CHROMIUM_ARGUMENTS
            )
            spent, shown = measure(browser, server.url, seeded, given.clicks)
            browser.close()
    print(f"list: {shown} of {given.conversations} conversations on its first page")
    print(
        f"click to last message drawn, {len(spent)} clicks: p50 {statistics.median(spent):.2f} s, "
        f"p95 {share(spent, 95):.2f} s, max {max(spent):.2f} s (aim {AIM_SECONDS:.0f} s); "
        f"load average {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
