"""A published list as it stands, and which of its entries are in force at an instant."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.errors import Words
from app.i18n.translator import ZONE
from app.registry.entry import RegistryEntry, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The entry that may be called, or why none may: exactly one of the two is given."""

    entry: RegistryEntry | None = None
    reason: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A verified list.

    Attributes:
        digest: SHA-256 hex of the list file that the ministry signed.
        expires_at: the first expiry among the signed metadata; from then on nothing is in force.
        next_update: when the issuer promised the next list.
        profile: `online` or `offline`, the life that the school chose for its copy.
        country: ISO 3166 code; processing there counts as localised.
        revoked: ids taken away since the list was signed.
        taken_at: when this machine accepted it.
        update: id of the registry_update record with which it came into force; None: of no store.
    """

    list_id: str
    sequence: int
    digest: str
    issuer: str
    country: str
    demonstration: bool
    issued_at: datetime
    next_update: datetime
    expires_at: datetime
    taken_at: datetime
    profile: str
    source: str
    entries: tuple[RegistryEntry, ...]
    revoked: frozenset[str]
    update: UUID | None = None
    _by_id: dict[str, RegistryEntry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {entry.entry_id: entry for entry in self.entries})

    def find(self, entry_id: str) -> RegistryEntry | None:
        """The entry of exactly this id, in whatever standing."""
        return self._by_id.get(entry_id)

    def in_force(self, entry_id: str, at: datetime) -> InForce:
        """Whether an entry may be called at an instant, and why not.

        Args:
            at: aware time; the later of local and database time (`RegistryStore.now`).
        """
        if at >= self.expires_at:
            return _not(Words(key="registry.refused.list_expired", facts={"on": day(self.expires_at)}))
        entry = self.find(entry_id)
        if entry is None:
            return _not(Words(key="registry.refused.unknown"))
        if entry_id in self.revoked:
            return _not(Words(key="registry.refused.revoked"))
        if entry.status != Standing.GRANTED:
            return _not(_standing(entry))
        if at < entry.effective_from:
            return _not(Words(key="registry.refused.not_yet", facts={"on": day(entry.effective_from)}))
        if at >= entry.expires_at:
            return _not(Words(key="registry.refused.expired", facts={"on": day(entry.expires_at)}))
        return InForce(entry=entry)


def day(moment: datetime) -> str:
    """A day as people in Kazakhstan write it, in their time."""
    return moment.astimezone(ZONE).strftime("%d.%m.%Y")


def _not(reason: Words) -> InForce:
    return InForce(reason=reason)


def _standing(entry: RegistryEntry) -> Words:
    if entry.status == Standing.SUSPENDED:
        return Words(key="registry.refused.suspended")
    if entry.status == Standing.WITHDRAWN:
        if entry.successor is not None:
            return Words(key="registry.refused.replaced", facts={"successor": entry.successor})
        return Words(key="registry.refused.withdrawn")
    if entry.status == Standing.EXPIRED:
        return Words(key="registry.refused.expired", facts={"on": day(entry.expires_at)})
    return Words(key="registry.refused.unknown_status")
