"""What a teacher says of an answer; a record of its own beside the exchange."""

from dataclasses import dataclass
from uuid import UUID

from app.accounts import Permission, Principal
from app.audit import AuditLog, Receipt
from app.database import Entry
from app.errors import NotFound

REASONS = ("inappropriate", "inaccurate", "too_hard", "too_easy", "other")


@dataclass(frozen=True, slots=True)
class Feedback:
    """Reports and thumbs on the person's own exchanges."""

    audit: AuditLog

    def report(self, principal: Principal, exchange: UUID, *, reason: str, comment: str = "") -> Receipt:
        """Report an answer.

        Raises:
            NotFound: no such exchange of this person.
            ValueError: the reason is none of `REASONS`.
        """
        if reason not in REASONS:
            raise ValueError(f"reason {reason!r}")
        return self._record(principal, exchange, {"what": "report", "reason": reason}, comment)

    def thumbs(self, principal: Principal, exchange: UUID, *, up: bool, why: str = "") -> Receipt:
        """Say whether an answer helped, and what was wrong with it; each saying is a record of its own.

        Raises:
            NotFound: no such exchange of this person.
            ValueError: `why` is none of `REASONS`, or goes with a thumb up.
        """
        if why and (up or why not in REASONS):
            raise ValueError(f"why {why!r}")
        clear = {"what": "thumbs", "reason": "up" if up else "down", **({"why": why} if why else {})}
        return self._record(principal, exchange, clear, "")

    def _record(self, principal: Principal, exchange: UUID, clear: dict[str, str], comment: str) -> Receipt:
        principal.require(Permission.OWN_FEEDBACK_GIVE)
        if not self.audit.owns(exchange, actor=principal.subject):
            raise NotFound("no such exchange of this person")
        return self.audit.append(
            Entry(
                kind="feedback",
                school=principal.school,
                actor=principal.subject,
                role=principal.role_for(Permission.OWN_FEEDBACK_GIVE),
                exchange=exchange,
                clear=clear,
                sealed={"comment": comment} if comment else None,
            )
        )
