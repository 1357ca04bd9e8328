"""The Curriculum page in a real browser: browse, search, open an objective, read its terms, ask about it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Served
from tests.e2e.test_narrow import WIDTH, fits
from tests.e2e.visitor import PATIENCE, TEACHER, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
CODE = "5.1.2.17"
FRACTION = {"kk": "бөлшек", "ru": "дробь", "en": "fraction"}
SUBJECT = {"kk": "Математика", "ru": "Математика", "en": "Mathematics"}


def enters(person: Visitor) -> None:
    """Sign in as a teacher and answer the notice where it is asked."""
    person.is_in(TEACHER)


def row(person: Visitor, words: str) -> None:
    """Click the row or tile that begins with these words, not one of the list before."""
    person.rests()
    person.main.get_by_role("radio", name=re.compile(f"^{re.escape(words)}")).first.click(timeout=PATIENCE)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_teacher_browses_searches_opens_an_objective_and_asks_about_it(
    browser: Browser, server: Served, language: str
) -> None:
    with visitor(browser, server.url, language) as person:
        t = person.t
        enters(person)
        person.opens("pages.curriculum")

        row(person, SUBJECT[language])
        row(person, t("curriculum.grade", grade=5))
        expect(person.main.get_by_role("radiogroup").filter(has_text=CODE).first).to_be_visible(
            timeout=PATIENCE
        )

        person.rests()
        search = person.main.get_by_role("searchbox").or_(
            person.main.get_by_role("textbox", name=t("curriculum.search"))
        )
        search.first.fill(CODE)
        search.first.press("Enter")
        person.sees(t("curriculum.found.code"))
        person.rests()  # the list of the grade, which holds the code too, may stand until the run has ended
        row(person, CODE)
        expect(person.main.get_by_role("heading", name=CODE, exact=True)).to_be_visible(timeout=PATIENCE)

        person.sees(t("curriculum.terms.beside"))
        terms = person.main.get_by_role("table").filter(has_text=FRACTION["en"])
        for word in FRACTION.values():
            expect(terms.get_by_text(word, exact=True).first).to_be_visible()

        person.page.go_back()
        person.sees(t("curriculum.found.code"))
        person.page.go_forward()
        person.main.get_by_role("button", name=t("curriculum.ask")).click(timeout=PATIENCE)
        box = person.page.get_by_test_id("stChatInputTextArea")
        expect(box).to_have_value(t("curriculum.ask.question", code=CODE), timeout=PATIENCE)
        assert person.foreign() == []
        assert person.errors == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_view_of_the_page_fits_a_phone(browser: Browser, server: Served, language: str) -> None:
    with visitor(browser, server.url, language, viewport={"width": WIDTH, "height": 812}) as person:
        t = person.t
        enters(person)
        for query, seen in (
            ("subject=mathematics&grade=5", t("curriculum.grade", grade=5)),
            ("q=1.2.1.1", t("curriculum.found.code")),
            (f"code={CODE}&subject=mathematics", t("curriculum.terms.beside")),
            ("view=terms&subject=mathematics", t("curriculum.terms.lead")),
        ):
            person.page.goto(f"{server.url}/curriculum?{query}")
            person.sees(seen)
            expect(person.main.get_by_text(t("shell.footer"))).to_be_visible(timeout=PATIENCE)
            fits(person)
