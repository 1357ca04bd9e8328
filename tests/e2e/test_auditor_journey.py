"""An auditor's day in a browser: figures, a sample, a text opened by two persons, a finding, and evidence that verifies elsewhere."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app import bootstrap
from app.accounts import Grant, Role, demo
from app.accounts.changing import Operator
from app.accounts.demo import DemoPerson
from app.assistant.question import Question
from app.audit import Filter
from app.bootstrap import Services
from app.settings import ROOT, Settings
from tests.e2e.served import Served
from tests.e2e.test_narrow import WIDTH, fits
from tests.e2e.visitor import AUDITOR, PATIENCE, Visitor, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
APPROVER = demo.PEOPLE[3]
TEACHER = "examined-teacher"
SUBJECT = f"{demo.ISSUER}|{TEACHER}"
QUESTION = "Бөлшектерді қалай салыстырамыз?"
PURPOSE = "2026/14 шағымы бойынша тексеру"
REASON = "Шағымды қарау үшін қажет"
NOTE = "Жауап дереккөзге сүйенген."
PAGES = {
    "overview": "auditor.overview.title",
    "log": "auditor.log.title",
    "samples": "auditor.samples.title",
    "opened": "auditor.opened.title",
    "findings": "auditor.findings.title",
    "export": "auditor.export.title",
    "integrity": "auditor.integrity.title",
}

# A choice of several, or the words of a link to a page, that reach beyond the window or their box, also where a box around them clips.
CUT = """(width) => [...document.querySelectorAll(
    '[data-testid=stMain] [data-testid=stButtonGroup] button, [data-testid=stMain] [data-testid=stPageLink] p')]
  .filter((e) => e.getBoundingClientRect().right > width || (e.tagName === 'P' && e.scrollWidth > e.clientWidth + 1))
  .map((e) => e.textContent)"""


@pytest.fixture(scope="module")
def beside(server: Served) -> Iterator[Services]:
    """A second instance beside the one that serves, as a command would be; a teacher has asked something through it."""
    services = bootstrap.build(Settings.from_env({"USTAZ_HOME": str(server.home)}))
    try:
        services.accounts.add_person(
            Operator(),
            issuer=demo.ISSUER,
            identifier=TEACHER,
            name="Ойдан",
            school=demo.SCHOOL,
            grants=[Grant(role=Role.TEACHER, scope=demo.SCHOOL)],
        )
        teacher = services.person(SUBJECT)
        for _ in services.assistant.ask(teacher, Question(text=QUESTION, language="kk")):
            pass
        yield services
    finally:
        services.close()


def comes_in(person: Visitor, who: DemoPerson = AUDITOR, *, title: str = "auditor.overview.title") -> None:
    """Be signed in, answer the notice where it is asked, and land on the person's first page."""
    person.is_in(who, person.main.get_by_role("heading", name=person.t(title), exact=True))
    person.rests()


def press(person: Visitor, key: str, **facts: str | int) -> None:
    """Press the button of these words."""
    person.rests()
    person.main.get_by_role("button", name=person.t(key, **facts)).first.click(timeout=PATIENCE)


def unfolds(person: Visitor, key: str) -> None:
    """Open a box by its words."""
    person.rests()
    person.main.locator("summary").get_by_text(person.t(key), exact=True).click(timeout=PATIENCE)


def fills(person: Visitor, key: str, text: str) -> None:
    """Write into the field of this name."""
    person.rests()
    field(person, key).fill(text)


def field(person: Visitor, key: str) -> Locator:
    """The field of this name."""
    return person.main.get_by_role("textbox", name=person.t(key), exact=True).first


def approves(browser: Browser, server: Served) -> None:
    """The second person, in a window of their own, reads the purpose and says yes with a reason."""
    with visitor(browser, server.url, "kk") as second:
        comes_in(second, APPROVER, title="approvals.title")
        second.sees(PURPOSE)
        second.rests()
        fills(second, "approvals.reason", REASON)
        press(second, "approvals.approve")
        second.sees(second.t("approvals.none_waiting"))
        assert second.errors == []


