"""Content is read by two persons or by nobody: who may ask, who may decide, for how long, and what stays on record."""

from collections.abc import Callable
from uuid import UUID

import pytest

from app.accounts import Principal, Role, demo
from app.assistant import Question
from app.assistant.events import Done
from app.audit import Filter, Record, State
from app.errors import BadArgument, Conflict, Forbidden, NotFound
from tests.assistant.conftest import House
from tests.assistant.people import added, person

QUESTION = "Құпия сұрақ: бөлшектерді қалай салыстырамыз?"
WHY = "Checking a complaint about an answer"
Answered = Callable[[], Record]


@pytest.fixture
def record(house: House) -> Record:
    """The end of an answered question."""
    events = house.services.assistant.ask(house.teacher, Question(text=QUESTION, language="kk"))
    receipt = next(event.receipt for event in events if isinstance(event, Done))
    found = house.services.audit.find(receipt.record_id)
    assert found is not None
    return found


def newest(house: House, kind: str) -> Record:
    return house.services.audit.search(Filter(kinds=(kind,)), limit=1).records[0]


def test_content_opens_after_a_second_person_approved_and_each_look_is_on_record_first(
    house: House, auditor: Principal, approver: Principal, record: Record
) -> None:
    approvals = house.services.approvals
    with pytest.raises(Forbidden):
        approvals.content(auditor, [record.record_id])
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=WHY)
    assert newest(house, "admin_change").clear["details"]["request"] == str(request)
    with pytest.raises(Forbidden):
        approvals.content(auditor, [record.record_id])
    assert request in {one.request_id for one in approvals.waiting(approver)}

    decided = approvals.approve(approver, request, reason="The complaint is on file")
    texts = approvals.content(auditor, [record.record_id])

    assert approvals.state(decided) is State.APPROVED
    assert [one.record.kind for one in texts] == ["asked", "closed"]
    assert texts[0].text is not None
    assert texts[0].text["raw"] == QUESTION
    look = newest(house, "audit_read").clear
    assert look["purpose"] == "content"
    assert look["target"] == str(record.record_id)
    assert look["details"]["requests"] == [str(request)]
    assert request in {one.request_id for one in approvals.decided(approver)}
    assert record.record_id in approvals.open_to(auditor)


def test_what_was_asked_and_said_is_read_again_by_both(
    house: House, auditor: Principal, approver: Principal, record: Record
) -> None:
    approvals = house.services.approvals
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=f"  {WHY}\n ")
    approvals.refuse(approver, request, reason="The clear part answers this")
    mine = next(one for one in approvals.mine(auditor) if one.request_id == request)

    assert mine.words == WHY
    assert mine.targets == (record.record_id,)
    assert mine.asked_by == house.services.audit.pseudonym(auditor.subject)
    assert mine.decision is not None
    assert mine.decision.words == "The clear part answers this"
    assert approvals.state(mine) is State.REFUSED
    with pytest.raises(Forbidden):
        approvals.content(auditor, [record.record_id])


def test_an_approval_is_for_its_auditor_and_its_records_only(
    house: House, auditor: Principal, approver: Principal, record: Record
) -> None:
    approvals = house.services.approvals
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=WHY)
    approvals.approve(approver, request, reason="The complaint is on file")
    other = added(house, "second-auditor", Role.AUDITOR, "*")
    sign_in = newest(house, "auth")

    with pytest.raises(Forbidden):
        approvals.content(other, [record.record_id])
    with pytest.raises(Forbidden):
        approvals.content(auditor, [record.record_id, sign_in.record_id])
    with pytest.raises(NotFound):
        approvals.content(auditor, [UUID(int=7)])
    with pytest.raises(Forbidden):
        approvals.content(auditor, [])


@pytest.mark.parametrize("words", ["", "  too   \n few ", "x" * 501])
def test_nobody_asks_or_decides_without_words(
    house: House, auditor: Principal, approver: Principal, record: Record, words: str
) -> None:
    approvals = house.services.approvals
    with pytest.raises(BadArgument):
        approvals.ask_to_open(auditor, [record.record_id], purpose=words)
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=WHY)

    for decide in (approvals.approve, approvals.refuse):
        with pytest.raises(BadArgument):
            decide(approver, request, reason=words)


def test_a_request_is_decided_once(
    house: House, auditor: Principal, approver: Principal, record: Record
) -> None:
    approvals = house.services.approvals
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=WHY)
    approvals.refuse(approver, request, reason="Not needed for this")

    with pytest.raises(Conflict):
        approvals.approve(approver, request, reason="On second thoughts, yes")


@pytest.mark.parametrize("who", [0, 1, 3, 4], ids=lambda number: demo.PEOPLE[number].identifier)
def test_nobody_but_an_auditor_asks_and_nobody_but_an_approver_decides(
    house: House, auditor: Principal, record: Record, who: int
) -> None:
    approvals = house.services.approvals
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=WHY)
    one = person(house, who)

    with pytest.raises(Forbidden):
        approvals.ask_to_open(one, [record.record_id], purpose=WHY)
    with pytest.raises(Forbidden):
        approvals.content(one, [record.record_id])
    if who != 3:
        for look in (approvals.waiting, approvals.decided):
            with pytest.raises(Forbidden):
                look(one)
        with pytest.raises(Forbidden):
            approvals.approve(one, request, reason="I should not be able to")
    with pytest.raises(Forbidden):
        approvals.approve(auditor, request, reason="I should not be able to")


def test_an_approver_of_one_school_decides_there_only(
    house: House, auditor: Principal, record: Record
) -> None:
    approvals = house.services.approvals
    far = added(house, "far-approver", Role.SECOND_APPROVER, "far-school")
    near = added(house, "near-approver", Role.SECOND_APPROVER, demo.SCHOOL)
    request = approvals.ask_to_open(auditor, [record.record_id], purpose=WHY)

    assert request not in {one.request_id for one in approvals.waiting(far)}
    with pytest.raises(Forbidden):
        approvals.approve(far, request, reason="Another school's matter")
    assert request in {one.request_id for one in approvals.waiting(near)}
    assert approvals.approve(near, request, reason="The complaint is on file").decision is not None
