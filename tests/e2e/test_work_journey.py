"""A teacher's document in a real browser: made in one submit, edited, kept over a reload and a second tab, downloaded."""

import io
import re
import zipfile

import pytest
from docx import Document as ReadDocx
from playwright.sync_api import Browser, Page, expect

from app.exports.mark import NAME
from tests.e2e.served import Served
from tests.e2e.test_narrow import WIDTH, fits
from tests.e2e.visitor import AT_REST, PATIENCE, TEACHER, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
CODE = "5.1.2.17"
SUBJECT = {"kk": "Математика", "ru": "Математика", "en": "Mathematics"}
LONG = 3 * PATIENCE


def chooses(person: Visitor, label: str, option: str) -> None:
    """Choose in a box of the form."""
    person.rests()
    box = person.main.get_by_role("combobox", name=re.compile(re.escape(person.t(label))))
    box.first.click(timeout=PATIENCE)
    person.page.get_by_role("option", name=option, exact=True).first.click(timeout=PATIENCE)


def submits(person: Visitor) -> None:
    """Fill in the form and submit it once."""
    t = person.t
    chooses(person, "compose.subject", SUBJECT[t.language])
    chooses(person, "compose.grade", t("curriculum.grade", grade=5))
    person.rests()
    person.main.get_by_role("radio", name=re.compile(f"^{re.escape(CODE)}")).first.click(timeout=PATIENCE)
    submit = person.main.get_by_role("button", name=t("compose.submit"), exact=True)
    expect(submit).to_be_enabled(timeout=PATIENCE)
    submit.click()


def makes(person: Visitor) -> str:
    """Have a document made and wait for it; gives back the address of the workspace."""
    submits(person)
    undo = person.main.get_by_role("button", name=person.t("work.undo"), exact=True)
    expect(undo).to_be_visible(timeout=LONG)
    return str(person.page.url)


