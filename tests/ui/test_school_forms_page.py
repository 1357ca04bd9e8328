"""The page of forms: months first, words changed in place after a yes, what differs, the way back, and all of it on record."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import app.assistant.desk_tables
import app.audit.tables  # noqa: F401 - registers the tables on Base
from app.accounts import Role
from app.assistant.desk_forms import SchoolForms
from app.audit import AuditLog, Filter, Record
from app.database import Base, Database
from app.documents import Kind
from app.documents.form import Form, load
from app.errors import Forbidden
from app.i18n import LANGUAGES, translator
from app.runtime import Runtime
from app.ui.rendering import plain
from app.ui.school_forms_draft import (
    OTHER,
    Place,
    differing,
    lines_of,
    month_of,
    months,
    own_words,
    parts,
    places,
    words_at,
)
from app.ui.school_forms_rows import LONGEST_HEARD
from app.ui.words_of_entry import mono
from tests.conftest import NOON
from tests.ui.pages_scene import SCHOOL, button, context, fetching, keys, open_page, person, texts

MODULE = "app.ui.school_forms"
TRAP = "![x](https://trap.example/a) <img src=https://trap.example/b>"
TOPIC = Place(sort="label", name="header.topic")
SEPTEMBER = Place(sort="phrase", name="value.9")
HOMEWORK = Place(sort="phrase", name="homework")
SHIPPED = load(Kind.PLAN, "en")


@dataclass
class House:
    """The real service on SQLite with the forms that ship."""

    forms: SchoolForms
    log: AuditLog

    @property
    def services(self) -> dict[str, Any]:
        return {"desk": SimpleNamespace(form=self.forms.of, set_form=self.forms.change)}

    def open(self, language: str = "en") -> AppTest:
        return open_page(MODULE, self.services, person(Role.SCHOOL_ADMIN), language=language)

    def form(self, kind: Kind = Kind.PLAN, language: str = "en") -> Form:
        return self.forms.of(SCHOOL, kind, language)

    def set(self, labels: dict[str, str], phrases: dict[str, tuple[str, ...]]) -> None:
        self.forms.change(person(Role.SCHOOL_ADMIN), Kind.PLAN, "en", labels=labels, phrases=phrases)

    def records(self) -> tuple[Record, ...]:
        return self.log.search(Filter(kinds=("admin_change",)), limit=50).records


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'school.db'}")
    mine = [one for name, one in Base.metadata.tables.items() if name.startswith(("audit_", "desk_"))]
    database.write(lambda session: Base.metadata.create_all(session.connection(), tables=mine))
    runtime = Runtime(now=lambda: NOON)
    log = AuditLog(database, runtime, tmp_path / "home", app_version="0.1.0")
    log.start(threads=False)
    yield House(SchoolForms(database, log, runtime), log)
    log.close()
    database.close()


def press(at: AppTest, key: str) -> AppTest:
    """Press the button that has these words, the first from the top."""
    return next(one for one in at.button if one.label == translator("en")(key)).click().run()


def month(at: AppTest, number: int) -> Any:
    return next(one for one in at.text_input if (one.key or "").startswith(f"forms_month_{number}_"))


def box(at: AppTest, place: Place) -> Any:
    """The open box of a place."""
    boxes: list[Any] = [*at.text_input, *at.text_area]
    return next(one for one in boxes if (one.key or "").startswith(f"forms_text_{place.key}_"))


def part(at: AppTest, name: str) -> AppTest:
    return at.selectbox(key="forms_part_plan").select(name).run()


def test_an_empty_box_holds_no_sentence() -> None:
    assert lines_of("") == lines_of(" \n ") == ()
    assert lines_of(" a  b \n\n c") == ("a b", "c")


def test_a_form_as_it_ships_differs_nowhere_and_leaves_nothing_of_its_own() -> None:
    assert differing(SHIPPED, SHIPPED) == ()
    assert own_words(SHIPPED, SHIPPED, {TOPIC: words_at(SHIPPED, TOPIC)}) == ({}, {})


def test_a_change_keeps_the_other_words_of_the_school_and_drops_what_is_as_it_ships() -> None:
    form = SHIPPED.changed(school=SCHOOL, labels={"header.topic": "Theme"}, phrases={"value.9": ("Work",)})

    labels, phrases = own_words(SHIPPED, form, {TOPIC: words_at(SHIPPED, TOPIC), HOMEWORK: ("Read.",)})

    assert differing(SHIPPED, form) == (TOPIC, SEPTEMBER)
    assert (labels, phrases) == ({}, {"value.9": ("Work",), "homework": ("Read.",)})


def test_months_stand_in_the_order_of_the_school_year() -> None:
    assert list(months(SHIPPED)) == [9, 10, 11, 12, 1, 2, 3, 4, 5]
    assert not months(load(Kind.QUIZ, "en"))
    assert month_of(TOPIC) is None


@pytest.mark.parametrize("kind", Kind)
def test_every_place_of_every_form_stands_in_a_part_that_has_a_name(kind: Kind) -> None:
    form = load(kind, "kk")
    found = parts(form)

    assert {one for ones in found.values() for one in ones} == set(places(form)) - set(months(form).values())
    assert OTHER not in found
    for language in LANGUAGES:
        assert all(translator(language).has(f"school_forms.part.{part}") for part in (*found, OTHER))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_with_the_months_of_the_plan_in_the_language_of_the_screens(
    house: House, language: str
) -> None:
    t, at = translator(language), house.open(language)

    assert not at.exception
    assert month(at, 9).value == load(Kind.PLAN, language).phrases["value.9"][0]
    assert month(at, 9).label == {"kk": "Қыркүйек", "ru": "Сентябрь", "en": "September"}[language]
    assert t("school_forms.secondary") in texts(at)
    assert t("school_forms.differs.none") in texts(at)
    assert load(Kind.PLAN, language).labels["header.aim"] in texts(at)


def test_only_a_form_from_a_secondary_source_says_so_and_only_a_plan_has_months(house: House) -> None:
    at = house.open()
    at.selectbox(key="forms_kind").select(Kind.GLOSSARY).run()

    assert not at.exception
    assert translator("en")("school_forms.secondary") not in texts(at)
    assert not [one for one in at.text_input if (one.key or "").startswith("forms_month_")]
    assert load(Kind.GLOSSARY, "en").labels["column.meaning"] in texts(at)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_opens_in_every_part(house: House, kind: Kind, language: str) -> None:
    at = house.open()
    at.selectbox(key="forms_kind").select(kind)
    at.selectbox(key="forms_language").select(language).run()
    last = list(parts(load(kind, language)))[-1]
    at.selectbox(key=f"forms_part_{kind}").select(last).run()

    assert not at.exception
    assert load(kind, language).phrases["hint.topic" if kind is not Kind.CALENDAR else "hint.hours"]
    assert keys(at, "forms-open-")


@pytest.mark.parametrize("kind", Kind)
def test_who_hears_the_page_is_told_which_place_each_button_changes(house: House, kind: Kind) -> None:
    at = house.open("kk")
    at.selectbox(key="forms_kind").select(kind).run()
    labels = {
        key.removeprefix("forms-open-"): one.label
        for one in at.button
        if (key := one.key or "").startswith("forms-open-")
    }

    change, form = translator("kk")("school_forms.change"), load(kind, "kk")
    told = {one.key: plain(words_at(form, one)[0][:LONGEST_HEARD].rstrip()) for one in places(form)}
    assert labels
    for key, label in labels.items():
        assert label.startswith(f"{change} *{told[key]}")


@pytest.mark.parametrize("kind", Kind)
def test_no_place_is_shown_by_its_name_in_the_form(house: House, kind: Kind) -> None:
    at, form = house.open(), load(kind, "en")
    at.selectbox(key="forms_kind").select(kind).run()
    ids = {mono(place.name) for place in places(form)}

    for part in parts(form):
        at.selectbox(key=f"forms_part_{kind}").select(part).run()
        assert {one for one in ids if one in texts(at)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_place_is_called_by_its_part_of_the_form(house: House, language: str) -> None:
    t, own = translator(language), {"header.topic": "Жаңа тақырып"}
    house.forms.change(person(Role.SCHOOL_ADMIN), Kind.PLAN, language, labels=own, phrases={})
    at = house.open(language)

    assert mono("header.topic") not in texts(at)
    assert t("school_forms.part.labels") in [one.value for one in at.markdown]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_cannot_stand_are_told_with_the_part_of_the_form(house: House, language: str) -> None:
    t, at = translator(language), part(house.open(language), "homework")
    button(at, f"forms-open-{HOMEWORK.key}").click().run()
    box(at, HOMEWORK).input("   ")
    next(
        one for one in at.button if one.label == t("school_forms.save") and "months" not in str(one.form_id)
    ).click().run()

    assert at.warning[0].value == t("desk.form.no_sentence", place=t("school_forms.part.homework"))


def test_the_value_of_a_month_is_changed_after_a_yes_and_on_record(house: House) -> None:
    at = house.open()
    month(at, 9).input("  Diligence ")
    press(at, "school_forms.save")

    assert "September" in texts(at)
    assert "Diligence" in texts(at)
    assert house.form() == SHIPPED
    assert house.records() == ()

    button(at, "forms-yes").click().run()

    assert at.success[0].value == translator("en")("school_forms.saved")
    assert house.form().phrases["value.9"] == ("Diligence",)
    assert [one.clear["event"] for one in house.records()] == ["form_changed"]
    assert house.records()[0].clear["details"]["places"] == ["value.9"]
    assert month(at, 9).value == "Diligence"
    assert keys(at, "forms-shipped-") == [f"forms-shipped-{SEPTEMBER.key}"]


def test_no_leaves_everything_as_it_is(house: House) -> None:
    at = house.open()
    month(at, 9).input("Diligence")
    press(at, "school_forms.save")
    button(at, "forms-no").click().run()

    assert house.form() == SHIPPED
    assert house.records() == ()
    assert not keys(at, "forms-yes")


def test_a_month_without_a_value_is_named(house: House) -> None:
    at = house.open()
    month(at, 2).input("  ")
    press(at, "school_forms.save")

    assert at.warning[0].value == translator("en")("school_forms.months.empty", months="February")
    assert not keys(at, "forms-yes")


def test_saving_without_a_change_asks_nothing(house: House) -> None:
    at = press(house.open(), "school_forms.save")

    assert translator("en")("school_forms.same") in [one.value for one in at.info]
    assert not keys(at, "forms-yes")


def test_a_label_is_changed_in_its_place(house: House) -> None:
    at = house.open()
    button(at, f"forms-open-{TOPIC.key}").click().run()
    assert box(at, TOPIC).value == SHIPPED.labels["header.topic"]

    box(at, TOPIC).input("Theme")
    saves = [one for one in at.button if one.label == translator("en")("school_forms.save")]
    saves[-1].click().run()
    button(at, "forms-yes").click().run()

    assert house.form().labels["header.topic"] == "Theme"
    assert not [one for one in at.text_input if (one.key or "").startswith("forms_text_")]


@pytest.mark.parametrize(
    ("text", "key", "facts"),
    [
        ("", "desk.form.no_sentence", {"place": "Homework"}),
        ("Read.", "desk.form.kept", {"place": "Homework", "kept": "{topic}"}),
        ("About {topic} by {pupil}.", "desk.form.places", {"place": "Homework", "known": "{topic}"}),
    ],
)
def test_sentences_that_lose_their_places_are_refused_in_words_and_stay_in_the_box(
    house: House, text: str, key: str, facts: dict[str, str]
) -> None:
    at = part(house.open(), "homework")
    button(at, f"forms-open-{HOMEWORK.key}").click().run()
    box(at, HOMEWORK).input(text)
    [one for one in at.button if one.label == translator("en")("school_forms.save")][-1].click().run()

    assert at.warning[0].value.replace("\\", "").replace("\u2060", "") == translator("en")(key, **facts)
    assert box(at, HOMEWORK).value == text
    assert not keys(at, "forms-yes")
    assert house.records() == ()


def test_what_the_school_changed_goes_back_one_by_one_and_all_at_once(house: House) -> None:
    house.set({"header.topic": "Theme"}, {"value.9": ("Work",), "value.10": ("Peace",)})
    at = house.open()
    assert translator("en").plural("school_forms.differs.count", 3) in texts(at)

    button(at, f"forms-shipped-{SEPTEMBER.key}").click().run()
    button(at, "forms-yes").click().run()
    assert house.form().phrases["value.9"] == SHIPPED.phrases["value.9"]
    assert house.form().labels["header.topic"] == "Theme"

    button(at, "forms-reset").click().run()
    button(at, "forms-yes").click().run()
    assert house.form() == SHIPPED
    assert sorted(one.clear["event"] for one in house.records()) == [
        "form_changed",
        "form_changed",
        "form_reset",
    ]


def test_a_change_elsewhere_is_kept_and_one_of_the_same_place_stops_the_change(house: House) -> None:
    at = house.open()
    month(at, 9).input("Diligence")
    press(at, "school_forms.save")
    house.set({}, {"value.10": ("Peace",)})
    button(at, "forms-yes").click().run()
    assert house.form().phrases["value.9"] == ("Diligence",)
    assert house.form().phrases["value.10"] == ("Peace",)

    month(at, 9).input("Honesty")
    press(at, "school_forms.save")
    house.set({}, {"value.9": ("Courage",)})
    button(at, "forms-yes").click().run()

    assert at.warning[0].value == translator("en")("desk.form.elsewhere")
    assert house.form().phrases["value.9"] == ("Courage",)


def test_another_form_forgets_what_was_open_and_asked(house: House) -> None:
    at = house.open()
    month(at, 9).input("Diligence")
    press(at, "school_forms.save")
    at.selectbox(key="forms_language").select("kk").run()

    assert not keys(at, "forms-yes")
    assert month(at, 9).value == load(Kind.PLAN, "kk").phrases["value.9"][0]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SCHOOL_ADMIN])
def test_who_is_no_admin_sees_no_form(house: House, role: Role) -> None:
    with pytest.raises(Forbidden):
        importlib.import_module(MODULE).render(context(house.services, person(role)))


def test_hostile_words_are_drawn_as_text(house: House) -> None:
    house.set({"header.topic": TRAP}, {"value.9": (TRAP,), "safety": (TRAP, "| x | `y`")})

    at = part(house.open(), "support")

    assert not at.exception
    assert fetching(at) == set()
