"""The places in which answers are generated, and the line before them: a fair share for each school and each person."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import Words

LATE_SECONDS = 30.0
WAITING_A_PLACE, WAITING_A_PERSON = 8, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """The line is full: nothing waits and nothing is called; the caller records `reason`."""

    reason: Words


@dataclass(slots=True, eq=False)
class Ticket:
    """One call on its way through the line; `release` gives back whatever it has, at any time and more than once."""

    school: str
    person: str
    since: float
    turn: int
    _places: "Places" = field(repr=False)
    held: bool = False
    over: bool = False

    def wait(self, seconds: float) -> bool:
        """Whether a place is held, after waiting at most so long."""
        return self._places.wait(self, seconds)

    @property
    def number(self) -> int:
        """Where it stands: 0 in a place, 1 next in line. Who came later may pass it while its school has more places."""
        return self._places.number(self)

    def release(self) -> None:
        """Leave the place or the line; the next one in line is let in."""
        self._places.leave(self)


class Places:
    """So many calls at once, and so many of one person; a place that becomes free goes to whoever has fewest.

    First the school with the fewest calls under way, then its person with the fewest, then whoever came first.
    Whoever waits longer than `LATE_SECONDS` goes before all of these, so that no stream of others passes for ever.
    While nobody else waits, one school may use every place.
    """

    def __init__(self, total: int, each: int, *, monotonic: Callable[[], float]) -> None:
        """`total`: calls at once in this process; `each`: of one person."""
        self._total, self._each, self._now = total, each, monotonic
        self._changed = threading.Condition()
        self._waiting: list[Ticket] = []
        self._schools: Counter[str] = Counter()
        self._people: Counter[str] = Counter()
        self._running = self._turns = 0

    def enter(self, school: str | None, person: str) -> Ticket | Busy:
        """A ticket, with a place at once where one is free; or why no further call may wait."""
        with self._changed:
            own = sum(one.person == person for one in self._waiting)
            if own >= WAITING_A_PERSON * self._each:
                return Busy(reason=Words(key="capacity.refused.own", facts={"n": own}))
            if len(self._waiting) >= WAITING_A_PLACE * self._total:
                return Busy(reason=Words(key="capacity.refused.busy", facts={"n": len(self._waiting)}))
            self._turns += 1
            ticket = Ticket(school or "", person, self._now(), self._turns, self)
            self._waiting.append(ticket)
            self._let_in()
            return ticket

    def wait(self, ticket: Ticket, seconds: float) -> bool:
        """See `Ticket.wait`."""
        with self._changed:
            self._let_in()  # whoever became late meanwhile
            return self._changed.wait_for(lambda: ticket.held or ticket.over, seconds) and ticket.held

    def number(self, ticket: Ticket) -> int:
        """See `Ticket.number`."""
        with self._changed:
            return 0 if ticket not in self._waiting else self._in_order().index(ticket) + 1

    def leave(self, ticket: Ticket) -> None:
        """See `Ticket.release`."""
        with self._changed:
            if ticket.over:
                return
            ticket.over = True
            if ticket.held:
                ticket.held = False
                self._count(ticket, -1)
            else:
                self._waiting.remove(ticket)
            self._let_in()
            self._changed.notify_all()

    def _let_in(self) -> None:
        while self._running < self._total:
            free = (one for one in self._in_order() if self._people[one.person] < self._each)
            ticket = next(free, None)
            if ticket is None:
                return
            self._waiting.remove(ticket)
            ticket.held = True
            self._count(ticket, 1)
            self._changed.notify_all()

    def _in_order(self) -> list[Ticket]:
        now = self._now()

        def key(one: Ticket) -> tuple[bool, int, int, int]:
            late = now - one.since > LATE_SECONDS
            own = (0, 0) if late else (self._schools[one.school], self._people[one.person])
            return (not late, *own, one.turn)

        return sorted(self._waiting, key=key)

    def _count(self, ticket: Ticket, by: int) -> None:
        self._running += by
        self._schools[ticket.school] += by
        self._people[ticket.person] += by
        for counter, name in ((self._schools, ticket.school), (self._people, ticket.person)):
            if not counter[name]:
                del counter[name]
