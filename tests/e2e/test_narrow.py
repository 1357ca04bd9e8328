"""On a phone nothing of a teacher's and of the public pages goes beyond the edge, in any of the three languages."""

from contextlib import suppress

import pytest
from playwright.sync_api import Browser, TimeoutError, expect

from tests.e2e.served import Served
from tests.e2e.visitor import ADMIN, PATIENCE, TEACHER, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
WIDTH = 375
# What reaches beyond the window to the right, unless it stands in a box that scrolls or clips by itself.
BEYOND = """(width) => {
  const own = (e) => { for (let p = e.parentElement; p && p.dataset.testid !== 'stMain'; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  return [...document.querySelectorAll('[data-testid=stMain] *')]
    .filter((e) => e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().right > width + 1 && !own(e))
    .map((e) => `${e.tagName} ${e.dataset.testid || ''} ${(e.textContent || '').slice(0, 40)}`);
}"""
SCROLLS = """() => { const main = document.querySelector('[data-testid=stMain]');
  return main.scrollWidth > main.clientWidth || document.documentElement.scrollWidth > window.innerWidth; }"""
UNNAMED = """() => [...document.querySelectorAll('input, textarea, select, button, [role=combobox]')]
  .filter((e) => e.checkVisibility() && e.type !== 'hidden' && e.type !== 'file')
  .filter((e) => !(e.ariaLabel || e.labels?.length || e.getAttribute('aria-labelledby') || e.title || e.textContent.trim()))
  .map((e) => e.outerHTML.slice(0, 120))"""

# Hints that do not fit their box; in a box of several lines they break, in a choice the choice stands over them.
HINTS = """() => [...document.querySelectorAll('input[placeholder]:not([role=combobox])')]
  .filter((e) => e.placeholder && e.checkVisibility())
  .filter((e) => { const style = getComputedStyle(e), pen = document.createElement('canvas').getContext('2d');
    pen.font = style.font;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(e.placeholder).width > room + 1; })
  .map((e) => e.placeholder)"""
# Whether a finger on the middle of an element reaches it.
REACHED = """(e) => { const box = e.getBoundingClientRect();
  return e.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)); }"""

# Of the words of an element on the ground of the page; both are opaque.
CONTRAST = """(e) => {
  const light = (colour) => { const [red, green, blue] = colour.match(/[\\d.]+/g).map((v) => v / 255)
    .map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * red + .7152 * green + .0722 * blue + .05; };
  const words = light(getComputedStyle(e.querySelector('p') || e).color);
  const ground = light(getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor);
  return Math.max(words, ground) / Math.min(words, ground); }"""

# Room behind the last words of each row; below nothing where one has to scroll the table to read them.
ROOM = """() => [...document.querySelectorAll('[class*="st-key-table-usage-"] td:last-child')].map((cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  const room = cell.closest('[class*="st-key-table-usage-"]').getBoundingClientRect().right;
  return room - words.getBoundingClientRect().right;
})"""
QUESTIONS = {
    "kk": "Бөлшектерді қалай салыстырамыз?",
    "ru": "Как сравнить дроби с разными знаменателями?",
    "en": "How do I compare fractions with different denominators?",
}


def fits(person: Visitor) -> None:
    """Nothing goes beyond the edge once the page is drawn: its own rules of style come with a part that loads late."""
    person.rests()
    with suppress(TimeoutError):
        person.page.wait_for_function(
            f"(width) => ({BEYOND})(width).length === 0", arg=WIDTH, timeout=PATIENCE
        )
    assert person.page.evaluate(BEYOND, WIDTH) == []
    assert not person.page.evaluate(SCROLLS)
    assert person.page.evaluate(UNNAMED) == []
    assert person.page.evaluate(HINTS) == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_nothing_scrolls_sideways_and_every_control_has_a_name(
    browser: Browser, server: Served, language: str
) -> None:
    with visitor(browser, server.url, language, viewport={"width": WIDTH, "height": 812}) as person:
        t = person.t
        person.sign_in(TEACHER)
        notice = person.main.get_by_role("heading", name=t("notice.title"))
        first = person.main.get_by_role("button", name=t("compose.submit"), exact=True)
        expect(notice.or_(first).first).to_be_visible(timeout=PATIENCE)
        if notice.is_visible():
            fits(person)
            person.accept_notice()
        expect(first).to_be_visible(timeout=PATIENCE)
        fits(person)
        person.to_ask()
        fits(person)
        for page, title in (
            ("library", "library.title"),
            ("curriculum", "pages.curriculum"),
            ("registry", "registry.title"),
            ("receipt", "receipt.title"),
        ):
            person.page.goto(f"{server.url}/{page}")
            heading = person.main.get_by_role("heading", name=t(title), exact=True)
            expect(heading.first).to_be_visible(timeout=PATIENCE)
            expect(person.main.get_by_text(t("shell.footer"))).to_be_visible(timeout=PATIENCE)
            fits(person)


