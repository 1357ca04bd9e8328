"""The page of the second approver, and asking for an erasure: each sentence, each press, and no name of anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from app.assistant.approvals import PAGE
from app.assistant.erasing import Wish
from app.audit import Basis, Decision, Held, Hold, Request, RequestKind, Scope
from app.errors import Conflict, Forbidden
from app.runtime import Runtime
from tests.conftest import NOON
from tests.ui.shell_scene import LOST, Scene, press, text

WHY = "Checking a complaint ![x](https://elsewhere.example)"


def script() -> None:
    from uuid import UUID

    import streamlit as st

    from app import bootstrap
    from app.accounts import Principal, demo
    from app.i18n import translator
    from app.ui import approvals, erasure_panel, notice
    from app.ui.context import Context, ScreenWords

    services = bootstrap.services()
    person = st.session_state.get("who", "demo-approver")
    who = services.accounts.act_as(f"{demo.ISSUER}|{person}")
    assert isinstance(who, Principal)
    words = ScreenWords(translator(st.session_state.get("tongue", "en")))
    context = Context(services=services, principal=who, refused=None, translator=words)
    page = {"demo-approver": approvals.render, "demo-teacher": notice.render}.get(person)
    part = st.session_state.get("part")
    if part == "school":
        erasure_panel.of_school(context)
    elif part == "record":
        erasure_panel.of_record(context, UUID(int=9))
    elif page is None:
        erasure_panel.of_person(context, who.person_id)
    else:
        page(context)


@pytest.fixture
def scene(tmp_path: Path, runtime: Runtime) -> Iterator[Scene]:
    made = Scene(tmp_path, runtime)
    yield made
    made.close()


def show(person: str = "demo-approver", tongue: str = "en", **state: object) -> AppTest:
    at = AppTest.from_function(script, default_timeout=30)
    for name, value in {"who": person, "tongue": tongue, **state}.items():
        at.session_state[name] = value
    return at.run()


def request(number: int, kind: RequestKind = RequestKind.OPEN, *, decided: bool = False) -> Request:
    erases = kind is RequestKind.ERASE
    decision = Decision(
        approved=True,
        decided_by="b" * 64,
        words="It is on file",
        decided_at=NOON,
        until=None if erases else NOON + timedelta(days=7),
        record_id=UUID(int=99),
    )
    return Request(
        request_id=UUID(int=number),
        kind=kind,
        asked_by="a" * 64,
        role="school_admin" if erases else "auditor",
        school="samal-demo",
        basis=Basis.LEFT_SCHOOL if erases else None,
        scope=Scope(school="samal-demo", pseudonym="c" * 64 if erases else None, person_id=UUID(int=4)),
        days=7,
        words=WHY,
        made_at=NOON,
        record_id=UUID(int=50 + number),
        targets=() if erases else tuple(UUID(int=100 + n) for n in range(7)),
        decision=decision if decided else None,
    )


def hold(*, lifted: bool = False) -> Hold:
    return Hold(
        hold_id=UUID(int=70),
        about=Held(pseudonym="c" * 64, since=NOON),
        placed_by="b" * 64,
        placed_at=NOON,
        words="A court case is open",
        lifted_by="b" * 64 if lifted else None,
        lifted_at=NOON if lifted else None,
    )


def test_nothing_waits_in_an_empty_school(scene: Scene) -> None:
    at = show()

    assert not at.exception
    assert "No request waits for a decision." in text(at)
    assert "No request has been decided yet." in text(show(approvals_section="decided"))
    assert "There is no hold." in text(show(approvals_section="holds"))


def test_a_request_says_who_what_and_why_and_draws_its_words_as_text(scene: Scene) -> None:
    scene.approvals.requests = [request(1)]
    shown = text(show())

    assert "`aaaaaaaaaaaaaaaa` · Auditor" in shown
    assert "7 records" in shown
    assert "+ 2" in shown
    assert "7 days" in shown
    assert "Samal demonstration school · `samal-demo`" in shown
    assert "![x](https" not in shown


@pytest.mark.parametrize(("label", "call"), [("Approve", "approve"), ("Refuse", "refuse")])
def test_a_decision_goes_with_its_reason_and_is_said(scene: Scene, label: str, call: str) -> None:
    scene.approvals.requests = [request(1)]
    at = show()
    at.text_area[0].set_value("The complaint is on file")
    press(at, label)

    assert scene.approvals.calls == [(call, (UUID(int=1), "The complaint is on file"))]
    assert at.success


def test_a_decision_that_somebody_made_already_is_said_calmly(scene: Scene) -> None:
    scene.approvals.requests = [request(1)]
    scene.approvals.error = Conflict("decided", key="approvals.cannot.decided")
    at = show()
    press(at, "Approve")

    assert at.warning[0].value == "This request has already been decided."


def test_an_erasure_is_counted_before_it_is_decided(scene: Scene) -> None:
    scene.approvals.requests = [request(2, RequestKind.ERASE)]
    at = show()
    assert scene.approvals.calls == []
    press(at, "Show what would be erased")

    assert scene.approvals.calls == [("losses_of", UUID(int=2))]
    assert "Drafts of documents | 1" in text(at)
    assert "left the school" in text(at)
    assert "for ever" in text(at)


def test_what_was_decided_says_by_whom_and_until_when(scene: Scene) -> None:
    scene.approvals.requests = [request(1, decided=True), request(2, RequestKind.ERASE, decided=True)]
    shown = text(show(approvals_section="decided"))

    assert "It is on file" in shown
    assert "Allowed until" in shown
    assert "`bbbbbbbbbbbbbbbb`" in shown


def test_a_hold_is_placed_by_a_receipt_and_lifted_with_a_reason(scene: Scene) -> None:
    scene.approvals.kept = [hold(), hold(lifted=True)][:1]
    at = show(approvals_section="holds")
    at.text_input(key="hold_code").set_value("7WD9-R000-0000")
    at.text_area(key="hold_reason").set_value("A court has asked for it")
    press(at, "Place the hold")
    press(at, "Lift the hold")

    assert scene.approvals.calls[:2] == [
        ("record_named", "7WD9-R000-0000"),
        ("place_hold", (Held(record_id=UUID(int=9)), "A court has asked for it")),
    ]
    assert scene.approvals.calls[2][0] == "lift_hold"


def test_half_a_pseudonym_is_refused(scene: Scene) -> None:
    at = show(approvals_section="holds")
    at.text_input(key="hold_pseudonym").set_value("abc")
    press(at, "Place the hold")

    assert at.warning[0].value == "A pseudonym has 64 characters."
    assert scene.approvals.calls == []


def test_a_teacher_asks_for_the_own_texts_below_the_notice(scene: Scene) -> None:
    scene.answer_notice("demo-teacher")
    at = show("demo-teacher")
    me = scene.principal("demo-teacher").person_id
    press(at, "Show what would be erased")
    assert "Chats | 1" in text(at)
    at.text_area(key="erasure_reason_own").set_value("I leave the school in June")
    press(at, "Ask for the erasure")

    assert scene.approvals.calls == [
        ("losses", Wish(person_id=me)),
        ("ask_to_erase", (Wish(person_id=me), Basis.PERSON_ASKED, "I leave the school in June")),
    ]
    assert "Nothing is erased before they decide." in text(at)


def test_nobody_without_an_answered_notice_sees_the_panel(scene: Scene) -> None:
    assert "Ask for the erasure" not in [button.label for button in show("demo-teacher").button]


def test_an_admin_chooses_a_ground_and_sees_what_was_asked_before(scene: Scene) -> None:
    scene.approvals.error = Forbidden("no", key="approvals.cannot.own")
    at = show("demo-admin")
    assert [box.label for box in at.selectbox] == ["Ground"]
    press(at, "Show what would be erased")

    assert at.warning


def test_an_admin_names_one_answer_by_its_receipt(scene: Scene) -> None:
    at = show("demo-admin", part="school")
    at.text_input(key="erasure_receipt").set_value("7WD9-R000-0000")
    at.text_area(key="erasure_reason_receipt").set_value("A pupil is named in it")
    press(at, "Ask for the erasure")

    wish = Wish(record_id=UUID(int=9))
    assert scene.approvals.calls == [
        ("wish_for_record", "7WD9-R000-0000"),
        ("ask_to_erase", (wish, Basis.PERSON_ASKED, "A pupil is named in it")),
    ]


def test_an_admin_names_a_day_of_the_schools_own_time_and_none_is_refused(scene: Scene) -> None:
    at = show("demo-admin", part="school", erasure_by="age")
    press(at, "Show what would be erased")
    assert at.warning[0].value == "Name one person, one record or an age."
    at.date_input(key="erasure_before").set_value(date(2026, 1, 1))
    press(at, "Show what would be erased")

    (call,) = scene.approvals.calls
    assert call == ("losses", Wish(before=datetime(2025, 12, 31, 19, tzinfo=UTC)))


@pytest.mark.parametrize("tongue", ["kk", "ru", "en"])
def test_what_a_hold_keeps_is_said_in_the_dry_run(scene: Scene, tongue: str) -> None:
    scene.approvals.lost = replace(LOST, held=2)
    at = show("demo-teacher", tongue, part="record")
    at.button[0].click().run()

    assert scene.approvals.calls == [("losses", Wish(record_id=UUID(int=9)))]
    assert "2" in at.warning[0].value


@pytest.mark.parametrize("part", ["school", "record"])
def test_an_auditor_is_offered_no_erasure(scene: Scene, part: str) -> None:
    assert not show("demo-auditor", part=part).button


@pytest.mark.parametrize("section", ["waiting", "decided"])
def test_more_than_a_page_is_reached_by_next_and_back(scene: Scene, section: str) -> None:
    decided = section == "decided"
    scene.approvals.requests = [request(n, decided=decided) for n in range(1, PAGE + 2)]
    at = show(approvals_section=section)
    assert f"Requests 1–{PAGE}" in text(at)
    press(at, "Next")
    assert f"Requests {PAGE + 1}–{PAGE + 1}" in text(at)
    press(at, "Previous")
    assert f"Requests 1–{PAGE}" in text(at)
    press(at, "Next")
    scene.approvals.requests.pop()
    at.run()
    assert "Requests " not in text(at)
    assert text(at).count("7 records") == PAGE


@pytest.mark.parametrize("tongue", ["kk", "ru"])
@pytest.mark.parametrize("section", ["waiting", "decided", "holds"])
def test_every_section_has_its_words(scene: Scene, tongue: str, section: str) -> None:
    scene.approvals.requests = [request(1), request(2, RequestKind.ERASE), request(3, decided=True)]
    scene.approvals.kept = [hold(), hold(lifted=True)][1:]

    assert not show(tongue=tongue, approvals_section=section).exception
