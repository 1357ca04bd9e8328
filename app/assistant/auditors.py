"""What all services of auditors stand on: who is let in, how far they see, and that each use is recorded first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.accounts import Accounts, Permission, Principal
from app.accounts import Refused as NotLetIn
from app.audit import AuditLog, Filter
from app.database import Entry
from app.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Auditors:
    """Shared ground of reading, examining and exporting."""

    audit: AuditLog
    accounts: Accounts

    def admitted(self, principal: Principal, permission: Permission, school: str | None = None) -> Principal:
        """The person as the database knows them now.

        Raises:
            Forbidden: not let in, or no grant carries the permission there (recorded).
        """
        now = self.accounts.recheck(principal)
        if isinstance(now, NotLetIn):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        self.accounts.require(now, permission, school)
        return now

    def narrowed(self, person: Principal, permission: Permission, wanted: Filter) -> Filter:
        """The filter within reach of the person, who was admitted in `wanted.school`.

        Raises:
            Forbidden: the filter names none of the schools in reach.
        """
        reach = person.reach(permission)
        if reach.everywhere or wanted.school is not None:
            return wanted
        schools = sorted(reach.schools & set(wanted.schools) if wanted.schools else reach.schools)
        if not schools:
            raise Forbidden("none of the schools is within reach", key="auditor.name_school")
        if len(schools) == 1:
            return replace(wanted, school=schools[0], schools=())
        return replace(wanted, schools=tuple(schools))

    def record(
        self,
        person: Principal,
        purpose: str,
        clear: Mapping[str, Any],
        *,
        permission: Permission = Permission.ALL_LOG_READ,
        kind: str = "audit_read",
        sealed: Mapping[str, Any] | None = None,
    ) -> UUID:
        """Make the use durable; only then may anything of it be shown.

        Raises:
            NotRecorded: it is not durable.
        """
        entry = Entry(
            kind=kind,
            school=person.school,
            actor=person.subject,
            role=person.role_for(permission),
            clear={"purpose": purpose, **clear},
            sealed=sealed,
        )
        return self.audit.append(entry).record_id