def test_the_keyboard_reaches_the_main_controls_and_its_place_is_seen(
    browser: Browser, server: Served
) -> None:
    with visitor(browser, server.url, "en") as person:
        person.page.goto(f"{server.url}/receipt")
        field = person.main.get_by_role("textbox").first
        expect(field).to_be_visible(timeout=PATIENCE)
        expect(person.main.get_by_text(person.t("shell.footer"))).to_be_visible(timeout=PATIENCE)
        seen = []
        for _ in range(20):
            person.page.keyboard.press("Tab")
            seen.append(
                person.page.evaluate(
                    """() => { const e = document.activeElement, s = getComputedStyle(e);
                    const box = getComputedStyle(e.closest('[data-baseweb=input], [data-baseweb=select]') || e);
                    const shown = s.outlineStyle !== 'none' || s.boxShadow !== 'none' || box.borderColor !== 'rgba(0, 0, 0, 0)';
                    return [(e.getAttribute('aria-label') || e.textContent).trim(), shown]; }"""
                )
            )
        names = [name for name, _ in seen]

        outlines = person.page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stSidebar] [data-testid=stPageLink] a')].map((link) => {
            link.focus({focusVisible: true}); return getComputedStyle(link).outlineStyle; })"""
        )
        assert set(outlines) == {"solid"}
        for wanted in ("receipt.code", "receipt.check"):
            assert person.t(wanted) in names
        assert all(shown for name, shown in seen if name)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_number_of_use_stands_beyond_the_edge(browser: Browser, server: Served, language: str) -> None:
    with visitor(browser, server.url, language, viewport={"width": 360, "height": 780}) as person:
        person.is_in(ADMIN)
        person.to_ask()
        person.ask(QUESTIONS[language])
        expect(person.main.get_by_text("[1]").first).to_be_visible(timeout=PATIENCE)
        person.page.goto(f"{server.url}/usage")
        person.sees(person.t("school_usage.by.work"))
        person.rests()

        # The page's own rules of style come with a part that loads late.
        with suppress(TimeoutError):
            person.page.wait_for_function(f"() => Math.min(...({ROOM})()) >= 0", timeout=PATIENCE)
        room = person.page.evaluate(ROOM)
        assert room
        assert min(room) >= 0


def test_what_becomes_of_a_question_too_long_is_seen_without_scrolling(
    browser: Browser, server: Served
) -> None:
    with visitor(browser, server.url, "kk", viewport={"width": 360, "height": 780}) as person:
        person.is_in(TEACHER)
        person.to_ask()
        person.ask("бөлшек " * 2_000)
        said = person.main.get_by_text(person.t("chat.end.refused")).first
        expect(said).to_be_attached(timeout=PATIENCE)
        person.rests()

        covered = said.evaluate(
            """(e) => { const box = e.getBoundingClientRect();
            return !e.contains(document.elementFromPoint(box.left + 4, box.top + box.height / 2)); }"""
        )
        assert not covered


def test_the_tab_that_is_open_is_read_in_the_dark(browser: Browser, server: Served) -> None:
    with visitor(browser, server.url, "kk", color_scheme="dark") as person:
        person.is_in(ADMIN)
        person.page.goto(f"{server.url}/safety")
        tab = person.main.get_by_role("tab", name=person.t("safety.tab.rules"))
        expect(tab).to_be_visible(timeout=PATIENCE)
        person.rests()

        with suppress(TimeoutError):
            person.page.wait_for_function(f"(e) => ({CONTRAST})(e) >= 4.5", arg=tab.element_handle())
        assert tab.evaluate(CONTRAST) >= 4.5


def test_whoever_signed_out_on_a_phone_can_sign_in_again_at_once(browser: Browser, server: Served) -> None:
    with visitor(browser, server.url, "kk", viewport={"width": 360, "height": 780}) as person:
        person.comes_in(TEACHER)
        person.page.get_by_test_id("stExpandSidebarButton").click(timeout=PATIENCE)
        person.signs_out()
        person.rests()

        again = person.main.get_by_role("button", name=person.t("sign_in.button"), exact=True)
        assert again.evaluate(REACHED)
