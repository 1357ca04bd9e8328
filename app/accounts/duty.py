"""What every service of this duty stands on: the database, the recorder, time; and how a denial is recorded."""

from collections.abc import Mapping
from typing import Any

from app.accounts.permission import Permission
from app.accounts.principal import Principal
from app.database import Database, Entry, Recorder
from app.errors import Forbidden
from app.runtime import Runtime


class Duty:
    """Shared ground of admission, notices and people."""

    def __init__(self, database: Database, recorder: Recorder, runtime: Runtime) -> None:
        self._database = database
        self._recorder = recorder
        self._runtime = runtime

    def require(self, principal: Principal, permission: Permission, school: str | None = None) -> None:
        """Refuse, and record the attempt, unless the principal may.

        Raises:
            Forbidden: no grant carries the permission there; the denial is on record.
            NotRecorded: the denial could not be recorded.
        """
        if principal.may(permission, school):
            return
        self._record_denial(principal, str(permission), school)
        raise Forbidden(f"{permission} is not granted", permission=str(permission))

    def _record_denial(self, principal: Principal, permission: str, school: str | None) -> None:
        entry = self._about(principal, {"event": "denied", "permission": permission, "target_school": school})
        self._database.write(lambda session: self._recorder.record(session, entry))

    @staticmethod
    def _about(principal: Principal, clear: Mapping[str, Any]) -> Entry:
        """An `auth` record about a principal."""
        role = principal.first_role
        return Entry(
            kind="auth",
            school=principal.school,
            actor=principal.subject,
            role=None if role is None else str(role),
            clear=dict(clear),
        )
