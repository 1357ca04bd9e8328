"""What goes wrong while a model writes a teacher's document: a killed server, a rail, a model that is gone; nothing is lost."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from app.audit import check
from app.i18n import LANGUAGES, NAMES, translator
from benchmarks.mock_endpoint import MockEndpoint
from tests.e2e.field_model import FieldModel, Turn, settled_in
from tests.e2e.served import Served, free_port, served
from tests.e2e.test_work_journey import CODE, LONG, edits_homework, submits, writes
from tests.e2e.visitor import PATIENCE, TEACHER, Visitor, picture, visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
WAITING = (
    "header-aim",
    "start-stage",
    "middle-stage",
    "middle-task-1",
    "middle-task-2",
    "middle-task-3",
    "end-stage",
    "more-homework",
    "more-differentiation",
)
"""What a model writes in a plan of one objective, in order."""
FIELD = "st-key-work-field-"
OWN = "№ 17, 18"


@dataclass(slots=True)
class School:
    """A data folder whose server always has the same port, and the model that it may call."""

    folder: Path
    model: FieldModel
    port: int = field(default_factory=free_port)
    model_port: int = field(default_factory=free_port)
    environment: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = settled_in(self.folder / "home", f"http://127.0.0.1:{self.model_port}/v1")

    def serves(self) -> AbstractContextManager[Served]:
        return served(self.folder, self.environment, port=self.port)

    def model_runs(self) -> MockEndpoint:
        return MockEndpoint(behaviour=self.model, port=self.model_port)

    @contextmanager
    def teacher(self, browser: Browser) -> Iterator[Visitor]:
        """Somebody who works in the model's language; nothing of theirs has left this machine at the end."""
        with visitor(browser, f"http://localhost:{self.port}", self.model.language) as person:
            yield person
            assert person.foreign() == []
            assert person.errors == []

    def log_holds(self) -> None:
        """The log proves itself, and every exchange in it has its end."""
        report = check(f"sqlite:///{self.folder / 'home' / 'ustaz.db'}", self.folder / "home")
        assert report.exit_code == 0, report.problems


def of(person: Visitor, place: str) -> Locator:
    """A field."""
    return person.page.locator(f".{FIELD}{place}")


def by_model(person: Visitor) -> Locator:
    """The fields that the page shows as written by the model."""
    fields = person.page.locator(f'[class*="{FIELD}"]')
    return fields.filter(has_text=person.t("work.origin.model"))


def texts(person: Visitor, places: Sequence[str]) -> dict[str, str]:
    """All that is said of each of these fields, receipt included."""
    return {
        place: of(person, place).get_by_test_id("stMarkdownContainer").first.inner_text() for place in places
    }


def are_written(person: Visitor, places: Sequence[str]) -> None:
    """These fields and no others are the model's."""
    expect(by_model(person)).to_have_count(len(places), timeout=LONG)
    for place in places:
        expect(of(person, place)).to_contain_text(person.t("work.origin.model"))


def button(person: Visitor, key: str) -> Locator:
    return person.main.get_by_role("button", name=person.t(key), exact=True)


def is_done(person: Visitor) -> None:
    """Nothing runs and nothing is left to write."""
    expect(button(person, "work.undo")).to_be_visible(timeout=LONG)
    expect(button(person, "work.continue")).to_have_count(0, timeout=LONG)


def writes_own_homework(person: Visitor) -> None:
    """The teacher's hand in the homework, kept and closed."""
    edits_homework(person, person.page)
    writes(person.page, OWN)
    person.sees(person.t("work.edit.saved"))
    of(person, "more-homework").get_by_role("button", name=person.t("work.edit.done"), exact=True).click()
    has_own_homework(person)


def has_own_homework(person: Visitor) -> None:
    homework = of(person, "more-homework")
    expect(homework.get_by_role("textbox")).to_have_count(0, timeout=LONG)
    expect(homework).to_contain_text(OWN, timeout=LONG)
    expect(homework).to_contain_text(person.t("work.origin.teacher"))


def is_said(person: Visitor, place: Locator, *keys: str) -> None:
    """The words of these keys stand there."""
    for key in keys:
        expect(place).to_contain_text(person.t(key), timeout=PATIENCE)


def in_each_language(person: Visitor, folder: Path, name: str, place: Locator, *keys: str) -> None:
    """The same trouble in the three languages of the page, with a picture of each."""
    began = person.t.language
    for language in [*(one for one in LANGUAGES if one != began), began]:
        box = person.page.get_by_test_id("stSidebar").get_by_role("combobox")
        box.click(timeout=PATIENCE)
        person.page.get_by_role("option", name=NAMES[language], exact=True).click(timeout=PATIENCE)
        person.t = translator(language)
        expect(button(person, "work.undo")).to_be_visible(timeout=LONG)
        is_said(person, place, *keys)
        place.get_by_text(person.t(keys[-1])).first.evaluate("one => one.scrollIntoView({block: 'center'})")
        picture(person, folder, f"{name}-{language}")


