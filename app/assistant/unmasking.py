"""Undone masks on record: before the question is sent again, and counted for the school."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.accounts import Permission, Principal
from app.assistant.question import Question
from app.audit import AuditLog, Filter
from app.database import Entry
from app.errors import NotFound
from app.runtime import Runtime

WHAT = "unmask"
_PAGE = 200


def record(audit: AuditLog, principal: Principal, question: Question) -> None:
    """Put each undoing on record, beside the exchange in which the value was masked; the value itself is sealed.

    Raises:
        NotFound: that exchange is not this person's.
    """
    if not question.unmasked:
        return
    if question.parent is None or not audit.owns(question.parent, actor=principal.subject):
        raise NotFound("no such exchange of this person")
    for one in question.unmasked:
        note = one.note.strip()
        audit.append(
            Entry(
                kind="feedback",
                school=principal.school,
                actor=principal.subject,
                role=principal.role_for(Permission.OWN_FEEDBACK_GIVE),
                exchange=question.parent,
                clear={"what": WHAT, "reason": one.why},
                sealed={"text": one.value, **({"comment": note} if note else {})},
            )
        )


@dataclass(frozen=True, slots=True)
class Unmasked:
    """How often masks were undone in a school; numbers only, nobody's name."""

    audit: AuditLog
    runtime: Runtime

    def counts(self, principal: Principal, *, days: int) -> Mapping[str, int]:
        """Undone masks of the person's school in the last days, by reason.

        Raises:
            Forbidden: the person does not see their school's usage.
        """
        principal.require(Permission.SCHOOL_USAGE_READ, principal.school)
        wanted = Filter(
            kinds=("feedback",), school=principal.school, since=self.runtime.now() - timedelta(days=days)
        )
        found: Counter[str] = Counter()
        after: str | None = None
        while True:
            page = self.audit.search(wanted, after=after, limit=_PAGE)
            found.update(
                str(one.clear.get("reason")) for one in page.records if one.clear.get("what") == WHAT
            )
            if page.next is None:
                return found
            after = page.next
