"""Which entry takes a question: filter by every rule, then order; deterministic."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.errors import Words
from app.registry import Kind, Registry, RegistryEntry
from app.routing import rules
from app.routing.bindings import Bindings
from app.routing.policy import SchoolPolicy
from app.routing.route import Considered, InForceList, Labels, NoRoute, Route
from app.routing.rules import House, Place, Step

ANSWER = "answer"
ENDS = {
    Step.IN_FORCE: "routing.none.in_force",
    Step.LANGUAGE: "routing.none.language",
    Step.PERSONAL: "routing.none.personal",
    Step.CONTEXT: "routing.none.context",
    Step.SETUP: "routing.none.setup",
}
Rule = Callable[[], Words | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far an entry came: the step at which it failed and why; no reason: through all of them."""

    step: Step
    reason: Words | None


@dataclass(frozen=True, slots=True)
class Router:
    """Chooses among the entries in force that the school allows and the question's labels permit.

    Order: the teacher's own wish; entries in the country before those abroad; the school's order. A fallback
    is a new route through the same rules.

    Attributes:
        bindings: where entries lead on this machine; None: that is not looked at.
    """

    registry: InForceList
    bindings: Bindings | None = None
    house: House = field(default_factory=House)

    def route(self, labels: Labels, policy: SchoolPolicy, *, prefer: str | None = None) -> Route | NoRoute:
        """The entry for a question, with its reason and everything that was considered.

        Args:
            prefer: the entry that the teacher wishes; taken if it passes every rule.
        """
        registry = self.registry.current()
        if registry is None:
            reason = self.registry.trouble() or Words(key="routing.none.no_list")
            return NoRoute(
                reason=reason,
                considered=(),
                registry_sequence=None,
                registry_digest=None,
                policy_version=policy.version,
            )
        at = self.registry.now()
        verdicts = {
            entry.entry_id: self._examine(entry, registry, policy, labels, at)
            for entry in sorted(registry.entries, key=lambda entry: entry.entry_id)
        }
        considered = tuple(_considered(entry_id, verdict) for entry_id, verdict in verdicts.items())
        eligible = [entry for entry in registry.entries if verdicts[entry.entry_id].reason is None]
        if not eligible:
            return NoRoute(
                reason=_none(registry, policy, at, verdicts),
                considered=considered,
                registry_sequence=registry.sequence,
                registry_digest=registry.digest,
                policy_version=policy.version,
            )
        eligible.sort(key=lambda entry: self._order(entry, registry, policy, labels.language, prefer))
        return Route(
            entry=eligible[0],
            reason=_chosen(eligible, registry, prefer),
            registry_sequence=registry.sequence,
            registry_digest=registry.digest,
            considered=considered,
            policy_version=policy.version,
        )

    def eligibility(self, policy: SchoolPolicy, language: str | None) -> tuple[Considered, ...]:
        """Every model of the list, whether a question without personal data could go to it, and why not."""
        registry = self.registry.current()
        if registry is None:
            return ()
        labels = Labels(personal_data="none", language=language or "", task="", tokens=0)
        at = self.registry.now()
        return tuple(
            _considered(
                entry.entry_id,
                self._examine(entry, registry, policy, labels, at, any_language=language is None),
            )
            for entry in registry.entries
            if entry.kind is not Kind.EMBEDDER
        )

    def selectable(self, entry: RegistryEntry, registry: Registry, at: datetime) -> Words | None:
        """Why a school may not choose an entry; None: it may. What is set up on this machine is another question."""
        return _first(
            lambda: registry.in_force(entry.entry_id, at).reason,
            lambda: rules.kind(entry, ANSWER),
            lambda: rules.provider(entry, self.house),
            lambda: rules.conditions(entry, self.house),
            lambda: rules.language(entry, None, self.house.floor),
        )

    def set_up(self, entry: RegistryEntry) -> Words | None:
        """What is missing on this machine before an entry can be called; None: nothing."""
        return None if self.bindings is None else self.bindings.missing(entry)

    def proposed(self, registry: Registry, at: datetime) -> tuple[str, ...]:
        """The order that a school without a choice is offered: nearest first, then the better measured."""
        good = [entry for entry in registry.entries if self.selectable(entry, registry, at) is None]
        return tuple(
            entry.entry_id
            for entry in sorted(
                good, key=lambda entry: (rules.place(entry, registry), -_best(entry), entry.entry_id)
            )
        )

    def _examine(
        self,
        entry: RegistryEntry,
        registry: Registry,
        policy: SchoolPolicy,
        labels: Labels,
        at: datetime,
        *,
        any_language: bool = False,
    ) -> Verdict:
        wanted = None if any_language else labels.language
        steps: tuple[tuple[Step, Rule], ...] = (
            (Step.IN_FORCE, lambda: rules.kind(entry, ANSWER)),
            (Step.IN_FORCE, lambda: registry.in_force(entry.entry_id, at).reason),
            (Step.IN_FORCE, lambda: rules.provider(entry, self.house)),
            (Step.IN_FORCE, lambda: rules.conditions(entry, self.house)),
            (Step.IN_FORCE, lambda: rules.chosen_by_school(entry.entry_id, policy)),
            (Step.LANGUAGE, lambda: rules.language(entry, wanted, self.house.floor)),
            (Step.PERSONAL, lambda: rules.localisation(entry, registry, labels.personal_data)),
            (Step.CONTEXT, lambda: rules.context(entry, labels)),
            (Step.SETUP, lambda: self.set_up(entry)),
        )
        for step, rule in steps:
            reason = rule()
            if reason is not None:
                return Verdict(step, reason)
        return Verdict(Step.SETUP, None)

    def _order(
        self,
        entry: RegistryEntry,
        registry: Registry,
        policy: SchoolPolicy,
        language: str,
        prefer: str | None,
    ) -> tuple[bool, bool, int, Place, Decimal, str]:
        here = rules.place(entry, registry)
        score = entry.languages.get(language)
        return (
            entry.entry_id != prefer,
            here is Place.ABROAD,
            policy.allowed.index(entry.entry_id),
            here,
            -Decimal(score.value) if score is not None else Decimal(0),
            entry.entry_id,
        )


def _first(*found: Rule) -> Words | None:
    return next((reason for rule in found if (reason := rule()) is not None), None)


def _considered(entry_id: str, verdict: Verdict) -> Considered:
    reason = verdict.reason
    return Considered(
        entry_id=entry_id, eligible=reason is None, reason=reason or Words(key="routing.eligible")
    )


def _best(entry: RegistryEntry) -> Decimal:
    return max(
        (Decimal(score.value) for score in entry.languages.values() if score is not None), default=Decimal(0)
    )


def _chosen(eligible: list[RegistryEntry], registry: Registry, prefer: str | None) -> Words:
    facts: dict[str, str | int] = {
        "n": len(eligible),
        "sequence": registry.sequence,
        "profile": registry.profile,
    }
    if prefer is not None:
        key = "routing.chosen.preferred" if eligible[0].entry_id == prefer else "routing.chosen.instead"
    else:
        key = "routing.chosen.only" if len(eligible) == 1 else "routing.chosen.first"
    return Words(key=key, facts=facts)


def _none(registry: Registry, policy: SchoolPolicy, at: datetime, verdicts: dict[str, Verdict]) -> Words:
    if at >= registry.expires_at:
        return Words(key="routing.none.list_expired")
    if policy.version == 0 or not policy.allowed:
        return Words(key="routing.none.no_policy")
    furthest = max((verdict.step for verdict in verdicts.values()), default=Step.IN_FORCE)
    return Words(key=ENDS[furthest])
