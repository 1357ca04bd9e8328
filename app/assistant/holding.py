"""Legal holds as the second approver places and lifts them."""

from dataclasses import dataclass
from uuid import UUID

from app.accounts import EVERYWHERE, Permission, Principal
from app.assistant.approving import Ground
from app.audit import Held, Hold
from app.errors import NotFound

HOLD = Permission.ALL_HOLD_CHANGE


@dataclass(frozen=True, slots=True)
class Holding(Ground):
    """What must stay readable although it was to be erased or its time is over."""

    def holds(self, principal: Principal) -> tuple[Hold, ...]:
        """The holds within reach, newest first, the lifted ones too.

        Raises:
            Forbidden: the person places no holds.
        """
        reach = self.reading(principal, HOLD, "holds").reach(HOLD)
        return tuple(one for one in self.audit.holds.all() if reach.covers(one.about.school))

    def record_named(self, principal: Principal, code: str) -> UUID:
        """The record that a receipt code names, for a hold on it; nothing of it is shown.

        Raises:
            BadArgument: not a receipt code.
            Forbidden: the person places no holds.
            NotFound: no such record.
        """
        self.admitted(principal, HOLD)
        record = self.coded(code)
        if record is None:
            raise NotFound("no such record", key="holds.cannot.no_record")
        return record.record_id

    def place_hold(self, principal: Principal, about: Held, *, reason: str) -> UUID:
        """Keep something from erasure and from its end of time.

        Raises:
            BadArgument: no reason in words, or nothing is named.
            Forbidden: the person places no holds there; without a school: anywhere.
            NotFound: no such record.
            NotRecorded: it is not durable.
        """
        person = self.admitted(principal, HOLD, about.school or EVERYWHERE)
        return self.audit.holds.place(about, actor=person.subject, role=person.role_for(HOLD), reason=reason)

    def lift_hold(self, principal: Principal, hold_id: UUID, *, reason: str) -> None:
        """End a hold.

        Raises:
            BadArgument: no reason in words.
            Conflict: it was lifted already.
            Forbidden: the person places no holds there.
            NotFound: no such hold.
            NotRecorded: it is not durable.
        """
        found = next((one for one in self.audit.holds.all() if one.hold_id == hold_id), None)
        school = EVERYWHERE if found is None or found.about.school is None else found.about.school
        person = self.admitted(principal, HOLD, school)
        self.audit.holds.lift(hold_id, actor=person.subject, role=person.role_for(HOLD), reason=reason)
