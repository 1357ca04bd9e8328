"""The people page: list, search, add, roles, suspend and reinstate, each with its sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Grant, Principal, Role, demo
from app.accounts.repository import Person
from app.runtime import Runtime
from tests.ui.shell_scene import Scene, press, text


def script() -> None:
    from app import bootstrap
    from app.accounts import Principal, demo
    from app.i18n import translator
    from app.ui import people
    from app.ui.context import Context, ScreenWords

    services = bootstrap.services()
    who = services.accounts.act_as(f"{demo.ISSUER}|demo-admin")
    assert isinstance(who, Principal)
    words = ScreenWords(translator("en"))
    people.render(Context(services=services, principal=who, refused=None, translator=words))


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    made = Scene(tmp_path, runtime)
    yield made
    made.close()


@pytest.fixture
def at(scene: Scene) -> AppTest:
    return AppTest.from_function(script, default_timeout=30).run()


def teacher(scene: Scene) -> Person:
    people = scene.accounts.people(scene.principal("demo-admin"))
    return next(person for person in people if person.identifier == "demo-teacher")


def fill(at: AppTest, label: str, value: str) -> None:
    next(field for field in at.text_input if field.label == label and not field.value).set_value(value)


def test_the_people_of_the_school_stand_there_with_their_roles(at: AppTest) -> None:
    shown = text(at)

    assert not at.exception
    assert "2 people" in shown
    assert "**Айгерім Сапарқызы**" in shown
    assert "Teacher · School administrator · demo-admin · this is you" in shown
    assert "Динара" not in shown  # an auditor is not of the school


def test_one_cannot_change_oneself(at: AppTest) -> None:
    assert [button.label for button in at.button].count("Change") == 1


def test_suspending_and_reinstating_with_a_reason(scene: Scene, at: AppTest) -> None:
    press(at, "Change")
    at.text_input(key=f"reason_{teacher(scene).person_id}").set_value("ұзақ демалыс")
    press(at, "Suspend access")

    assert at.success[0].value == "Access is suspended."
    assert teacher(scene).status == "suspended"
    assert scene.records.events()[-1] != ""
    press(at, "Change")
    at.text_input(key=f"reason_{teacher(scene).person_id}").set_value("оралды")
    press(at, "Reinstate access")
    assert teacher(scene).status == "active"
    assert {"person_suspended", "person_reinstated"} <= set(scene.records.events())


def test_without_a_reason_nothing_changes_and_the_page_says_so(scene: Scene, at: AppTest) -> None:
    press(at, "Change")

    press(at, "Suspend access")

    assert "reason" in at.warning[0].value
    assert teacher(scene).status == "active"


def test_roles_are_saved(scene: Scene, at: AppTest) -> None:
    person = teacher(scene)
    press(at, "Change")
    at.checkbox(key=f"role_school_admin_{person.person_id}").check()
    at.text_input(key=f"reason_{person.person_id}").set_value("орынбасар болды")

    press(at, "Save roles")

    assert at.success[0].value == "Roles are saved."
    assert {grant.role for grant in teacher(scene).grants} == {Role.TEACHER, Role.SCHOOL_ADMIN}


def test_only_roles_that_a_school_gives_are_offered(at: AppTest) -> None:
    press(at, "Change")

    assert {box.label for box in at.checkbox} == {"Teacher", "School administrator"}


def test_a_change_by_somebody_else_meanwhile_is_told(scene: Scene, at: AppTest) -> None:
    person = teacher(scene)
    press(at, "Change")
    at.text_input(key=f"reason_{person.person_id}").set_value("себеп")
    original = scene.accounts.suspend

    def overtaken(by: Principal, person_id: object, *, reason: str, version: int) -> Person:
        return original(by, person.person_id, reason=reason, version=version - 1)

    scene.services.accounts.suspend = overtaken
    press(at, "Suspend access")

    assert "Somebody else changed" in at.warning[0].value


def test_a_person_is_added_and_can_sign_in(scene: Scene, at: AppTest) -> None:
    at.text_input(key="people_add_name").set_value("Ойдан Мұғалім")
    at.text_input(key="people_add_identifier").set_value("new-1")
    at.text_input(key="people_add_reason").set_value("жаңа мұғалім")

    press(at, "Add")

    assert "can sign in now" in at.success[0].value
    assert scene.principal("new-1").roles == {Role.TEACHER}
    assert "3 people" in text(at)


def test_a_known_identifier_is_told(at: AppTest) -> None:
    at.text_input(key="people_add_name").set_value("Ойдан")
    at.text_input(key="people_add_identifier").set_value("demo-auditor")

    press(at, "Add")

    assert "already known" in at.warning[0].value


def test_a_hostile_name_is_drawn_as_text(scene: Scene, at: AppTest) -> None:
    admin = scene.principal("demo-admin")
    scene.accounts.add_person(
        admin,
        issuer=demo.ISSUER,
        identifier="x-1",
        name="![x](http://trap.example/a) :red[y]",
        school=demo.SCHOOL,
        grants=[Grant(role=Role.TEACHER, scope=demo.SCHOOL)],
    )

    shown = text(at.run())

    assert "![x](http" not in shown
    assert "`http://trap.example/a)`" in shown


def test_many_people_are_paged_and_searched(scene: Scene, at: AppTest) -> None:
    admin = scene.principal("demo-admin")
    for number in range(45):
        scene.accounts.add_person(
            admin,
            issuer=demo.ISSUER,
            identifier=f"p-{number:02}",
            name=f"Ойдан {number:02}",
            school=demo.SCHOOL,
            grants=[Grant(role=Role.TEACHER, scope=demo.SCHOOL)],
        )
    at.run()
    assert "47 people" in text(at)
    assert [button.label for button in at.button].count("Change") in (19, 20)

    at.selectbox(key="people_page").select(2).run()
    assert [button.label for button in at.button].count("Change") == 7

    at.text_input(key="people_words").set_value("ойдан 07")
    press(at, "Find")
    assert "1 person" in text(at)
    at.text_input(key="people_words").set_value("ешкім")
    press(at, "Find")
    assert "Nobody matches" in at.info[0].value
