"""The notice comes before the first question, is answered by version, and every answer is recorded."""

import pytest

from app.accounts import Accounts, Permission, Principal
from app.accounts.notice import VERSION
from app.errors import Conflict, NotRecorded
from tests.accounts.conftest import Notebook, enter
from tests.conftest import StillClock


@pytest.fixture
def teacher(accounts: Accounts, clock: StillClock) -> Principal:
    return enter(accounts, "teacher", clock.now())


def test_nobody_asks_before_the_notice(accounts: Accounts, teacher: Principal) -> None:
    assert not accounts.notice(teacher).answered
    assert not teacher.may(Permission.OWN_EXCHANGE_ASK)
    assert not teacher.reach(Permission.OWN_EXCHANGE_ASK).covers("first")
    assert teacher.may(Permission.ALL_CURRICULUM_READ)


def test_accepting_opens_asking_and_is_recorded(
    accounts: Accounts, teacher: Principal, notebook: Notebook, clock: StillClock
) -> None:
    state = accounts.accept_notice(teacher, VERSION, "kk")

    assert state.accepted
    assert state.at == clock.now()
    assert notebook.last.clear == {"event": "notice_accepted", "version": VERSION, "language": "kk"}
    assert enter(accounts, "teacher", clock.now()).may(Permission.OWN_EXCHANGE_ASK)


def test_refusing_keeps_asking_shut_until_accepted(
    accounts: Accounts, teacher: Principal, notebook: Notebook, clock: StillClock
) -> None:
    state = accounts.refuse_notice(teacher, VERSION, "ru")

    assert state.answered
    assert not state.accepted
    assert not enter(accounts, "teacher", clock.now()).may(Permission.OWN_EXCHANGE_ASK)
    accounts.accept_notice(teacher, VERSION, "ru")
    assert notebook.events()[-2:] == ["notice_refused", "notice_accepted"]
    assert enter(accounts, "teacher", clock.now()).may(Permission.OWN_EXCHANGE_ASK)


def test_an_answer_to_another_version_is_not_taken(accounts: Accounts, teacher: Principal) -> None:
    with pytest.raises(Conflict):
        accounts.accept_notice(teacher, "2020-01", "kk")

    assert not accounts.notice(teacher).answered


def test_no_record_no_acceptance(accounts: Accounts, teacher: Principal, notebook: Notebook) -> None:
    notebook.broken = True

    with pytest.raises(NotRecorded):
        accounts.accept_notice(teacher, VERSION, "kk")

    assert not accounts.notice(teacher).answered


def test_a_new_version_asks_again_and_names_the_earlier_one(
    accounts: Accounts, teacher: Principal, monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    accounts.accept_notice(teacher, VERSION, "kk")
    monkeypatch.setattr("app.accounts.notices.VERSION", "2999-01")
    monkeypatch.setattr("app.accounts.admission.VERSION", "2999-01")

    state = accounts.notice(teacher)

    assert not state.answered
    assert state.earlier == VERSION
    assert not enter(accounts, "teacher", clock.now()).may(Permission.OWN_EXCHANGE_ASK)
