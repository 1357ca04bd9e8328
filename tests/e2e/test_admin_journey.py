"""The admin's desk in a browser: revocation, expiry and suspension in mid-answer, an exhausted budget, and what a phone shows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app.i18n import LANGUAGES, NAMES, translator
from tests.e2e.desk_scene import FIRST, Desk, desk
from tests.e2e.test_narrow import WIDTH, fits
from tests.e2e.visitor import ADMIN, PATIENCE, TEACHER, Visitor, picture, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
QUESTION = "Бөлшектерді қалай салыстырамыз?"
WITHIN = timedelta(seconds=5)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("school")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def teacher(browser: Browser, school: Desk) -> Iterator[Visitor]:
    """A teacher at the question box, with a model that may answer."""
    school.publish()
    school.as_at_first("demo-teacher")
    with visitor(browser, school.server.url, "kk") as person:
        person.comes_in(TEACHER)
        person.to_ask()
        yield person


@pytest.fixture
def admin(browser: Browser, school: Desk) -> Iterator[Visitor]:
    school.as_at_first("demo-admin")
    with visitor(browser, school.server.url, "kk") as person:
        person.comes_in(ADMIN)
        yield person


def begins(person: Visitor) -> None:
    """Ask, and wait until the answer is being written."""
    person.ask(QUESTION)
    person.sees(FIRST)


def ends(person: Visitor, school: Desk, key: str) -> None:
    """The answer ends before it is whole: its first words stay, the reason stands under them and in the log."""
    person.sees(person.t("chat.end.withheld"))
    end = school.ended()
    reason = end.clear["reason"]
    assert (end.outcome, reason["key"]) == ("withheld", key)
    person.sees(person.t(key, **reason["facts"]))
    expect(person.main.get_by_text(FIRST).first).to_be_visible()
    assert school.idle()


def refused(person: Visitor, school: Desk) -> str:
    """The next question reaches no model; the reason on record."""
    calls = school.endpoint.counts.calls
    person.ask(QUESTION)
    person.sees(person.t("chat.end.refused"))
    assert school.endpoint.counts.calls == calls
    return str(school.ended().clear["reason"]["key"])


def in_every_language(person: Visitor, folder: Path, name: str, key: str) -> None:
    """The same screen in the three languages, kept for a person to look at."""
    for language in LANGUAGES:
        speaks(person, language)
        expect(person.main.get_by_text(translator(language)(key)).first).to_be_visible(timeout=PATIENCE)
        person.rests()  # a picture of half a run shows two languages
        picture(person, folder, f"{name}-{language}")
    speaks(person, "kk")


def speaks(person: Visitor, language: str) -> None:
    """Choose the language of the screens in the sidebar."""
    if person.t.language == language:
        return
    side = person.page.get_by_test_id("stSidebar")
    person.rests()
    side.get_by_test_id("stSelectbox").get_by_role("combobox").click()
    person.page.get_by_role("option", name=NAMES[language], exact=True).click()
    person.t = translator(language)
    expect(
        side.get_by_text(person.t("shell.sign_out")).or_(side.get_by_text(person.t("pages.sign_in"))).first
    ).to_be_visible(timeout=PATIENCE)
    person.rests()


PAGES = {
    "models": "school_models.title",
    "people": "people.title",
    "usage": "school_usage.title",
    "system": "school_system.title",
    "in-use": "school_uses.title",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_fits_a_phone(browser: Browser, school: Desk, pictures: Path, language: str) -> None:
    # Before anybody chose a language in the sidebar, which is kept for them: the browser's holds.
    with visitor(browser, school.server.url, language, viewport={"width": WIDTH, "height": 812}) as person:
        person.comes_in(ADMIN)
        for page, title in PAGES.items():
            person.page.goto(f"{school.server.url}/{page}")
            heading = person.main.get_by_role("heading", name=person.t(title), exact=True)
            expect(heading.first).to_be_visible(timeout=PATIENCE)
            expect(person.main.get_by_text(person.t("shell.footer"))).to_be_visible(timeout=PATIENCE)
            fits(person)
            picture(person, pictures, f"phone-{page}-{language}")
        assert person.foreign() == []
        assert person.errors == []


def test_a_revoked_model_stops_at_the_sentence_and_answers_no_further_question(
    school: Desk, teacher: Visitor, pictures: Path
) -> None:
    begins(teacher)

    school.publish(status="suspended", reason_code="drift")

    ends(teacher, school, "registry.refused.suspended")
    assert refused(teacher, school) == "routing.none.in_force"
    in_every_language(teacher, pictures, "revoked", "chat.end.withheld")


def test_an_approval_that_ends_in_mid_answer_ends_the_answer_and_the_conversation(
    school: Desk, teacher: Visitor, pictures: Path
) -> None:
    begins(teacher)

    school.expires(seconds=2)

    ends(teacher, school, "registry.refused.expired")
    assert refused(teacher, school) == "routing.none.in_force"
    in_every_language(teacher, pictures, "expired", "chat.end.withheld")


def row_of(admin: Visitor, name: str) -> Locator:
    """Open the form of a person of the school."""
    admin.opens("pages.people")
    admin.sees(name)
    admin.rests()
    admin.main.get_by_role("button", name=admin.t("people.change"), exact=True).first.click()
    admin.rests()
    field = admin.main.get_by_role("textbox", name=admin.t("people.reason"))
    # The reasons of the two ways in stand in closed boxes above.
    return field.last


def test_a_suspended_teacher_reads_no_further_sentence_and_sees_no_further_page(
    school: Desk, teacher: Visitor, admin: Visitor, pictures: Path
) -> None:
    reason = row_of(admin, TEACHER.name)
    begins(teacher)

    reason.fill("тексеру")
    admin.main.get_by_role("button", name=admin.t("people.suspend"), exact=True).click()
    admin.sees(admin.t("people.suspended"))
    in_every_language(admin, pictures, "people", "accounts.status.suspended")

    ends(teacher, school, "accounts.refused.suspended")
    assert school.ended().created_at - school.change("person_suspended").created_at <= WITHIN
    teacher.page.reload()
    teacher.sees(teacher.t("accounts.refused.suspended"))
    in_every_language(teacher, pictures, "suspended", "accounts.refused.suspended")

    again = row_of(admin, TEACHER.name)
    again.fill("тексеру бітті")
    admin.main.get_by_role("button", name=admin.t("people.reinstate"), exact=True).click()
    admin.sees(admin.t("people.reinstated"))
    teacher.page.reload()
    expect(teacher.page.get_by_test_id("stSidebar").get_by_text(TEACHER.name)).to_be_visible(timeout=PATIENCE)


def test_an_exhausted_budget_is_told_before_any_model_is_called(
    school: Desk, teacher: Visitor, admin: Visitor, pictures: Path
) -> None:
    admin.opens("pages.usage")
    admin.sees(admin.t("school_usage.lead"))
    admin.rests()
    admin.main.get_by_text(admin.t("school_usage.limits"), exact=True).click()
    box = admin.main.get_by_role("textbox", name=admin.t("school_usage.kind.requests"))
    box.last.fill("0")
    admin.main.get_by_role("textbox", name=admin.t("school_usage.reason")).fill("тексеру")
    admin.main.get_by_role("button", name=admin.t("school_usage.save"), exact=True).click()
    admin.sees(admin.t("school_usage.each.requests", most="0"))
    in_every_language(admin, pictures, "usage", "school_usage.title")

    assert refused(teacher, school) == "capacity.refused.requests.person"
    in_every_language(teacher, pictures, "budget", "chat.end.refused")
