"""The first key of a keyboard is a link past the menu, in the language of the page."""

import pytest
from playwright.sync_api import Browser, expect

from app.i18n import LANGUAGES
from tests.e2e.served import Served
from tests.e2e.visitor import PATIENCE, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SIZES = "(link) => [getComputedStyle(link, '::before').content, getComputedStyle(link).fontSize]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_to_the_content_speaks_the_language_of_the_page(
    browser: Browser, server: Served, language: str
) -> None:
    with visitor(browser, server.url, language) as person:
        person.page.goto(server.url)
        button = person.main.get_by_role("button", name=person.t("sign_in.button"), exact=True)
        expect(button).to_be_visible(timeout=PATIENCE)
        person.rests()
        person.page.keyboard.press("Tab")
        link = person.page.get_by_role("link", name=person.t("shell.skip"))

        expect(link).to_be_focused()
        content, size = link.evaluate(SIZES)
        # Nothing is seen of Streamlit's own words but where they are the page's own.
        assert (content, size) == (
            ("none", "14px") if language == "en" else (f'"{person.t("shell.skip")} "', "0px")
        )
        person.page.keyboard.press("Enter")
        expect(person.page.locator("#stMain")).to_be_focused()
