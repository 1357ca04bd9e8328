"""What a list says of its entries whatever is asked: worked out once, and again when an entry's time begins or ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import Words
from app.registry import Registry, RegistryEntry
from app.routing import rules
from app.routing.route import Considered
from app.routing.rules import House

ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A list between two instants; a long one costs a question no more than a short one.

    Attributes:
        until: when the next entry, or the whole list, begins or ends.
        order: every entry by id.
        barred: the entries that no school can be answered by, and why.
        not_allowed: what is said of each of the others to a school that did not choose it.
    """

    registry: Registry
    since: datetime
    until: datetime
    order: tuple[RegistryEntry, ...]
    barred: Mapping[str, Considered]
    not_allowed: Mapping[str, Considered]

    def holds(self, registry: Registry, at: datetime) -> bool:
        """Whether this is about that very list at that instant; a clock that ran back asks anew."""
        return self.registry is registry and self.since <= at < self.until


def known_of(registry: Registry, house: House, at: datetime) -> Known:
    """Work it out."""
    order = tuple(sorted(registry.entries, key=lambda entry: entry.entry_id))
    barred = {}
    for entry in order:
        reason = bar(entry, registry, house, at)
        if reason is not None:
            barred[entry.entry_id] = Considered(entry_id=entry.entry_id, eligible=False, reason=reason)
    no = Words(key="routing.refused.not_allowed")
    times = [registry.expires_at, *(time for one in order for time in (one.effective_from, one.expires_at))]
    return Known(
        registry=registry,
        since=at,
        until=min((time for time in times if time > at), default=datetime.max.replace(tzinfo=UTC)),
        order=order,
        barred=barred,
        not_allowed={
            entry.entry_id: Considered(entry_id=entry.entry_id, eligible=False, reason=no) for entry in order
        },
    )


def bar(entry: RegistryEntry, registry: Registry, house: House, at: datetime) -> Words | None:
    """Why an entry answers nobody at an instant, whoever asks for whatever."""
    return (
        rules.kind(entry, ANSWER)
        or registry.in_force(entry.entry_id, at).reason
        or rules.provider(entry, house)
        or rules.conditions(entry, house)
    )
