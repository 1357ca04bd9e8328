"""Inviting on the people page, and the box on the sign-in page where an invited person types the code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.accounts import Role
from app.runtime import Runtime
from tests.ui.shell_scene import Scene, press, text
from tests.ui.test_people_page import script


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    made = Scene(tmp_path, runtime)
    yield made
    made.close()


@pytest.fixture
def at(scene: Scene) -> AppTest:
    return AppTest.from_function(script, default_timeout=30).run()


def invite(at: AppTest, name: str = "Ойдан Жаңа", reason: str = "жаңа мұғалім") -> AppTest:
    at.text_input(key="people_invite_name").set_value(name)
    at.text_input(key="people_invite_reason").set_value(reason)
    return press(at, "Make a code")


def test_a_code_is_shown_once_and_the_person_is_waited_for(scene: Scene, at: AppTest) -> None:
    invite(at)

    (code,) = [block.value for block in at.code]
    assert len(code.replace("-", "")) == 20
    assert "Ойдан Жаңа: the invitation is ready" in text(at)
    assert "Not yet joined" in text(at)
    assert at.text_input(key="people_invite_name").value == ""
    at.run()
    assert not at.code
    assert "Not yet joined" in text(at)


def test_an_invitation_without_a_reason_is_told(at: AppTest) -> None:
    invite(at, reason=" ")

    assert "reason" in at.warning[0].value
    assert not at.code


def test_an_invitation_is_withdrawn(scene: Scene, at: AppTest) -> None:
    invite(at)

    press(at, "Withdraw")

    assert "withdrawn" in at.success[0].value
    assert "Not yet joined" not in text(at)


def test_whoever_types_the_code_lands_in_the_school(scene: Scene, at: AppTest) -> None:
    code = invite(at).code[0].value
    newcomer = scene.open("newcomer", notice=False)
    assert "invitation code" in text(newcomer)

    newcomer.text_input(key="invitation_code").set_value("wrong")
    press(newcomer, "Join the school")
    assert "does not work" in newcomer.warning[0].value
    newcomer.text_input(key="invitation_code").set_value(code.lower())
    press(newcomer, "Join the school")

    assert not newcomer.exception
    assert scene.principal("newcomer").roles == {Role.TEACHER}
    assert "Ойдан Жаңа" in "".join(one.value for one in newcomer.sidebar.markdown)


def test_a_person_who_is_suspended_is_offered_no_box_for_a_code(scene: Scene) -> None:
    admin = scene.principal("demo-admin")
    (teacher,) = [one for one in scene.accounts.people(admin) if one.identifier == "demo-teacher"]
    scene.accounts.suspend(admin, teacher.person_id, reason="себеп", version=teacher.version)

    assert "suspended" in text(opened := scene.open("demo-teacher", notice=False))
    assert not opened.text_input
