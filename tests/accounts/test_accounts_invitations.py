"""Invitations: a code made by an admin lets one person in, once and in time; everything else is refused, on record."""

import pytest

from app.accounts import Accounts, Grant, Principal, Refused, Role
from app.accounts.changing import Operator
from app.accounts.claims import LONGEST
from app.accounts.invitations import LIVES, MOST_WRONG, WrongCode
from app.errors import Forbidden, NotFound, UstazError
from tests.accounts.conftest import ISSUER, Notebook, claims, enter
from tests.conftest import StillClock


@pytest.fixture
def admin(accounts: Accounts, clock: StillClock) -> Principal:
    return enter(accounts, "admin", clock.now())


def invited(accounts: Accounts, admin: Principal, *roles: Role) -> str:
    return accounts.invite(
        admin, name="Ойдан Жаңа", roles=roles or (Role.TEACHER,), reason="жаңа мұғалім"
    ).code


def comes(accounts: Accounts, clock: StillClock, identifier: str = "new") -> None:
    """Sign in for the first time, and be refused as unknown."""
    assert isinstance(accounts.current(claims(identifier, clock.now())), Refused)


def test_nobody_is_invited_at_first(accounts: Accounts, admin: Principal) -> None:
    assert accounts.invitations(admin) == ()


def test_whoever_types_the_code_is_a_person_of_the_school_at_their_next_action(
    accounts: Accounts, admin: Principal, clock: StillClock, notebook: Notebook
) -> None:
    code = invited(accounts, admin, Role.TEACHER, Role.SCHOOL_ADMIN)
    comes(accounts, clock)

    accounts.join(claims("new", clock.now()), f" {code.lower()} ")

    who = enter(accounts, "new", clock.now())
    assert (who.name, who.school) == ("Ойдан Жаңа", "first")
    assert who.roles == {Role.TEACHER, Role.SCHOOL_ADMIN}
    assert accounts.invitations(admin) == ()
    assert {"person_invited", "person_joined"} <= set(notebook.events("admin_change"))
    assert all("Ойдан" not in str(entry.clear) and code not in str(entry) for entry in notebook.entries)


def test_letters_that_look_alike_are_read_alike(
    accounts: Accounts, admin: Principal, clock: StillClock
) -> None:
    code = invited(accounts, admin).replace("-", " ").replace("0", "o").replace("1", "l")
    comes(accounts, clock)

    accounts.join(claims("new", clock.now()), code)

    assert enter(accounts, "new", clock.now()).roles == {Role.TEACHER}


def test_a_code_lets_one_person_in(accounts: Accounts, admin: Principal, clock: StillClock) -> None:
    code = invited(accounts, admin)
    comes(accounts, clock)
    comes(accounts, clock, "other")
    accounts.join(claims("new", clock.now()), code)

    with pytest.raises(WrongCode):
        accounts.join(claims("other", clock.now()), code)


def test_a_code_that_is_too_old_or_withdrawn_lets_nobody_in(
    accounts: Accounts, admin: Principal, clock: StillClock, notebook: Notebook
) -> None:
    old = invited(accounts, admin)
    clock.move(seconds=LIVES.total_seconds())
    admin = enter(accounts, "admin", clock.now(), nonce="later")
    withdrawn = invited(accounts, admin)
    (open_one,) = accounts.invitations(admin)
    accounts.withdraw(admin, open_one.id)
    comes(accounts, clock)

    for code in (old, withdrawn, "", "nonsense"):
        with pytest.raises(WrongCode):
            accounts.join(claims("new", clock.now()), code)
        assert notebook.last.clear["reason"] == "bad_invitation"
    assert "invitation_withdrawn" in notebook.events()


def test_after_some_wrong_codes_a_right_one_is_not_looked_at_in_this_sign_in(
    accounts: Accounts, admin: Principal, clock: StillClock, notebook: Notebook
) -> None:
    code = invited(accounts, admin)
    comes(accounts, clock)
    for _ in range(MOST_WRONG):
        with pytest.raises(WrongCode):
            accounts.join(claims("new", clock.now()), "wrong")
    recorded = len(notebook.entries)

    with pytest.raises(WrongCode) as refused:
        accounts.join(claims("new", clock.now()), code)
    assert refused.value.words.key == "accounts.cannot.codes"
    assert len(notebook.entries) == recorded
    clock.move(minutes=1)
    again = claims("new", clock.now(), nonce="n2")
    assert isinstance(accounts.current(again), Refused)
    accounts.join(again, code)
    assert enter(accounts, "new", clock.now(), nonce="n2").roles == {Role.TEACHER}


@pytest.mark.parametrize("identifier", ["teacher", "auditor", "stranger"])
def test_nobody_but_an_admin_invites_sees_or_withdraws(
    accounts: Accounts, admin: Principal, clock: StillClock, identifier: str
) -> None:
    invited(accounts, admin)
    (open_one,) = accounts.invitations(admin)
    who = enter(accounts, identifier, clock.now())

    for attempt in (
        lambda: accounts.invite(who, name="Ойдан", roles={Role.TEACHER}, reason="себеп"),
        lambda: accounts.invitations(who),
        lambda: accounts.withdraw(who, open_one.id),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_an_invitation_of_another_school_is_as_unknown_as_none(
    accounts: Accounts, admin: Principal, clock: StillClock
) -> None:
    invited(accounts, admin)
    (open_one,) = accounts.invitations(admin)
    grants = [Grant(role=Role.SCHOOL_ADMIN, scope="second")]
    accounts.add_person(
        Operator(), issuer=ISSUER, identifier="head", name="Ойдан", school="second", grants=grants
    )
    head = enter(accounts, "head", clock.now())

    assert accounts.invitations(head) == ()
    with pytest.raises(NotFound):
        accounts.withdraw(head, open_one.id)


@pytest.mark.parametrize(
    ("name", "roles", "reason", "key"),
    [
        ("  ", {Role.TEACHER}, "себеп", "accounts.cannot.no_name"),
        ("а" * (LONGEST + 1), {Role.TEACHER}, "себеп", "accounts.cannot.no_name"),
        ("Ойдан", set(), "себеп", "accounts.cannot.no_role"),
        ("Ойдан", {Role.TEACHER}, " ", "accounts.cannot.no_reason"),
        ("Ойдан", {Role.AUDITOR}, "себеп", "accounts.cannot.role"),
    ],
)
def test_an_incomplete_invitation_is_not_made(
    accounts: Accounts, admin: Principal, name: str, roles: set[Role], reason: str, key: str
) -> None:
    with pytest.raises(UstazError) as refused:
        accounts.invite(admin, name=name, roles=roles, reason=reason)

    assert refused.value.words.key == key
    assert accounts.invitations(admin) == ()


def test_a_person_who_is_known_joins_nowhere(accounts: Accounts, admin: Principal, clock: StillClock) -> None:
    code = invited(accounts, admin)
    enter(accounts, "stranger", clock.now())

    with pytest.raises(Forbidden):
        accounts.join(claims("stranger", clock.now()), code)


def test_without_a_sign_in_that_was_seen_here_a_code_is_nothing(
    accounts: Accounts, admin: Principal, clock: StillClock
) -> None:
    code = invited(accounts, admin)

    with pytest.raises(Forbidden):
        accounts.join(claims("new", clock.now()), code)
