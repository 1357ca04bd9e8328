"""The gate before every call of a model or an embedder, for every role and every side call, at every sentence."""

from dataclasses import dataclass, field

from app.errors import Words
from app.routing import rules
from app.routing.policy import SchoolPolicy
from app.routing.route import InForceList, Permit, Refusal
from app.routing.rules import House


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides at the instant of the call; what was routed a second ago counts for nothing."""

    registry: InForceList
    house: House = field(default_factory=House)

    def admit(
        self, entry_id: str, *, purpose: str, personal_data: str = "none", policy: SchoolPolicy | None = None
    ) -> Permit | Refusal:
        """Whether this entry may be called now.

        Args:
            purpose: what the call is for: `answer`, `title`, `judge`, ... or `embedding` (also `embedding.query`).
            personal_data: whose data is in the text that would be sent.
            policy: of the school that asks; embedding and the canary, which serve the whole house, go without.

        Returns:
            A permit for this one call; or the refusal, which the caller records.
        """
        registry = self.registry.current()
        if registry is None:
            return Refusal(
                reason=self.registry.trouble() or Words(key="registry.trouble.none"), entry_id=entry_id
            )
        at = self.registry.now()
        found = registry.in_force(entry_id, at)
        if found.entry is None:
            return Refusal(reason=found.reason or Words(key="registry.refused.unknown"), entry_id=entry_id)
        entry = found.entry
        reasons = (
            rules.kind(entry, purpose),
            rules.provider(entry, self.house),
            rules.conditions(entry, self.house),
            rules.suspended(entry, self.house),
            rules.localisation(entry, registry, personal_data),
            _allowed(entry_id, purpose, policy),
        )
        refused = next((reason for reason in reasons if reason is not None), None)
        if refused is not None:
            return Refusal(reason=refused, entry_id=entry_id)
        return Permit(
            entry=entry,
            registry_sequence=registry.sequence,
            registry_digest=registry.digest,
            at=at,
            update=registry.update,
        )


def _allowed(entry_id: str, purpose: str, policy: SchoolPolicy | None) -> Words | None:
    if policy is not None:
        return rules.chosen_by_school(entry_id, policy)
    if purpose in {rules.EMBEDDING, rules.CANARY} or purpose.startswith(f"{rules.EMBEDDING}."):
        return None
    return Words(key="routing.refused.no_policy")
