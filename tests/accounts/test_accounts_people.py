"""Adding people, changing roles, suspending: scoped to the school, recorded, never one's own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from app.accounts import EVERYWHERE, Accounts, Grant, Principal, Role
from app.accounts.changing import Operator
from app.accounts.repository import Person
from app.errors import Conflict, Forbidden, NotFound, NotRecorded, UstazError
from tests.accounts.conftest import ISSUER, NAMES, Notebook, enter
from tests.conftest import StillClock


@pytest.fixture
def admin(accounts: Accounts, clock: StillClock) -> Principal:
    return enter(accounts, "admin", clock.now())


def of(accounts: Accounts, admin: Principal, identifier: str) -> Person:
    return next(person for person in accounts.people(admin) if person.identifier == identifier)


def stranger_id(accounts: Accounts, clock: StillClock) -> UUID:
    return enter(accounts, "stranger", clock.now()).person_id


def test_an_admin_sees_the_people_of_their_school_only(accounts: Accounts, admin: Principal) -> None:
    assert {person.identifier for person in accounts.people(admin)} == {"teacher", "admin"}


@pytest.mark.parametrize("identifier", ["teacher", "auditor", "stranger"])
def test_nobody_else_lists_people(
    accounts: Accounts, clock: StillClock, notebook: Notebook, identifier: str
) -> None:
    with pytest.raises(Forbidden):
        accounts.people(enter(accounts, identifier, clock.now()))

    assert notebook.events()[-1] == "denied"


def test_an_added_person_is_let_in_and_it_is_recorded(
    accounts: Accounts, admin: Principal, notebook: Notebook, clock: StillClock
) -> None:
    added = accounts.add_person(
        admin,
        issuer=ISSUER,
        identifier="new",
        name="Ойдан  Жаңа",
        school="first",
        grants=[Grant(role=Role.TEACHER, scope="first")],
        reason="жаңа мұғалім",
    )
    entry = notebook.last

    assert entry.kind == "admin_change"
    assert entry.clear["event"] == "person_added"
    assert entry.clear["person"] == str(added)
    assert entry.clear["after"] == {"status": "active", "roles": ["teacher@first"]}
    assert entry.role == "school_admin"
    assert entry.sealed == {"subject": f"{ISSUER}|new", "reason": "жаңа мұғалім"}
    assert enter(accounts, "new", clock.now()).roles == {Role.TEACHER}
    assert of(accounts, admin, "new").name == "Ойдан Жаңа"


Change = Callable[[Accounts, Principal, Person], object]
CHANGES: dict[str, Change] = {
    "suspend": lambda a, by, p: a.suspend(by, p.person_id, reason="себеп", version=p.version),
    "reinstate": lambda a, by, p: a.reinstate(by, p.person_id, reason="себеп", version=p.version),
    "roles": lambda a, by, p: a.change_roles(
        by, p.person_id, {Role.TEACHER}, reason="себеп", version=p.version
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_recorded_in_its_own_transaction(
    accounts: Accounts, admin: Principal, notebook: Notebook, name: str
) -> None:
    before = of(accounts, admin, "teacher")
    notebook.broken = True

    with pytest.raises(NotRecorded):
        CHANGES[name](accounts, admin, before)

    notebook.broken = False
    assert of(accounts, admin, "teacher") == before
    CHANGES[name](accounts, admin, before)
    assert notebook.last.kind == "admin_change"
    assert notebook.last.clear["person"] == str(before.person_id)
    assert notebook.last.sealed == {"reason": "себеп"}
    assert of(accounts, admin, "teacher").version == before.version + 1


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_changes_themselves(
    accounts: Accounts, admin: Principal, notebook: Notebook, name: str
) -> None:
    with pytest.raises(Forbidden) as refused:
        CHANGES[name](accounts, admin, of(accounts, admin, "admin"))

    assert refused.value.words.key == "accounts.cannot.self"
    assert notebook.events()[-1] == "denied"


@pytest.mark.parametrize("name", CHANGES)
def test_a_person_of_another_school_is_as_unknown_as_nobody(
    accounts: Accounts, admin: Principal, notebook: Notebook, clock: StillClock, runtime: object, name: str
) -> None:
    teacher = of(accounts, admin, "teacher")
    errors = []
    for person_id in (stranger_id(accounts, clock), UUID(int=7)):
        person = Person(
            **{
                field: getattr(teacher, field)
                for field in Person.__dataclass_fields__
                if field != "person_id"
            },
            person_id=person_id,
        )
        with pytest.raises(NotFound) as refused:
            CHANGES[name](accounts, admin, person)
        errors.append((str(refused.value), refused.value.words))
        assert notebook.events()[-1] == "denied"

    assert errors[0] == errors[1]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("identifier", ["teacher", "stranger", "auditor"])
def test_nobody_but_an_admin_changes_people(
    accounts: Accounts, admin: Principal, clock: StillClock, notebook: Notebook, name: str, identifier: str
) -> None:
    by = enter(accounts, identifier, clock.now())

    with pytest.raises(Forbidden):
        CHANGES[name](accounts, by, of(accounts, admin, "teacher"))

    assert notebook.events()[-1] == "denied"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_over_somebody_elses_change_is_a_conflict(
    accounts: Accounts, admin: Principal, name: str
) -> None:
    seen = of(accounts, admin, "teacher")
    accounts.suspend(admin, seen.person_id, reason="бірінші", version=seen.version)

    with pytest.raises(Conflict):
        CHANGES[name](accounts, admin, seen)


@pytest.mark.parametrize("blank", ["", "  \n "])
def test_a_change_needs_a_reason(accounts: Accounts, admin: Principal, blank: str) -> None:
    teacher = of(accounts, admin, "teacher")

    with pytest.raises(Forbidden) as refused:
        accounts.suspend(admin, teacher.person_id, reason=blank, version=teacher.version)

    assert refused.value.words.key == "accounts.cannot.no_reason"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SECOND_APPROVER, Role.REGISTRY_OPERATOR])
@pytest.mark.parametrize("way", ["change", "add"])
def test_a_school_cannot_give_a_role_that_watches_over_it(
    accounts: Accounts, admin: Principal, notebook: Notebook, role: Role, way: str
) -> None:
    teacher = of(accounts, admin, "teacher")

    def give() -> object:
        if way == "change":
            return accounts.change_roles(
                admin, teacher.person_id, {role}, reason="себеп", version=teacher.version
            )
        grants = [Grant(role=role, scope="first")]
        return accounts.add_person(
            admin, issuer=ISSUER, identifier="x", name="Ойдан", school="first", grants=grants
        )

    with pytest.raises(Forbidden):
        give()

    assert notebook.events()[-1] == "denied"
    assert of(accounts, admin, "teacher") == teacher


def test_an_admin_adds_nobody_to_another_school_or_to_none(accounts: Accounts, admin: Principal) -> None:
    for school, scope in (("second", "second"), ("first", "second"), (None, "first"), ("first", EVERYWHERE)):
        with pytest.raises(Forbidden):
            accounts.add_person(
                admin, issuer=ISSUER, identifier="x", name="Ойдан", school=school,
                grants=[Grant(role=Role.TEACHER, scope=scope)],
            )  # fmt: skip


@pytest.mark.parametrize("pair", [(Role.AUDITOR, Role.SCHOOL_ADMIN), (Role.AUDITOR, Role.SECOND_APPROVER)])
def test_who_checks_is_never_who_is_checked_not_even_by_the_operator(
    accounts: Accounts, pair: tuple[Role, Role]
) -> None:
    with pytest.raises(Forbidden) as refused:
        accounts.add_person(
            Operator(), issuer=ISSUER, identifier="x", name="Ойдан", school="first",
            grants=[Grant(role=role, scope="first") for role in pair],
        )  # fmt: skip

    assert refused.value.words.key == "accounts.cannot.clash"


def test_roles_are_replaced_and_others_kept(accounts: Accounts, admin: Principal, clock: StillClock) -> None:
    teacher = of(accounts, admin, "teacher")
    changed = accounts.change_roles(
        admin, teacher.person_id, {Role.SCHOOL_ADMIN}, reason="жаңа міндет", version=teacher.version
    )

    assert [grant.role for grant in changed.grants] == [Role.SCHOOL_ADMIN]
    assert enter(accounts, "teacher", clock.now()).roles == {Role.SCHOOL_ADMIN}


def test_a_known_sign_in_is_not_entered_twice(accounts: Accounts, admin: Principal) -> None:
    with pytest.raises(Conflict):
        accounts.add_person(
            admin, issuer=ISSUER, identifier="stranger", name="Ойдан", school="first", grants=[]
        )


@pytest.mark.parametrize(
    ("issuer", "identifier", "name"),
    [
        ("", "x", "Ойдан"),
        (ISSUER, " ", "Ойдан"),
        (ISSUER, "x", " "),
        ("a|b", "x", "Ойдан"),
        (ISSUER, "x", "О" * 600),
    ],
)
def test_an_incomplete_person_is_not_entered(
    accounts: Accounts, admin: Principal, issuer: str, identifier: str, name: str
) -> None:
    with pytest.raises(Forbidden):
        accounts.add_person(admin, issuer=issuer, identifier=identifier, name=name, school="first", grants=[])


def test_the_operator_enters_the_first_people(
    accounts: Accounts, clock: StillClock, notebook: Notebook
) -> None:
    accounts.add_school(Operator(), code="third", names=NAMES)
    grants = [Grant(role=Role.SCHOOL_ADMIN, scope="third")]
    accounts.add_person(
        Operator(), issuer=ISSUER, identifier="head", name="Ойдан", school="third", grants=grants
    )

    assert notebook.events() == ["school_entered", "person_added"]
    assert notebook.last.role == "operator"
    assert enter(accounts, "head", clock.now()).school == "third"


def test_entering_a_school_again_unchanged_leaves_no_record(accounts: Accounts, notebook: Notebook) -> None:
    accounts.add_school(Operator(), code="first", names=NAMES)

    assert notebook.entries == []


@pytest.mark.parametrize("code", ["", "Школа", "a b", "A", "x" * 41, "*"])
def test_a_school_code_is_plain(accounts: Accounts, code: str) -> None:
    with pytest.raises(UstazError):
        accounts.add_school(Operator(), code=code, names=NAMES)


def test_a_person_in_no_school_needs_one_that_exists(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.add_person(
            Operator(), issuer=ISSUER, identifier="x", name="Ойдан", school="nowhere",
            grants=[Grant(role=Role.TEACHER, scope="nowhere")],
        )  # fmt: skip


def second_admin(accounts: Accounts, clock: StillClock) -> Principal:
    accounts.add_person(
        Operator(),
        issuer=ISSUER,
        identifier="deputy",
        name="Ойдан Орынбасар",
        school="first",
        grants=[Grant(role=Role.SCHOOL_ADMIN, scope="first")],
    )
    return enter(accounts, "deputy", clock.now())


@pytest.mark.parametrize("first", CHANGES)
@pytest.mark.parametrize("then", CHANGES)
def test_two_admins_who_turn_on_each_other_leave_one(
    accounts: Accounts, admin: Principal, clock: StillClock, notebook: Notebook, first: str, then: str
) -> None:
    deputy = second_admin(accounts, clock)
    seen_by_admin, seen_by_deputy = of(accounts, admin, "deputy"), of(accounts, deputy, "admin")
    CHANGES[first](accounts, admin, seen_by_admin)
    still_admin = first == "reinstate"

    # The page of the deputy was drawn before: what it holds of them is out of date.
    if still_admin:
        CHANGES[then](accounts, deputy, seen_by_deputy)
    else:
        with pytest.raises(Forbidden) as refused:
            CHANGES[then](accounts, deputy, seen_by_deputy)
        assert refused.value.words.key == "accounts.cannot.no_longer"
        assert notebook.events()[-1] == "denied"

    standing = [accounts.recheck(who) for who in (admin, deputy)]
    assert any(isinstance(who, Principal) and Role.SCHOOL_ADMIN in who.roles for who in standing)


def test_of_two_admins_who_suspend_each_other_at_once_one_stays(
    accounts: Accounts, admin: Principal, clock: StillClock
) -> None:
    deputy = second_admin(accounts, clock)
    pairs = [(admin, of(accounts, admin, "deputy")), (deputy, of(accounts, deputy, "admin"))]
    together = threading.Barrier(2, timeout=20)

    def act(by: Principal, person: Person) -> bool:
        together.wait()
        try:
            accounts.suspend(by, person.person_id, reason="себеп", version=person.version)
        except UstazError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda pair: act(*pair), pairs))

    assert sorted(done) == [False, True]


def test_a_suspended_admin_adds_nobody_from_a_page_that_is_still_open(
    accounts: Accounts, admin: Principal, clock: StillClock
) -> None:
    deputy = second_admin(accounts, clock)
    CHANGES["suspend"](accounts, admin, of(accounts, admin, "deputy"))

    with pytest.raises(Forbidden):
        accounts.add_person(
            deputy,
            issuer=ISSUER,
            identifier="friend",
            name="Ойдан",
            school="first",
            grants=[Grant(role=Role.SCHOOL_ADMIN, scope="first")],
            reason="себеп",
        )
    assert {person.identifier for person in accounts.people(admin)} == {"teacher", "admin", "deputy"}