def edits_homework(person: Visitor, page: Page) -> None:
    """Open the editor of the homework in a tab."""
    field = page.locator(".st-key-work-field-more-homework")
    expect(field).to_be_visible(timeout=LONG)
    field.get_by_role("button", name=person.t("work.edit"), exact=True).click(timeout=PATIENCE)
    expect(field.get_by_role("textbox")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(AT_REST, timeout=PATIENCE)


def writes(page: Page, text: str) -> None:
    """Type into the open editor and leave the box."""
    box = page.locator(".st-key-work-field-more-homework").get_by_role("textbox")
    box.fill(text)
    box.blur()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_one_submit_gives_a_whole_plan_that_is_edited_reported_and_kept(
    browser: Browser, server: Served, language: str
) -> None:
    with visitor(browser, server.url, language) as person:
        t = person.t
        person.is_in(TEACHER)
        makes(person)
        person.sees(CODE)
        expect(person.main.get_by_text("40/40").first).to_be_visible(timeout=PATIENCE)

        edits_homework(person, person.page)
        writes(person.page, "№ 17, 18")
        person.sees(t("work.edit.saved"))
        person.page.reload()
        field = person.page.locator(".st-key-work-field-more-homework")
        expect(field.get_by_text("№ 17, 18")).to_be_visible(timeout=LONG)
        expect(field.get_by_text(t("work.origin.teacher"))).to_be_visible()

        field.get_by_role("button", name=t("work.flag"), exact=True).click(timeout=PATIENCE)
        field.get_by_role("radio", name=t("chat.report.reason.too_hard")).click(timeout=PATIENCE)
        field.get_by_role("button", name=t("work.flag.send"), exact=True).click(timeout=PATIENCE)
        expect(field.get_by_text(t("work.flag.thanks", code="").split(":")[0])).to_be_visible(
            timeout=PATIENCE
        )

        field.get_by_role("button", name=t("work.modify"), exact=True).click(timeout=PATIENCE)
        person.page.get_by_role("menuitem", name=t("work.change.easier"), exact=True).or_(
            person.page.get_by_role("option", name=t("work.change.easier"), exact=True)
        ).or_(person.page.get_by_text(t("work.change.easier"), exact=True)).first.click(timeout=PATIENCE)
        expect(person.main.get_by_role("button", name=t("work.undo"), exact=True)).to_be_enabled(timeout=LONG)
        expect(field.get_by_text("№ 17, 18")).to_be_visible(timeout=LONG)

        person.main.get_by_role("button", name=t("work.undo"), exact=True).click()
        expect(field.get_by_text("№ 17, 18")).to_have_count(0, timeout=LONG)

        person.opens("pages.library")
        expect(person.main.get_by_role("button", name=re.compile("5.1.2.17|:")).first).to_be_visible(
            timeout=PATIENCE
        )
        assert person.foreign() == []
        assert person.errors == []


def test_two_tabs_on_one_field_lose_nothing(browser: Browser, server: Served) -> None:
    with visitor(browser, server.url, "ru") as person:
        t = person.t
        person.is_in(TEACHER)
        address = makes(person)
        other = person.page.context.new_page()
        other.goto(address)
        edits_homework(person, person.page)
        edits_homework(person, other)
        writes(person.page, "Первое окно")
        person.sees(t("work.edit.saved"))
        writes(other, "Второе окно")

        field = other.locator(".st-key-work-field-more-homework")
        expect(field.get_by_text(t("work.conflict"))).to_be_visible(timeout=LONG)
        expect(field.get_by_text("Первое окно")).to_be_visible()
        field.get_by_role("button", name=t("work.conflict.keep"), exact=True).click(timeout=PATIENCE)
        expect(field.get_by_role("textbox")).to_have_count(0, timeout=LONG)
        expect(field.get_by_text("Второе окно")).to_be_visible(timeout=LONG)
        person.page.reload()
        expect(person.main.get_by_text("Второе окно").first).to_be_visible(timeout=LONG)


def test_a_plan_is_downloaded_as_word_with_its_mark_and_its_record(browser: Browser, server: Served) -> None:
    with visitor(browser, server.url, "kk") as person:
        t = person.t
        person.is_in(TEACHER)
        makes(person)
        person.main.get_by_role("button", name=t("work.download")).first.click(timeout=PATIENCE)
        with person.page.expect_download(timeout=LONG) as got:
            person.page.get_by_role("button", name=t("work.download.docx"), exact=True).click(
                timeout=PATIENCE
            )
        assert got.value.suggested_filename.endswith(".docx")
        data = got.value.path().read_bytes()
        read = ReadDocx(io.BytesIO(data))
        text = "\n".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)
        assert CODE in text
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            assert any(NAME.encode() in parts.read(name) for name in parts.namelist())
        assert person.foreign() == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_form_workspace_and_list_fit_a_phone(browser: Browser, server: Served, language: str) -> None:
    with visitor(browser, server.url, language, viewport={"width": WIDTH, "height": 812}) as person:
        person.is_in(TEACHER)
        fits(person)
        makes(person)
        fits(person)
        person.page.goto(f"{server.url}/library")
        expect(person.main.get_by_role("heading", name=person.t("library.title"))).to_be_visible(
            timeout=PATIENCE
        )
        expect(person.main.get_by_text(person.t("shell.footer"))).to_be_visible(timeout=PATIENCE)
        fits(person)


HIDDEN = """() => { document.querySelector('[data-testid=stMain]').scrollTo(0, 1500);
  const below = document.querySelector('[data-testid=stHeader]').getBoundingClientRect().bottom;
  return [...document.querySelectorAll('.st-key-work-bar p, .st-key-work-bar button')]
    .filter((e) => e.getBoundingClientRect().width > 1 && e.getBoundingClientRect().top < below)
    .map((e) => e.textContent); }"""
OFF_CENTRE = """() => ['work-undo', 'work-redo', 'work-finish'].map((key) => {
  const button = document.querySelector(`.st-key-${key} button`).getBoundingClientRect();
  const sign = document.querySelector(`.st-key-${key} button [data-testid=stIconMaterial]`).getBoundingClientRect();
  return Math.round(Math.abs((button.left + button.right) / 2 - (sign.left + sign.right) / 2)); })"""


@pytest.mark.parametrize("width", [360, 600, 760])
def test_on_a_narrow_window_the_bar_of_a_document_stays_below_the_head(
    browser: Browser, server: Served, width: int
) -> None:
    with visitor(browser, server.url, "kk", viewport={"width": width, "height": 780}) as person:
        person.is_in(TEACHER)
        makes(person)
        person.rests()

        assert person.page.evaluate(HIDDEN) == []
        if width < 640:
            assert max(person.page.evaluate(OFF_CENTRE)) <= 1