def verified(server: Served, bundle: Path) -> tuple[int, str]:
    """Exit status and sentence of the command on a bundle, with the key that the auditor was given."""
    run = subprocess.run(
        [
            sys.executable,
            "app/audit/verify.py",
            "--bundle",
            bundle,
            "--key",
            server.home / "keys" / "verifier.pub",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


def test_an_auditor_examines_opens_notes_and_takes_evidence_along(
    browser: Browser, server: Served, beside: Services, tmp_path: Path
) -> None:
    with visitor(browser, server.url, "kk") as person:
        comes_in(person)
        person.sees(person.t("auditor.overview.by_day"))

        # Other journeys ask at the same installation: only what this teacher asked is looked for.
        asked = beside.audit.pseudonym(SUBJECT)
        person.page.goto(f"{server.url}/log?what=exchanges&outcome=answered&person={asked}")
        person.sees(person.t("auditor.log.sample"))
        person.rests()
        person.main.get_by_role("link", name=person.t("auditor.log.sample")).click()
        fills(person, "auditor.samples.seed", "жиын-7")
        press(person, "auditor.samples.draw")
        person.sees(person.t("auditor.samples.drawn"))
        person.rests()
        person.main.get_by_role("button", name="-").filter(has_text="-").first.click()

        person.sees(person.t("auditor.record.exchange"))
        person.sees(person.t("auditor.walk.on"))
        expect(person.main.get_by_text(person.t("auditor.samples.drawn"))).to_have_count(0)
        expect(person.main.get_by_text(QUESTION)).to_have_count(0)
        unfolds(person, "auditor.content.ask")
        fills(person, "auditor.content.purpose", PURPOSE)
        press(person, "auditor.content.send")
        person.sees(person.t("auditor.content.look"))
        approves(browser, server)
        press(person, "auditor.content.look")
        press(person, "auditor.content.open")
        person.sees(QUESTION)
        person.sees(PURPOSE)

        unfolds(person, "auditor.findings.note")
        fills(person, "auditor.findings.text", NOTE)
        press(person, "auditor.findings.save")
        person.sees(NOTE)

        person.opens("pages.export")
        person.sees(person.t("auditor.export.which"))
        fills(person, "auditor.export.purpose", PURPOSE)
        press(person, "auditor.export.make")
        with person.page.expect_download(timeout=PATIENCE) as downloading:
            person.main.get_by_role("button", name=".zip").click(timeout=PATIENCE)
        bundle = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(bundle)

        assert person.foreign() == []
        assert person.errors == []
    status, said = verified(server, bundle)
    assert status == 0, said
    assert QUESTION.encode() not in bundle.read_bytes()
    purposes = looks(beside)
    assert {"charts", "search", "sample", "open", "content", "findings"} <= purposes


def looks(beside: Services) -> set[str]:
    """What was looked at, by the records of it."""
    page = beside.audit.search(Filter(kinds=("audit_read",)), limit=200)
    return {str(json.loads(one.body)["purpose"]) for one in page.records}


@pytest.mark.parametrize("language", ["kk", "en"])
def test_an_auditor_reads_the_policy_that_judged_from_the_record_and_goes_back(
    browser: Browser, server: Served, beside: Services, language: str
) -> None:
    mine = Filter(kinds=("closed",), pseudonym=beside.audit.pseudonym(SUBJECT))
    record = beside.audit.search(mine, limit=1).records[0]
    with visitor(browser, server.url, language, viewport={"width": WIDTH, "height": 812}) as person:
        comes_in(person)
        person.page.goto(f"{server.url}/record?id={record.record_id}")
        person.sees(person.t("auditor.record.exchange"))
        person.rests()
        person.main.get_by_role("link", name=person.t("auditor.policy.link")).click(timeout=PATIENCE)
        heading = person.main.get_by_role("heading", name=person.t("auditor.policy.title"), exact=True)
        expect(heading).to_be_visible(timeout=PATIENCE)
        person.sees(person.t("auditor.policy.shipped"))
        person.sees(person.t("auditor.policy.whole"))
        person.sees(person.t("auditor.category.conduct.insult"))
        fits(person)
        person.rests()
        person.main.get_by_role("link", name=person.t("auditor.policy.back")).click(timeout=PATIENCE)
        person.sees(person.t("auditor.record.exchange"))
        assert person.foreign() == []
        assert person.errors == []
    assert "policy" in looks(beside)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_workspace_fits_a_phone(
    browser: Browser, server: Served, beside: Services, language: str
) -> None:
    with visitor(browser, server.url, language, viewport={"width": WIDTH, "height": 812}) as person:
        comes_in(person)
        for page, title in PAGES.items():
            person.page.goto(f"{server.url}/{page}")
            heading = person.main.get_by_role("heading", name=person.t(title), exact=True)
            expect(heading.first).to_be_visible(timeout=PATIENCE)
            expect(person.main.get_by_text(person.t("shell.footer"))).to_be_visible(timeout=PATIENCE)
            fits(person)
            assert person.page.evaluate(CUT, WIDTH) == [], page
        (ended,) = beside.audit.search(Filter(kinds=("closed",)), limit=1).records
        person.page.goto(f"{server.url}/record?id={ended.record_id}")
        expect(person.main.get_by_text(person.t("auditor.policy.link"))).to_be_visible(timeout=PATIENCE)
        fits(person)
        assert person.page.evaluate(CUT, WIDTH) == []
        assert person.foreign() == []
        assert person.errors == []
