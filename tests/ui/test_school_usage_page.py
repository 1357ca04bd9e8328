"""Limits and usage: numbers of nobody in particular, a preview before a change, and a change on record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

import app.tables  # noqa: F401 - registers every table on Base
from app.accounts import Role
from app.audit.receipt import code_of
from app.capacity import Budgets, SchoolBudgets, SchoolUsage
from app.database import Base, Database
from app.errors import Forbidden
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui.school_usage_charts import WIDTH, bar
from tests.conftest import NOON
from tests.registry.lists import entry, registry
from tests.routing.lists import Held
from tests.ui.pages_scene import SCHOOL, context, fetching, open_page, person, texts
from tests.ui.test_school_models_page import LEAF, Recorder, named

PAGE = "app.ui.school_usage"
OWN = "urn:test:model:own"


@dataclass
class House:
    database: Database
    recorder: Recorder
    budgets: Budgets
    limits: SchoolBudgets
    usage: SchoolUsage
    undone: dict[str, int] = field(default_factory=dict)

    def open(self, language: str = "en", role: Role = Role.SCHOOL_ADMIN) -> AppTest:
        return open_page(PAGE, self.services, person(role), language=language)

    @property
    def services(self) -> dict[str, object]:
        held = Held(registry(entry(OWN, names=named("Own"))))
        audit = SimpleNamespace(receipt=self.recorder.receipt)
        return {
            "school_budgets": self.limits,
            "usage": self.usage,
            "registry": held,
            "audit": audit,
            "unmasked": SimpleNamespace(counts=lambda person, days: self.undone),
        }

    def note(self, outcome: str = "answered", task: str = "answer", entry_id: str | None = OWN) -> None:
        self.usage.note(
            SCHOOL,
            entry_id=entry_id,
            language="kk",
            task=task,
            outcome=outcome,
            input_tokens=900,
            output_tokens=100,
        )

    def spend(self, calls: int) -> None:
        who = Runtime(now=lambda: NOON).new_id()
        for _ in range(calls):
            self.budgets.take(SCHOOL, who, tokens=1000, cost=0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'school.db'}")
    database.write(lambda session: Base.metadata.create_all(session.connection()))
    recorder, runtime = Recorder(), Runtime(now=lambda: NOON)
    yield House(
        database,
        recorder,
        Budgets(database, runtime),
        SchoolBudgets(database, recorder, runtime),
        SchoolUsage(database, recorder, runtime),
    )
    database.close()


def press(at: AppTest, key: str, language: str = "en") -> AppTest:
    label = translator(language)(key)
    return next(one for one in at.button if one.label == label).click().run()


def fill(at: AppTest, **boxes: str) -> AppTest:
    for shown in at.text_input:
        for name, value in boxes.items():
            if (shown.key or "").startswith(f"usage_{name}"):
                shown.set_value(value)
    return at


def test_a_bar_of_nothing_is_empty_and_one_of_little_is_seen() -> None:
    assert bar([], 10) == ""
    assert bar([("green", 0)], 10) == ""
    assert bar([("green", 1)], 1000) == ":green[█]"
    assert bar([("green", 10)], 10).count("█") == WIDTH


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_that_asked_nothing_is_told_so(house: House, language: str) -> None:
    at = house.open(language)

    assert not at.exception
    assert translator(language)("school_usage.none") in texts(at)
    assert translator(language)("school_usage.unmasked.none") in [one.value for one in at.caption]


def test_masks_that_were_undone_are_counted(house: House) -> None:
    house.undone.update(figure=3, word=1)
    at = house.open("kk")

    assert translator("kk").plural("school_usage.unmasked.times", 4) in texts(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_counted_by_outcome_day_model_and_work(house: House, language: str) -> None:
    for outcome in ("answered", "answered", "refused", "failed"):
        house.note(outcome)
    house.note("stopped", task="write.quiz.item")
    house.note("refused", entry_id=None)
    t = translator(language)

    drawn = texts(house.open(language))

    assert f"{t('school_usage.outcome.answered')}: **2**" in drawn
    assert f"{t('school_usage.outcome.held')}: **2**" in drawn
    assert f"{t('school_usage.outcome.stopped')}: **1**" in drawn
    assert date(NOON.year, NOON.month, NOON.day).strftime("%d.%m") in drawn
    for words in ("Own", t("school_usage.no_model"), t("documents.kind.quiz"), t("registry.language.kk")):
        assert f"| {words} |" in drawn


def test_what_was_used_today_stands_beside_the_limit(house: House) -> None:
    house.spend(3)
    t = translator("en")
    at = house.open()
    assert t("school_usage.used", used="3") in texts(at)

    fill(at, whole_requests="10", each_tokens="5000", reason="month plan")
    press(at, "school_usage.save")

    drawn = texts(at)
    assert code_of(LEAF) in at.success[0].value
    assert t("school_usage.used_of", used="3", most="10") in drawn
    assert t("school_usage.each.tokens", most="5,000") in drawn
    assert [one.clear["event"] for one in house.recorder.entries] == ["budget_changed"]


@pytest.mark.parametrize(
    ("boxes", "key"),
    [
        ({"whole_requests": "2"}, "school_usage.stops.school"),
        ({"whole_requests": "50"}, "school_usage.stops.nobody"),
    ],
)
def test_a_preview_says_what_would_stop_and_changes_nothing(
    house: House, boxes: dict[str, str], key: str
) -> None:
    house.spend(3)
    at = fill(house.open(), **boxes)

    press(at, "school_usage.preview")

    assert translator("en")(key) in texts(at)
    assert house.recorder.entries == []


def test_a_preview_counts_the_people_whom_it_would_stop(house: House) -> None:
    house.spend(3)
    house.spend(1)
    at = fill(house.open(), each_requests="2")

    press(at, "school_usage.preview")

    assert translator("en").plural("school_usage.stops.people", 1) in texts(at)


@pytest.mark.parametrize(
    ("boxes", "key"),
    [
        ({"whole_requests": "many", "reason": "r"}, "school_usage.not_a_number"),
        ({"whole_requests": "-1", "reason": "r"}, "school_usage.not_a_number"),
        ({"whole_requests": "5"}, "capacity.change.no_reason"),
    ],
)
def test_what_cannot_be_set_is_said_and_not_saved(house: House, boxes: dict[str, str], key: str) -> None:
    at = fill(house.open(), **boxes)

    press(at, "school_usage.save")

    assert translator("en")(key) in texts(at)
    assert house.recorder.entries == []


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUDITOR])
def test_who_is_no_admin_is_refused_by_the_service(house: House, role: Role) -> None:
    import importlib

    with pytest.raises(Forbidden):
        importlib.import_module(PAGE).render(context(house.services, person(role)))


def test_a_task_or_model_that_nobody_worded_is_drawn_as_text(house: House) -> None:
    house.note(task="![x](https://trap.example)", entry_id="![x](https://trap.example/a)")

    assert fetching(house.open()) == set()
