"""A signed-in person as the services see them, or the reason why somebody is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.accounts.permission import AFTER_NOTICE, MATRIX, Permission
from app.accounts.role import EVERYWHERE, Role
from app.errors import Forbidden, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in a scope: the code of one school, or `EVERYWHERE`."""

    role: Role
    scope: str

    def reaches(self, school: str) -> bool:
        """Whether the grant covers a school."""
        return self.scope in (EVERYWHERE, school)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a permission holds: everywhere, or in these schools; the data layer narrows every query by it."""

    everywhere: bool
    schools: frozenset[str]

    def covers(self, school: str | None) -> bool:
        """Whether a school lies within."""
        return self.everywhere or (school is not None and school in self.schools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person who is signed in, active and holds at least one role, as read from the database at this action.

    `subject` is `iss|sub`. `school` is the code of the person's own school, None for those outside schools.
    `notice_accepted` is about the current version of the notice.
    """

    person_id: UUID
    subject: str
    name: str = field(repr=False)
    school: str | None
    school_names: Mapping[str, str]
    grants: tuple[Grant, ...]
    language: str | None = None
    notice_accepted: bool = False
    session: str | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all grants."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def first_role(self) -> Role | None:
        """The role whose pages come first."""
        return next((role for role in Role if role in self.roles), None)

    def may(self, permission: Permission, school: str | None = None) -> bool:
        """Whether a grant carries the permission in `school`, or anywhere when no school is named.

        Whoever asks without a school must narrow what they read by `reach`.
        """
        if permission in AFTER_NOTICE and not self.notice_accepted:
            return False
        return any(
            permission in MATRIX[grant.role] and (school is None or grant.reaches(school))
            for grant in self.grants
        )

    def require(self, permission: Permission, school: str | None = None) -> None:
        """Refuse unless `may`.

        Raises:
            Forbidden: no grant carries the permission there.
        """
        if not self.may(permission, school):
            raise Forbidden(f"{permission} is not granted", permission=str(permission))

    def reach(self, permission: Permission) -> Reach:
        """Where the permission holds; nowhere if it is not granted."""
        scopes = {grant.scope for grant in self.grants if permission in MATRIX[grant.role]}
        if not self.may(permission):
            scopes = set()
        return Reach(everywhere=EVERYWHERE in scopes, schools=frozenset(scopes - {EVERYWHERE}))

    def role_for(self, permission: Permission) -> Role | None:
        """The role under which the person acts, for the record."""
        return next((role for role in Role if role in self.roles and permission in MATRIX[role]), None)


class Reason(StrEnum):
    """Why a signed-in browser is not let in; stands in the `auth` record."""

    BAD_CLAIMS = "bad_claims"
    EXPIRED = "expired"
    FUTURE = "future"
    ENDED = "ended"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    NO_ROLE = "no_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Not let in. `issuer` and `identifier` are what the person may hand to their school's admin."""

    reason: Reason
    issuer: str = ""
    identifier: str = field(default="", repr=False)

    @property
    def words(self) -> Words:
        """The sentence for the person."""
        return Words(key=f"accounts.refused.{self.reason}")

    @property
    def again(self) -> bool:
        """Whether signing in once more can help."""
        return self.reason in (Reason.EXPIRED, Reason.ENDED, Reason.FUTURE, Reason.BAD_CLAIMS)
