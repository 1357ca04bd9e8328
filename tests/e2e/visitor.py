"""A person in a real browser: signs in, asks, and looks; every request and error of the page is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from app.accounts import demo
from app.accounts.demo import DemoPerson
from app.i18n import Translator, translator

LOCALES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-US"}
PATIENCE = 45_000
# Streamlit's own words for it; the second look a moment later keeps out the pause before a run that was just asked for.
AT_REST = """() => new Promise((done) => {
  const rests = () => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true]');
  if (!rests()) return done(false);
  document.fonts.ready.then(() => setTimeout(() => done(rests()), 150));
})"""


SESSIONS: dict[tuple[str, str], Any] = {}
"""The cookies of whoever came in, by address and person."""


@dataclass(slots=True)
class Visitor:
    """One person in one window."""

    page: Page
    url: str
    t: Translator
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def main(self) -> Locator:
        """The main column."""
        return self.page.get_by_test_id("stMain")

    def foreign(self) -> list[str]:
        """Requests that left the app's origin."""
        own = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        return [address for address in self.asked if not address.startswith(own)]

    def rests(self) -> None:
        """The script has run to its end and nothing of an earlier run is left to click on."""
        self.page.wait_for_function(AT_REST, timeout=PATIENCE)

    def sign_in(self, person: DemoPerson) -> None:
        """Through the development sign-in, with one click on the person."""
        self.page.goto(self.url)
        self.main.get_by_role("button", name=self.t("sign_in.button"), exact=True).click(timeout=PATIENCE)
        self.page.get_by_role("button", name=person.name).click(timeout=PATIENCE)

    def accept_notice(self) -> None:
        """Read and accept the notice."""
        expect(self.main.get_by_role("heading", name=self.t("notice.title"))).to_be_visible(timeout=PATIENCE)
        self.main.get_by_test_id("stCheckbox").get_by_text(self.t("notice.read")).click()
        # A rerun draws the new button before it takes the old one away.
        accept = self.main.get_by_role("button", name=self.t("notice.accept"), exact=True).first
        expect(accept).to_be_enabled(timeout=PATIENCE)
        accept.click()

    def comes_in(self, who: DemoPerson) -> bool:
        """Sign in, answer the notice where it is asked, and land on a teacher's first page; says whether it was asked."""
        self.sign_in(who)
        return self._lands_on(self._compose)

    def is_in(self, who: DemoPerson, first: Locator | None = None) -> None:
        """The same in a session that an earlier window began, for journeys that are not about the way in.

        Args:
            first: what stands on the person's first page; none: a teacher's.
        """
        first = first or self._compose
        begun = SESSIONS.get((self.url, who.identifier))
        if begun is None:
            self.sign_in(who)
        else:
            self.page.context.add_cookies(begun)
            self.page.goto(self.url)
            way_in = self.main.get_by_role("button", name=self.t("sign_in.button"), exact=True)
            expect(way_in.or_(self._notice).or_(first).first).to_be_visible(timeout=PATIENCE)
            if way_in.is_visible():  # signed out in the meantime
                self.sign_in(who)
        self._lands_on(first)
        SESSIONS[self.url, who.identifier] = self.page.context.cookies()

    @property
    def _notice(self) -> Locator:
        return self.main.get_by_role("heading", name=self.t("notice.title"))

    @property
    def _compose(self) -> Locator:
        return self.main.get_by_role("button", name=self.t("compose.submit"), exact=True)

    def _lands_on(self, first: Locator) -> bool:
        expect(self._notice.or_(first).first).to_be_visible(timeout=PATIENCE)
        asked = self._notice.is_visible()
        if asked:
            self.accept_notice()
        expect(first).to_be_visible(timeout=PATIENCE)
        return asked

    def to_ask(self) -> None:
        """Go to the question box."""
        self.page.goto(f"{self.url}/ask")
        expect(self.page.get_by_test_id("stChatInputTextArea")).to_be_enabled(timeout=PATIENCE)

    def ask(self, text: str) -> None:
        """Type a question and send it."""
        box = self.page.get_by_test_id("stChatInputTextArea")
        expect(box).to_be_enabled(timeout=PATIENCE)
        box.fill(text)
        box.press("Enter")

    def sees(self, text: str) -> None:
        """The text stands in the main column."""
        expect(self.main.get_by_text(text).first).to_be_visible(timeout=PATIENCE)

    def opens(self, title: str) -> None:
        """Follow the menu."""
        self.page.get_by_test_id("stSidebar").get_by_role("link", name=self.t(title), exact=True).click(
            timeout=PATIENCE
        )

    def signs_out(self) -> None:
        """Sign out by the button in the sidebar."""
        self.page.get_by_test_id("stSidebar").get_by_role("button", name=self.t("shell.sign_out")).click()
        expect(self.main.get_by_role("button", name=self.t("sign_in.button"), exact=True)).to_be_visible(
            timeout=PATIENCE
        )


@contextmanager
def visitor(browser: Browser, url: str, language: str, **window: Any) -> Iterator[Visitor]:
    """A window with its own cookies, in a language."""
    context = browser.new_context(
        locale=LOCALES[language], **({"viewport": {"width": 1280, "height": 900}} | window)
    )
    page = context.new_page()
    person = Visitor(page, url, translator(language))
    page.on("request", lambda request: person.asked.append(request.url))
    page.on("pageerror", lambda error: person.errors.append(str(error)))
    try:
        yield person
    finally:
        context.close()


def picture(person: Visitor, folder: Path, name: str) -> None:
    """Keep what the window shows, for a person to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    person.page.screenshot(path=folder / f"{name}.png")


TEACHER, ADMIN, AUDITOR = demo.PEOPLE[0], demo.PEOPLE[1], demo.PEOPLE[2]
