"""The roles a person can hold, where each may reach, and which must never meet in one person."""

from collections.abc import Collection
from enum import StrEnum

EVERYWHERE = "*"
"""The scope of a grant that reaches all schools."""


class Role(StrEnum):
    """What a person is here for; stored in grants, in this order of first pages."""

    TEACHER = "teacher"
    SCHOOL_ADMIN = "school_admin"
    AUDITOR = "auditor"
    SECOND_APPROVER = "second_approver"
    REGISTRY_OPERATOR = "registry_operator"


IN_ONE_SCHOOL = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN})
"""Roles that only make sense inside a school; the others may also reach everywhere."""

GIVEN_BY_SCHOOL = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN})
"""Roles that a school admin may give and take; the rest come from the operator's command line."""

NEVER_TOGETHER = (
    frozenset({Role.AUDITOR, Role.SCHOOL_ADMIN}),
    frozenset({Role.AUDITOR, Role.SECOND_APPROVER}),
    frozenset({Role.AUDITOR, Role.REGISTRY_OPERATOR}),
)
"""Who checks is not who is checked: pairs that one person must not hold, whatever their scopes."""


def clash(roles: Collection[Role]) -> frozenset[Role] | None:
    """The first pair that must not meet in one person, or None."""
    held = frozenset(roles)
    return next((pair for pair in NEVER_TOGETHER if pair <= held), None)


def fits(role: Role, scope: str) -> bool:
    """Whether a role may be granted for a scope (a school's code or `EVERYWHERE`)."""
    return bool(scope) and (role not in IN_ONE_SCHOOL or scope != EVERYWHERE)


def known(stored: str) -> Role | None:
    """The role of a stored word; a word this release does not know gives nothing."""
    try:
        return Role(stored)
    except ValueError:
        return None
