"""Whether a person may still be answered: read anew while the answer is on its way, not only when it was asked for."""

from dataclasses import dataclass

from app.accounts import Accounts, Permission, Principal, Refused
from app.errors import Words

NO_RIGHT = "ask.refused.no_right"


@dataclass(frozen=True, slots=True)
class Standing:
    """One person, as the database has them at this instant; also from another tab, process or machine."""

    accounts: Accounts
    principal: Principal
    permission: Permission = Permission.OWN_EXCHANGE_ASK

    def trouble(self) -> Words | None:
        """Why the person may not be answered now: suspended, signed out, too long signed in, no longer in that role.

        Raises:
            NotRecorded: the refusal could not be recorded.
        """
        now = self.accounts.recheck(self.principal)
        if isinstance(now, Refused):
            return now.words
        if not now.may(self.permission):
            return Words(key=NO_RIGHT)
        return None
