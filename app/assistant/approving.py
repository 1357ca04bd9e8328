"""What every request and decision stands on: who the person is now, and what they may."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts import Accounts, Permission, Principal
from app.accounts import Refused as NotLetIn
from app.audit import AuditLog, Record
from app.database import Entry
from app.errors import BadArgument, Forbidden
from app.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Ground:
    """Shared ground of approvals, erasures and holds.

    `days`: how long an approval to read holds.
    """

    audit: AuditLog
    accounts: Accounts
    runtime: Runtime
    days: int

    def person(self, principal: Principal) -> Principal:
        """The person as the database has them now.

        Raises:
            Forbidden: not let in.
        """
        now = self.accounts.recheck(principal)
        if isinstance(now, NotLetIn):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        return now

    def admitted(self, principal: Principal, permission: Permission, school: str | None = None) -> Principal:
        """The person as the database has them now, if they hold the permission; a denial is on record.

        Raises:
            Forbidden: not let in, or not granted.
        """
        person = self.person(principal)
        self.accounts.require(person, permission, school)
        return person

    def reading(self, principal: Principal, permission: Permission, purpose: str, **clear: Any) -> Principal:
        """The person, their look on record.

        Raises:
            Forbidden: not let in, or not granted.
            NotRecorded: the look could not be recorded.
        """
        person = self.admitted(principal, permission)
        facts: Mapping[str, Any] = {"purpose": purpose, **clear}
        self.audit.append(
            Entry(
                kind="audit_read",
                school=person.school,
                actor=person.subject,
                role=person.role_for(permission),
                clear=facts,
            )
        )
        return person

    def coded(self, code: str) -> Record | None:
        """The record that a receipt code names; whether the person may know of it is for the caller to say.

        Raises:
            BadArgument: not a receipt code.
        """
        try:
            return self.audit.find_code(code)
        except ValueError as error:
            raise BadArgument(f"not a receipt code: {error}", key="holds.cannot.code") from error