def test_a_server_killed_in_a_field_has_lost_nothing_that_was_shown(browser: Browser, tmp_path: Path) -> None:
    school, shots = School(tmp_path, FieldModel(language="kk", turns={5: Turn.HOLD})), tmp_path / "shots"
    with school.teacher(browser) as person, school.model_runs():
        t = person.t
        with school.serves() as server:
            person.comes_in(TEACHER)
            submits(person)
            are_written(person, WAITING[:4])
            school.model.wait_until_held()
            shown, address = texts(person, WAITING[:4]), person.page.url
            server.kill()
            expect(person.page.get_by_test_id("stDialog")).to_be_visible(timeout=LONG)
            picture(person, shots, "killed")
        with school.serves():
            person.page.reload()
            person.sees(t("sign_in.first"))
            picture(person, shots, "asked-in")
            person.comes_in(TEACHER)
            person.opens("pages.library")
            person.main.get_by_role("button", name=re.compile("ҚМЖ")).first.click(timeout=PATIENCE)
            are_written(person, WAITING[:4])
            assert person.page.url == address
            assert texts(person, WAITING[:4]) == shown
            person.sees(CODE)
            picture(person, shots, "found-again")

            button(person, "work.continue").click(timeout=PATIENCE)
            are_written(person, WAITING)
            is_done(person)
            assert texts(person, WAITING[:4]) == shown
    school.log_holds()


@pytest.mark.slow
def test_a_rail_stops_one_field_and_the_others_and_the_teachers_own_stay(
    browser: Browser, tmp_path: Path
) -> None:
    turns = {1: Turn.HOLD, 4: Turn.LEAK, 10: Turn.LEAK}
    school, shots = School(tmp_path, FieldModel(language="ru", turns=turns)), tmp_path / "shots"
    with school.model_runs(), school.serves(), school.teacher(browser) as person:
        person.comes_in(TEACHER)
        submits(person)
        school.model.wait_until_held()
        button(person, "work.stop").click(timeout=PATIENCE)
        expect(button(person, "work.continue")).to_be_visible(timeout=LONG)
        writes_own_homework(person)
        before = of(person, "middle-stage").get_by_role("list").first.inner_text()

        button(person, "work.continue").click()
        stopped = of(person, "middle-stage")
        rest = [one for one in WAITING if one not in ("middle-stage", "more-homework")]
        are_written(person, rest)
        has_own_homework(person)
        is_said(person, stopped, "work.field.withheld", "desk.guardrails.prompt_leak")
        assert stopped.get_by_role("list").first.inner_text() == before
        assert not re.search(r"\b[0-9a-f]{16}\b", person.main.inner_text())
        shown = texts(person, rest)
        keys = ("work.field.withheld", "desk.guardrails.prompt_leak", "work.again")
        in_each_language(person, shots, "withheld", stopped, *keys)
        person.page.reload()
        is_said(person, stopped, "work.field.withheld", "work.again")

        again = stopped.get_by_role("button", name=person.t("work.again"), exact=True)
        again.click(timeout=PATIENCE)
        expect(button(person, "work.undo")).to_be_visible(timeout=LONG)
        is_said(person, stopped, "work.field.withheld", "work.again")
        again.click(timeout=PATIENCE)
        are_written(person, [one for one in WAITING if one != "more-homework"])
        is_done(person)
        has_own_homework(person)
        assert texts(person, rest) == shown
    school.log_holds()


@pytest.mark.slow
def test_a_model_that_dies_in_field_five_leaves_four_and_goes_on_when_it_is_back(
    browser: Browser, tmp_path: Path
) -> None:
    school, shots = School(tmp_path, FieldModel(language="en", turns={5: Turn.HOLD})), tmp_path / "shots"
    with school.serves(), school.teacher(browser) as person:
        with school.model_runs():
            person.comes_in(TEACHER)
            submits(person)
            are_written(person, WAITING[:4])
            school.model.wait_until_held()
            shown = texts(person, WAITING[:4])
        person.sees(person.t("desk.error.provider.cut_stream"))
        are_written(person, WAITING[:4])
        is_said(person, of(person, WAITING[4]), "work.field.failed", "work.again")
        in_each_language(person, shots, "gone", person.main, "desk.error.provider.cut_stream")
        writes_own_homework(person)

        button(person, "work.continue").click(timeout=PATIENCE)
        person.sees(person.t("desk.error.provider.connection_refused"))
        in_each_language(person, shots, "still-gone", person.main, "desk.error.provider.connection_refused")
        assert texts(person, WAITING[:4]) == shown
        has_own_homework(person)

        with school.model_runs():
            button(person, "work.continue").click(timeout=PATIENCE)
            are_written(person, [one for one in WAITING if one != "more-homework"])
            is_done(person)
        has_own_homework(person)
        assert texts(person, WAITING[:4]) == shown
    school.log_holds()
