"""What a receipt says to the person whose record it is; anybody else who holds a code learns from the public page only."""

from dataclasses import dataclass

from app.accounts import Accounts, Permission, Principal
from app.accounts import Refused as NotLetIn
from app.audit import AuditLog, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """A record about oneself.

    Attributes:
        readable: whether its text can still be opened; None if it never had any.
    """

    record: Record
    readable: bool | None


@dataclass(frozen=True, slots=True)
class Receipts:
    """Receipts as their owners see them. Looking at one's own is no reading of the log by others, and not recorded."""

    audit: AuditLog
    accounts: Accounts

    def own(self, principal: Principal, code: str) -> OwnRecord | None:
        """The record that a code names, if it is about this person; None of anybody else's, and where there is none.

        Raises:
            ValueError: not a receipt code.
        """
        now = self.accounts.recheck(principal)
        if isinstance(now, NotLetIn) or not now.may(Permission.OWN_CONVERSATION_READ):
            return None
        found = self.audit.find_code(code)
        if found is None or found.pseudonym != self.audit.pseudonym(now.subject):
            return None
        return OwnRecord(record=found, readable=self.audit.readable(found))
