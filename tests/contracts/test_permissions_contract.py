"""The permission matrix, word for word; deny by default; and nobody reaches beyond their school."""

import ast
import inspect
from pathlib import Path
from uuid import UUID

import pytest

from app.accounts import EVERYWHERE, Grant, Permission, Principal, Role, repository
from app.accounts.permission import AFTER_NOTICE, MATRIX
from app.accounts.role import GIVEN_BY_SCHOOL, IN_ONE_SCHOOL
from app.errors import Forbidden
from app.ui import pages

WHO_MAY: dict[str, set[str]] = {
    "own:exchange:ask": {"teacher"},
    "own:conversation:read": {"teacher"},
    "own:conversation:change": {"teacher"},
    "own:feedback:give": {"teacher"},
    "own:document:read": {"teacher"},
    "own:document:write": {"teacher"},
    "own:erasure:request": {"teacher"},
    "school:erasure:request": {"school_admin"},
    "school:models:read": {"school_admin"},
    "school:models:change": {"school_admin"},
    "school:models:try": {"school_admin"},
    "school:system:read": {"school_admin"},
    "school:people:read": {"school_admin"},
    "school:people:change": {"school_admin"},
    "school:documents:read": {"school_admin"},
    "school:documents:change": {"school_admin"},
    "school:forms:change": {"school_admin"},
    "school:budget:read": {"school_admin"},
    "school:budget:change": {"school_admin"},
    "school:usage:read": {"school_admin"},
    "school:protection:read": {"school_admin"},
    "school:protection:change": {"school_admin"},
    "school:protection:try": {"school_admin"},
    "all:editions:read": {"school_admin", "auditor"},
    "all:curriculum:read": {"teacher", "school_admin", "auditor", "second_approver", "registry_operator"},
    "all:log:read": {"auditor"},
    "all:log:export": {"auditor"},
    "all:record:read": {"auditor"},
    "all:finding:read": {"auditor"},
    "all:finding:note": {"auditor"},
    "all:content:open": {"auditor"},
    "all:integrity:read": {"auditor"},
    "all:integrity:verify": {"auditor"},
    "all:approval:decide": {"second_approver"},
    "all:hold:change": {"second_approver"},
    "all:registry:update": {"registry_operator"},
}
CASES = [(role, permission) for role in Role for permission in Permission]


def principal(role: Role | None, scope: str = "first", *, notice: bool = True) -> Principal:
    grants = () if role is None else (Grant(role=role, scope=scope),)
    return Principal(
        person_id=UUID(int=1),
        subject="iss|sub",
        name="Ойдан",
        school="first",
        school_names={},
        grants=grants,
        notice_accepted=notice,
    )


def test_every_permission_and_every_role_is_decided() -> None:
    assert set(WHO_MAY) == {str(permission) for permission in Permission}
    assert set(MATRIX) == set(Role)


@pytest.mark.parametrize(("role", "permission"), CASES, ids=lambda value: str(value))
def test_the_matrix_is_as_written_here(role: Role, permission: Permission) -> None:
    allowed = str(role) in WHO_MAY[str(permission)]
    who = principal(role)

    assert who.may(permission) is allowed
    assert who.may(permission, "first") is allowed
    assert not who.may(permission, "second")
    assert who.reach(permission).covers("first") is allowed
    assert not who.reach(permission).covers("second")
    assert not who.reach(permission).covers(None)
    if not allowed:
        with pytest.raises(Forbidden):
            who.require(permission)


@pytest.mark.parametrize(("role", "permission"), CASES, ids=lambda value: str(value))
def test_a_grant_everywhere_reaches_every_school(role: Role, permission: Permission) -> None:
    allowed = str(role) in WHO_MAY[str(permission)]

    assert principal(role, EVERYWHERE).may(permission, "second") is allowed
    assert principal(role, EVERYWHERE).reach(permission).everywhere is allowed


@pytest.mark.parametrize("permission", Permission)
def test_nobody_without_a_role_may_anything(permission: Permission) -> None:
    assert not principal(None).may(permission)


@pytest.mark.parametrize("permission", sorted(AFTER_NOTICE))
def test_what_waits_for_the_notice_waits_for_every_role(permission: Permission) -> None:
    assert not any(principal(role, notice=False).may(permission) for role in Role)


def test_no_role_that_a_school_gives_reads_the_log_or_updates_the_registry() -> None:
    given = {permission for role in GIVEN_BY_SCHOOL for permission in MATRIX[role]}

    assert not {
        permission for permission in given if permission.startswith(("all:log", "all:record", "all:registry"))
    }
    assert GIVEN_BY_SCHOOL <= IN_ONE_SCHOOL


def test_no_auditor_may_change_anything() -> None:
    assert not {
        p for p in MATRIX[Role.AUDITOR] if p.endswith((":change", ":ask", ":give", ":update", ":decide"))
    }


@pytest.mark.parametrize("page", pages.ALL, ids=lambda page: page.url_path)
def test_a_page_exists_for_exactly_those_who_hold_its_permission(page: pages.Page) -> None:
    for role in Role:
        expected = page.permission is None or str(role) in WHO_MAY[str(page.permission)]
        assert page.open_to(principal(role)) is expected
    assert page.open_to(None) is (page.permission is None)


def test_only_what_the_public_may_check_is_open_to_anybody() -> None:
    open_to_all = {page.url_path for page in pages.ALL if page.permission is None}

    assert open_to_all == {"registry", "in-use", "receipt"}


BY_IDENTITY = {"standing", "grants_of", "known_sign_in"}
"""Reads about the one person who is acting, or whose row was found within reach; they list nobody."""


def test_every_reading_of_people_takes_the_reach_that_limits_it() -> None:
    tree = ast.parse(Path(inspect.getfile(repository)).read_text(encoding="utf-8"))
    functions = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]

    unscoped = {f.name for f in functions if "reach" not in {argument.arg for argument in f.args.args}}

    assert len(functions) >= 4
    assert unscoped == BY_IDENTITY
