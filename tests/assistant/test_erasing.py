"""Who may ask for an erasure of what, who decides, and what of a teacher's work is gone afterwards."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from app.accounts import Grant, Principal, Role, demo
from app.accounts.changing import Operator
from app.assistant.erasing import Wish
from app.audit import Basis, Filter, Held, Scope, State
from app.errors import BadArgument, Conflict, Forbidden, NotFound
from tests.assistant.conftest import House
from tests.assistant.people import asks, person, teacher

WHY = "The teacher asked for it in writing"
YES = "The request is in order"
SCHOOL = demo.SCHOOL


@pytest.fixture
def admin(house: House) -> Principal:
    return person(house, 1)


def test_a_teachers_own_texts_go_after_a_second_person_agreed(house: House, approver: Principal) -> None:
    who, approvals = teacher(house, "leaver"), house.services.approvals
    conversation, _ = asks(house, who)
    wish = Wish(person_id=who.person_id)
    before = approvals.losses(who, wish)
    request = approvals.ask_to_erase(who, wish, basis=Basis.PERSON_ASKED, reason=WHY)

    assert before.exchanges == 1
    assert before.conversations == 1
    assert house.services.conversations.lines(who) != ()
    assert approvals.losses_of(approver, request) == before
    decided = approvals.approve(approver, request, reason=YES)
    assert approvals.state(decided) is State.APPROVED
    assert house.services.conversations.lines(who) == ()
    (turn,) = house.services.conversations.open(who, conversation)
    assert turn.question == turn.answer == ""
    after = approvals.losses(who, wish)
    assert (after.exchanges, after.conversations) == (0, 0)
    assert house.services.audit.verify().status == "ok"
    again, _ = asks(house, who)
    assert [line.id for line in house.services.conversations.lines(who)] == [again]


def test_an_admin_asks_for_a_person_of_the_school_and_for_nobody_elses(
    house: House, admin: Principal, approver: Principal
) -> None:
    approvals = house.services.approvals
    near, far = teacher(house, "near-teacher"), teacher(house, "far-teacher", "far-school")
    asks(house, near)
    request = approvals.ask_to_erase(
        admin, Wish(person_id=near.person_id), basis=Basis.LEFT_SCHOOL, reason=WHY
    )

    waiting = {one.request_id: one for one in approvals.waiting(approver)}
    assert waiting[request].basis is Basis.LEFT_SCHOOL
    assert waiting[request].role == "school_admin"
    assert waiting[request].words == WHY
    with pytest.raises(NotFound):
        approvals.losses(admin, Wish(person_id=far.person_id))
    with pytest.raises(NotFound):
        approvals.ask_to_erase(admin, Wish(person_id=UUID(int=3)), basis=Basis.MISTAKE, reason=WHY)


@pytest.mark.parametrize("number", [2, 3, 4], ids=lambda number: demo.PEOPLE[number].identifier)
def test_no_auditor_approver_or_operator_asks_for_an_erasure(house: House, number: int) -> None:
    one, approvals = person(house, number), house.services.approvals
    who = teacher(house, "near-teacher")
    _, record = asks(house, who)
    wishes = (
        Wish(person_id=who.person_id),
        Wish(person_id=one.person_id),
        Wish(record_id=record.record_id),
        Wish(before=house.services.runtime.now() - timedelta(days=400)),
    )

    for wish in wishes:
        with pytest.raises(Forbidden):
            approvals.losses(one, wish)
        with pytest.raises(Forbidden):
            approvals.ask_to_erase(one, wish, basis=Basis.MISTAKE, reason=WHY)


def test_a_teacher_asks_for_the_own_record_only(house: House) -> None:
    approvals = house.services.approvals
    one, other = teacher(house, "near-teacher"), teacher(house, "other-teacher")
    _, record = asks(house, one)

    assert approvals.losses(one, Wish(record_id=record.record_id)).exchanges == 1
    with pytest.raises(Forbidden):
        approvals.losses(other, Wish(record_id=record.record_id))
    with pytest.raises(Forbidden):
        approvals.losses(other, Wish(person_id=one.person_id))
    with pytest.raises(Forbidden):
        approvals.losses(other, Wish(before=house.services.runtime.now() - timedelta(days=400)))


@pytest.mark.parametrize("days", [0, 182])
def test_texts_younger_than_half_a_year_do_not_go_by_age(house: House, admin: Principal, days: int) -> None:
    wish = Wish(before=house.services.runtime.now() - timedelta(days=days))

    with pytest.raises(BadArgument):
        house.services.approvals.losses(admin, wish)
    old = Wish(before=house.services.runtime.now() - timedelta(days=184))
    assert house.services.approvals.losses(admin, old).keys == 0


def test_somebody_of_no_school_erases_nobodys_texts_by_age(house: House) -> None:
    house.services.accounts.add_person(
        Operator(),
        issuer=demo.ISSUER,
        identifier="admin-outside",
        name="Дәурен Қайратұлы",
        school=None,
        grants=(Grant(role=Role.SCHOOL_ADMIN, scope=SCHOOL),),
        reason="test",
    )
    admin, approvals = house.services.person(f"{demo.ISSUER}|admin-outside"), house.services.approvals
    wish = Wish(before=house.services.runtime.now() - timedelta(days=400))

    for ask in (approvals.losses, partial(approvals.ask_to_erase, basis=Basis.MISTAKE, reason=WHY)):
        with pytest.raises(BadArgument, match="of one school"):
            ask(admin, wish)


def test_texts_of_several_schools_need_an_approver_of_all_of_them(house: House, approver: Principal) -> None:
    who, approvals, accounts = teacher(house, "mover"), house.services.approvals, house.services.accounts
    conversation, record = asks(house, who)
    accounts.add_person(
        Operator(),
        issuer=demo.ISSUER,
        identifier="approver-of-one-school",
        name="Дәурен Қайратұлы",
        school="far-school",
        grants=(Grant(role=Role.SECOND_APPROVER, scope="far-school"),),
        reason="test",
    )
    far = house.services.person(f"{demo.ISSUER}|approver-of-one-school")
    request = house.services.audit.requests.ask_to_erase(
        actor=demo.subject(demo.PEOPLE[1]),
        role="school_admin",
        scope=Scope(school="far-school", pseudonym=record.pseudonym, before=house.services.runtime.now()),
        basis=Basis.LEFT_SCHOOL,
        words=WHY,
    )

    with pytest.raises(Forbidden) as refused:
        approvals.approve(far, request, reason=YES)
    assert refused.value.words.key == "erasure.cannot.other_schools"
    assert request in {one.request_id for one in approvals.waiting(far)}
    (turn,) = house.services.conversations.open(who, conversation)
    assert turn.question
    approvals.approve(approver, request, reason=YES)
    (turn,) = house.services.conversations.open(who, conversation)
    assert turn.question == ""


@pytest.mark.parametrize("wish", [Wish(), Wish(person_id=UUID(int=1), record_id=UUID(int=2))])
def test_exactly_one_thing_is_named(house: House, admin: Principal, wish: Wish) -> None:
    with pytest.raises(BadArgument):
        house.services.approvals.losses(admin, wish)


def test_a_held_teacher_is_not_erased_until_the_hold_is_lifted(
    house: House, admin: Principal, approver: Principal
) -> None:
    who, approvals = teacher(house, "held-teacher"), house.services.approvals
    asks(house, who)
    pseudonym = house.services.audit.pseudonym(who.subject)
    hold = approvals.place_hold(
        approver, Held(school=SCHOOL, pseudonym=pseudonym), reason="A court case is open"
    )
    request = approvals.ask_to_erase(
        admin, Wish(person_id=who.person_id), basis=Basis.LEFT_SCHOOL, reason=WHY
    )

    assert approvals.losses_of(approver, request).held > 0
    with pytest.raises(Conflict):
        approvals.approve(approver, request, reason=YES)
    assert request in {one.request_id for one in approvals.waiting(approver)}
    with pytest.raises(Forbidden):
        approvals.place_hold(admin, Held(school=SCHOOL), reason="I should not be able to")
    with pytest.raises(Forbidden):
        approvals.lift_hold(admin, hold, reason="I should not be able to")
    approvals.lift_hold(approver, hold, reason="The court has decided")
    with pytest.raises(Conflict):
        approvals.lift_hold(approver, hold, reason="The court has decided")
    approvals.approve(approver, request, reason=YES)
    assert house.services.conversations.lines(who) == ()
    (made,) = [one for one in approvals.holds(approver) if one.hold_id == hold]
    assert not made.in_force
    assert made.words == "A court case is open"


def test_a_dry_run_is_on_record_and_so_is_a_refusal(
    house: House, admin: Principal, approver: Principal
) -> None:
    approvals, who = house.services.approvals, teacher(house, "near-teacher")
    approvals.losses(admin, Wish(person_id=who.person_id))
    look = house.services.audit.search(Filter(kinds=("audit_read",)), limit=1).records[0]
    request = approvals.ask_to_erase(admin, Wish(person_id=who.person_id), basis=Basis.MISTAKE, reason=WHY)
    approvals.refuse(approver, request, reason="There is no written request")
    said = house.services.audit.search(Filter(kinds=("admin_change",)), limit=1).records[0]

    assert look.clear["purpose"] == "erasure_dry_run"
    assert said.clear["event"] == "erasure_refused"
    assert said.clear["details"]["asked_by"] == house.services.audit.pseudonym(admin.subject)
