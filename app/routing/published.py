"""What a school uses, for anybody to see: the models it allows, whether each is called now, and since when."""

from dataclasses import dataclass
from datetime import datetime

from app.errors import Words
from app.registry import Registry, RegistryEntry
from app.routing.policy import Policies
from app.routing.route import InForceList
from app.routing.router import Router


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One model that the school allows.

    Attributes:
        entry: None: the list does not hold it any more.
        reason: why it is not called now; None: it is.
    """

    entry_id: str
    entry: RegistryEntry | None
    reason: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What anybody may know of a school's choice; no person stands in it.

    Attributes:
        since: when the choice was made; None: the school has made none.
        registry: the list in force; None with `trouble` when there is none.
    """

    school: str
    since: datetime | None
    uses: tuple[Use, ...]
    registry: Registry | None
    trouble: Words | None


def published(school: str, policies: Policies, lists: InForceList, router: Router) -> Published:
    """The public part of a school's choice at this instant."""
    policy, registry = policies.of(school), lists.current()
    if registry is None:
        return Published(
            school=school, since=policies.since(school), uses=(), registry=None, trouble=lists.trouble()
        )
    at = lists.now()
    uses = []
    for entry_id in policy.allowed:
        entry = registry.find(entry_id)
        reason = (
            Words(key="registry.refused.unknown") if entry is None else router.selectable(entry, registry, at)
        )
        uses.append(Use(entry_id=entry_id, entry=entry, reason=reason))
    return Published(
        school=school, since=policies.since(school), uses=tuple(uses), registry=registry, trouble=None
    )
