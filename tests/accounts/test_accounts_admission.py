"""Who is let in, for how long, and what is recorded of it."""

from typing import Any

import pytest
from sqlalchemy import update

from app.accounts import Accounts, Permission, Principal, Reason, Refused, Role
from app.accounts.tables import GrantRow
from app.database import Database
from app.errors import Forbidden, NotRecorded
from tests.accounts.conftest import ISSUER, Notebook, claims, enter
from tests.conftest import StillClock


def reason(found: Principal | Refused) -> Reason:
    assert isinstance(found, Refused)
    return found.reason


def test_a_known_person_is_let_in_with_roles_and_school(accounts: Accounts, clock: StillClock) -> None:
    admin = enter(accounts, "admin", clock.now())

    assert admin.roles == {Role.TEACHER, Role.SCHOOL_ADMIN}
    assert admin.school == "first"
    assert admin.school_names["kk"] == "Бірінші мектеп"
    assert admin.subject == f"{ISSUER}|admin"


def test_a_sign_in_is_recorded_once_and_settled_actions_only_read(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    for _ in range(5):
        enter(accounts, "teacher", clock.now())
    again = accounts.sign_in(claims("teacher", clock.now()))

    assert isinstance(again, Principal)
    assert notebook.events() == ["signed_in"]
    assert notebook.last.actor == f"{ISSUER}|teacher"
    assert notebook.last.school == "first"


def test_a_second_sign_in_is_another_record(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    enter(accounts, "teacher", clock.now())
    enter(accounts, "teacher", clock.now(), nonce="n2")

    assert notebook.events() == ["signed_in", "signed_in"]


def test_no_record_no_entry(accounts: Accounts, notebook: Notebook, clock: StillClock) -> None:
    notebook.broken = True

    with pytest.raises(NotRecorded):
        accounts.current(claims("teacher", clock.now()))
    notebook.broken = False
    enter(accounts, "teacher", clock.now())
    assert notebook.events() == ["signed_in"]


def test_an_unknown_person_is_refused_and_recorded_once(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    for _ in range(3):
        found = accounts.current(claims("nobody", clock.now()))
        assert reason(found) is Reason.UNKNOWN

    assert notebook.events() == ["refused"]
    assert notebook.last.clear["reason"] == "unknown"


def test_the_issuer_is_part_of_who_somebody_is(accounts: Accounts, clock: StillClock) -> None:
    found = accounts.current(claims("teacher", clock.now(), iss="https://other.example.kz"))

    assert reason(found) is Reason.UNKNOWN


def test_an_e_mail_or_a_role_in_the_token_gives_nothing(accounts: Accounts, clock: StillClock) -> None:
    found = enter(
        accounts, "teacher", clock.now(), email="admin@example.kz", roles=["auditor"], role="auditor"
    )

    assert found.roles == {Role.TEACHER}


@pytest.mark.parametrize(
    ("hours", "let_in"),
    [
        (9.99, True),  # young
        (10.01, False),  # old
    ],
)
@pytest.mark.parametrize("claim", ["iat", "auth_time"])
def test_a_session_ends_after_ten_hours(
    accounts: Accounts, clock: StillClock, hours: float, let_in: bool, claim: str
) -> None:
    token = claims("teacher", clock.now(), auth_time=int(clock.now().timestamp()))
    clock.move(hours=hours)
    if claim == "auth_time":  # a fresh token for an old authentication
        token["iat"] = int(clock.now().timestamp())

    found = accounts.current(token)

    assert isinstance(found, Principal) is let_in
    if not let_in:
        assert reason(found) is Reason.EXPIRED


BAD: list[dict[str, Any]] = [
    {"iss": None},
    {"iss": ""},
    {"iss": "a|b"},  # would make iss|sub ambiguous
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": " teacher"},
    {"sub": "teacher\n"},
    {"sub": "x" * 600},
    {"iat": None},
    {"iat": "1790000000"},
    {"iat": True},
    {"iat": -5},
    {"iat": 1e300},
    {"iat": float("nan")},
    {"auth_time": "yesterday"},
]


@pytest.mark.parametrize("wrong", BAD)
def test_malformed_claims_are_refused_and_recorded(
    accounts: Accounts, notebook: Notebook, clock: StillClock, wrong: dict[str, Any]
) -> None:
    found = accounts.current(claims("teacher", clock.now()) | wrong)

    assert reason(found) is Reason.BAD_CLAIMS
    assert notebook.events() == ["refused"]


def test_a_token_from_the_future_is_refused(accounts: Accounts, clock: StillClock) -> None:
    token = claims("teacher", clock.now())
    clock.move(minutes=-5)

    assert reason(accounts.current(token)) is Reason.FUTURE


def test_suspending_shuts_out_at_the_next_action_in_every_tab(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    admin = enter(accounts, "admin", clock.now())
    first, second = (
        enter(accounts, "teacher", clock.now()),
        enter(accounts, "teacher", clock.now(), nonce="n2"),
    )
    person = next(p for p in accounts.people(admin) if p.person_id == first.person_id)

    suspended = accounts.suspend(admin, person.person_id, reason="тексеру", version=person.version)

    assert reason(accounts.current(claims("teacher", clock.now()))) is Reason.SUSPENDED
    assert reason(accounts.recheck(second)) is Reason.SUSPENDED
    assert notebook.events("auth")[-2:] == ["refused", "refused"]

    accounts.reinstate(admin, person.person_id, reason="тексерілді", version=suspended.version)
    assert isinstance(accounts.recheck(second), Principal)
    enter(accounts, "teacher", clock.now())


def test_sign_out_ends_the_sign_in_in_all_tabs_and_only_it(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    here = enter(accounts, "teacher", clock.now())
    elsewhere = enter(accounts, "teacher", clock.now(), nonce="other browser")

    accounts.sign_out(here)

    assert reason(accounts.current(claims("teacher", clock.now()))) is Reason.ENDED
    assert isinstance(accounts.recheck(elsewhere), Principal)
    assert "signed_out" in notebook.events()


def test_an_unknown_role_gives_nothing(accounts: Accounts, database: Database, clock: StillClock) -> None:
    teacher = enter(accounts, "teacher", clock.now())
    change = update(GrantRow).where(GrantRow.person_id == teacher.person_id).values(role="headmaster")
    database.write(lambda session: session.execute(change))

    assert reason(accounts.recheck(teacher)) is Reason.NO_ROLE


def test_recheck_ends_a_session_that_grew_old(accounts: Accounts, clock: StillClock) -> None:
    teacher = enter(accounts, "teacher", clock.now())
    clock.move(hours=10, minutes=1)

    assert reason(accounts.recheck(teacher)) is Reason.EXPIRED


def test_old_sessions_are_forgotten(accounts: Accounts, clock: StillClock, notebook: Notebook) -> None:
    token = claims("teacher", clock.now())
    enter(accounts, "teacher", clock.now())
    clock.move(hours=30)
    enter(accounts, "teacher", clock.now())

    assert reason(accounts.current(token)) is Reason.EXPIRED


def test_the_command_line_acts_as_a_known_person_and_it_is_recorded(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    found = accounts.act_as(f"{ISSUER}|teacher")

    assert isinstance(found, Principal)
    assert found.may(Permission.OWN_EXCHANGE_ASK)
    assert notebook.last.clear == {"event": "acted_as", "means": "command_line"}
    still = accounts.recheck(found)
    assert isinstance(still, Principal)
    assert still.may(Permission.OWN_EXCHANGE_ASK)
    assert reason(accounts.act_as(f"{ISSUER}|nobody")) is Reason.UNKNOWN


def test_a_denied_attempt_is_recorded_and_raised(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    teacher = enter(accounts, "teacher", clock.now())

    with pytest.raises(Forbidden):
        accounts.require(teacher, Permission.ALL_LOG_READ)

    assert notebook.last.clear["event"] == "denied"
    assert notebook.last.clear["permission"] == "all:log:read"


def test_a_language_choice_lasts(accounts: Accounts, clock: StillClock) -> None:
    teacher = enter(accounts, "teacher", clock.now())
    assert teacher.language is None

    accounts.set_language(teacher, "ru")

    assert enter(accounts, "teacher", clock.now()).language == "ru"


def test_no_name_stands_in_the_clear_part_of_any_record(
    accounts: Accounts, notebook: Notebook, clock: StillClock
) -> None:
    admin = enter(accounts, "admin", clock.now())
    teacher = enter(accounts, "teacher", clock.now())
    accounts.suspend(admin, teacher.person_id, reason="Ойдан teacher", version=1)

    clear = repr([(entry.clear, entry.school, entry.role) for entry in notebook.entries])

    assert "Ойдан" not in clear
    assert "Ойдан" not in repr(admin)


def test_broken_sign_ins_are_recorded_with_their_number(accounts: Accounts, notebook: Notebook) -> None:
    accounts.note_broken_sign_ins(3)

    assert notebook.last.kind == "auth"
    assert notebook.last.clear == {"event": "refused", "reason": "bad_token", "count": 3}
