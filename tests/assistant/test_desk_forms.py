"""A school's own words in its forms: set by its admin alone, on record, sealed, and never more than words."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts import Role
from app.assistant.desk_forms import check
from app.documents import Kind
from app.documents.form import load
from app.documents.value import Stage
from app.errors import BadArgument, Forbidden
from tests.assistant.desk_room import SCHOOL, Room, brief, form, teacher
from tests.conftest import StillClock

ADMIN = teacher(9, role=Role.SCHOOL_ADMIN)
OWN = {"middle.stage": "Сабақтың ортасы (біздіңше)"}
PRAISE: dict[str, tuple[str, ...]] = {"praise": ("Жарайсың, {name}!", "Тамаша!")}


def changed(room: Room, labels: dict[str, str] = OWN, phrases: dict[str, tuple[str, ...]] = PRAISE) -> None:
    room.desk.set_form(ADMIN, Kind.PLAN, "kk", labels=labels, phrases=phrases)


def test_a_school_that_said_nothing_has_the_form_that_ships(room: Room) -> None:
    assert room.desk.form(SCHOOL, Kind.PLAN, "kk") == form(Kind.PLAN, "kk")
    assert room.desk.form(None, Kind.PLAN, "kk") == form(Kind.PLAN, "kk")


def test_what_the_admin_sets_stands_in_the_next_document_of_that_school_alone(room: Room) -> None:
    before = room.desk.start(room.teacher, brief())
    changed(room)
    after = room.desk.start(room.teacher, brief())

    assert after.field("middle.stage").label == OWN["middle.stage"]
    end = after.field("end.stage").value
    assert isinstance(end, Stage)
    assert end.teacher == ("Жарайсың, class!", "Тамаша!")
    assert room.desk.open(room.teacher, before.id).field("middle.stage").label == "M"
    for school, kind, language in (
        ("school-18", Kind.PLAN, "kk"),
        (SCHOOL, Kind.QUIZ, "kk"),
        (SCHOOL, Kind.PLAN, "ru"),
    ):
        assert room.desk.form(school, kind, language) == form(kind, language)
    assert room.desk.form(SCHOOL, Kind.PLAN, "kk").school == SCHOOL


def test_a_form_is_reset_to_what_ships(room: Room) -> None:
    changed(room)

    assert room.desk.reset_form(ADMIN, Kind.PLAN, "kk") == form(Kind.PLAN, "kk")
    assert room.desk.form(SCHOOL, Kind.PLAN, "kk") == form(Kind.PLAN, "kk")


def test_each_change_is_on_record_without_its_words_and_no_change_is_none(
    room: Room, clock: StillClock
) -> None:
    changed(room)
    changed(room)
    clock.move(seconds=1)
    room.desk.reset_form(ADMIN, Kind.PLAN, "kk")

    first, second = room.records("admin_change")
    assert (first.clear["event"], second.clear["event"]) == ("form_changed", "form_reset")
    assert first.clear["after_digest"] == second.clear["before_digest"]
    assert first.clear["role"] == "school_admin"
    assert first.clear["details"] == {"document_kind": "plan", "places": ["middle.stage", "praise"]}
    assert "біздіңше".encode() not in first.body


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SCHOOL_ADMIN])
def test_nobody_but_the_admin_changes_a_form_and_the_attempt_is_on_record(room: Room, role: Role) -> None:
    with pytest.raises(Forbidden):
        room.desk.set_form(teacher(3, role=role), Kind.PLAN, "kk", labels=OWN, phrases={})

    assert room.desk.form(SCHOOL, Kind.PLAN, "kk") == form(Kind.PLAN, "kk")
    (record,) = room.records("auth")
    assert record.clear["details"]["permission"] == "school:forms:change"


@pytest.mark.parametrize(
    ("labels", "phrases"),
    [
        ({"middle.nothing": "x"}, {}),
        ({}, {"blame": ("x",)}),
        ({"middle.stage": "  "}, {}),
        ({}, {"praise": ("Well done, {pupil}!",)}),
        ({}, {"praise": ("{name.__class__}",)}),
        ({}, {"praise": ("{name!r}",)}),
        ({}, {"praise": ("{name:>999999999}",)}),
        ({}, {"praise": ("{0}",)}),
        ({}, {"praise": ("{}",)}),
        ({}, {"praise": ("{name",)}),
        ({}, {"praise": ()}),
        ({}, {"praise": ("  ",)}),
        ({}, {"praise": ("Well done!",)}),  # the name is lost
        ({"middle.stage": "ұ" * 60_000}, {}),
    ],
)
def test_a_form_takes_no_place_that_it_does_not_have(
    room: Room, labels: dict[str, str], phrases: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(BadArgument):
        changed(room, labels, phrases)
    assert room.records("admin_change") == ()


def test_the_words_of_a_school_are_stored_sealed_and_gone_with_their_keys(room: Room) -> None:
    changed(room)

    def everything(session: Session) -> str:
        return str([tuple(row) for row in session.execute(text("SELECT * FROM desk_form"))])

    assert "біздіңше" not in room.database.read(everything)
    room.database.write(lambda session: session.execute(text("DELETE FROM audit_key")))
    assert room.desk.form(SCHOOL, Kind.PLAN, "kk") == form(Kind.PLAN, "kk")


def test_a_label_keeps_its_number_and_a_rubric_its_levels() -> None:
    plan, rubric = load(Kind.PLAN, "ru"), load(Kind.RUBRIC, "ru")
    levels = rubric.phrases["result.levels"]

    check(plan, {"middle.task.n": "Работа {n}"}, {})
    check(rubric, {}, {"result.levels": tuple(f"{one}!" for one in levels)})
    for given, labels, phrases in (
        (plan, {"middle.task.n": "Работа"}, {}),
        (rubric, {}, {"result.levels": levels[:-1]}),
        (rubric, {}, {"result.levels": (*levels, "x")}),
    ):
        with pytest.raises(BadArgument):
            check(given, labels, phrases)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_form_that_ships_keeps_the_rules_that_a_school_has_to_keep(kind: Kind, language: str) -> None:
    shipped = load(kind, language)

    check(shipped, shipped.labels, shipped.phrases)
