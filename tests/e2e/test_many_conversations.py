"""Many conversations in the database: a click opens the right one, down to its last message and back to its first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.conversations import enter, listed, seeded_home
from benchmarks.seeding import Seeded, marked
from tests.e2e.served import Served, served
from tests.e2e.visitor import PATIENCE, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
CONVERSATIONS, EXCHANGES = 20, 12


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, tuple[Seeded, ...]]]:
    folder: Path = tmp_path_factory.mktemp("full")
    seeded = seeded_home(folder / "home", CONVERSATIONS, EXCHANGES)
    with served(folder) as server:
        yield server, seeded


def questions(person: Visitor, number: int) -> list[int]:
    """The places of the questions on the screen, in the order in which they stand; none of another conversation."""
    person.rests()
    marks = re.findall(r"№(\d+)-(\d+)\.", person.main.inner_text())
    assert {int(one) for one, _ in marks} <= {number}
    return [int(place) for _, place in marks]


def test_a_click_opens_a_conversation_with_all_its_messages_in_order(
    browser: Browser, full: tuple[Served, tuple[Seeded, ...]]
) -> None:
    server, seeded = full
    with visitor(browser, server.url, "en") as person:
        enter(person)
        shown = listed(person, seeded)
        assert len(shown) == CONVERSATIONS
        sidebar = person.page.get_by_test_id("stSidebar")
        for one in (shown[0], shown[-1], shown[len(shown) // 2]):
            number = seeded.index(one) + 1
            sidebar.get_by_role("button", name=one.title, exact=True).click()
            person.sees(one.last_code)
            newest = questions(person, number)
            assert newest == list(range(EXCHANGES - len(newest) + 1, EXCHANGES + 1))
            earlier = person.main.get_by_role("button", name=person.t("chat.earlier"))
            if newest[0] > 1:
                earlier.click(timeout=PATIENCE)
                person.sees(marked(number, 1))
            expect(earlier).to_have_count(0, timeout=PATIENCE)
            person.sees(one.last_code)
            person.rests()
            assert questions(person, number) == list(range(1, EXCHANGES + 1))
        assert person.foreign() == []
        assert person.errors == []
