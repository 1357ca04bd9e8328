"""The demonstration people are entered once and hold exactly their roles."""

import pytest

from app.accounts import Accounts, Principal, Role, demo
from app.accounts.role import clash, fits
from tests.accounts.conftest import Notebook


def test_every_role_has_somebody_and_nobody_holds_a_forbidden_pair() -> None:
    assert {role for person in demo.PEOPLE for role in person.roles} == set(Role)
    assert all(clash(person.roles) is None for person in demo.PEOPLE)
    assert all(fits(grant.role, grant.scope) for person in demo.PEOPLE for grant in person.grants)


def test_seeding_twice_changes_nothing(accounts: Accounts, notebook: Notebook) -> None:
    demo.seed(accounts)
    first = len(notebook.entries)
    demo.seed(accounts)

    assert first == len(demo.PEOPLE) + 1
    assert len(notebook.entries) == first


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda person: person.identifier)
def test_everybody_is_let_in_with_their_roles(accounts: Accounts, person: demo.DemoPerson) -> None:
    demo.seed(accounts)

    found = accounts.act_as(demo.subject(person))

    assert isinstance(found, Principal)
    assert found.roles == frozenset(person.roles)
    assert found.school == person.school
