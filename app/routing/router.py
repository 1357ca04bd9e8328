"""Which entry takes a question: filter by every rule, then order; deterministic."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.capacity import Breakers
from app.errors import Words
from app.registry import Kind, Registry, RegistryEntry
from app.routing import rules
from app.routing.bindings import Bindings
from app.routing.known import ANSWER, Known, bar, known_of
from app.routing.policy import SchoolPolicy
from app.routing.route import Considered, InForceList, Labels, NoRoute, Route
from app.routing.rules import House, Place, Step

ENDS = {
    Step.IN_FORCE: "routing.none.in_force",
    Step.TASK: "routing.none.task",
    Step.LANGUAGE: "routing.none.language",
    Step.PERSONAL: "routing.none.personal",
    Step.CONTEXT: "routing.none.context",
    Step.SETUP: "routing.none.setup",
    Step.ANSWERING: "routing.none.resting",
}
Rule = Callable[[], Words | None]


Verdict = tuple[Step, Words | None]
"""How far an entry came: the step at which it failed and why; no reason: through all of them."""


@dataclass(frozen=True, slots=True)
class Router:
    """Chooses among the entries in force that the school allows and the question's labels permit.

    Order: the teacher's own wish; entries in the country before those abroad; what the school wants for this task
    and language; the school's order. A fallback is a new route through the same rules.

    Attributes:
        bindings: where entries lead on this machine; None: that is not looked at.
        breakers: which endpoints are left in peace for a while; None: none is.
    """

    registry: InForceList
    bindings: Bindings | None = None
    house: House = field(default_factory=House)
    breakers: Breakers | None = None
    _kept: dict[str, Known] = field(init=False, default_factory=dict, repr=False, compare=False)

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
        known, allowed = self._known(registry, at), frozenset(policy.allowed)
        looked: list[Considered] = []
        verdicts: dict[str, Verdict] = {}
        eligible: list[RegistryEntry] = []
        for entry in known.order:
            barred = known.barred.get(entry.entry_id)
            if barred is None and policy.version > 0 and entry.entry_id not in allowed:
                barred = known.not_allowed[entry.entry_id]
            if barred is not None:
                looked.append(barred)
                continue
            verdict = verdicts[entry.entry_id] = self._examine(
                entry, registry, policy, labels, at, is_barred_known=True
            )
            looked.append(_considered(entry.entry_id, verdict))
            if verdict[1] is None:
                eligible.append(entry)
        considered = tuple(looked)
        if not eligible:
            return NoRoute(
                reason=_none(registry, policy, at, verdicts),
                considered=considered,
                registry_sequence=registry.sequence,
                registry_digest=registry.digest,
                policy_version=policy.version,
            )
        wanted = policy.default(labels.task, labels.language)
        eligible.sort(key=lambda entry: self._order(entry, registry, policy, labels.language, prefer, wanted))
        return Route(
            entry=eligible[0],
            reason=_chosen(eligible, registry, prefer, wanted),
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

    def answering(self, entry: RegistryEntry) -> Words | None:
        """Why an entry's endpoint is left in peace for a while; None: it is not."""
        if self.breakers is None or self.bindings is None:
            return None
        seconds = self.breakers.resting(self.bindings.endpoint(entry))
        if seconds is None:
            return None
        return Words(key="routing.refused.resting", facts={"seconds": math.ceil(seconds)})

    def proposed(self, registry: Registry, at: datetime) -> tuple[str, ...]:
        """The order that a school without a choice is offered: nearest first, then the better measured."""
        good = [entry for entry in registry.entries if self.selectable(entry, registry, at) is None]
        return tuple(
            entry.entry_id
            for entry in sorted(
                good, key=lambda entry: (rules.place(entry, registry), -_best(entry), entry.entry_id)
            )
        )

    def _known(self, registry: Registry, at: datetime) -> Known:
        """What the list says whatever is asked; two threads that work it out at once find the same."""
        known = self._kept.get("known")
        if known is None or not known.holds(registry, at):
            known = self._kept["known"] = known_of(registry, self.house, at)
        return known

    def _examine(
        self,
        entry: RegistryEntry,
        registry: Registry,
        policy: SchoolPolicy,
        labels: Labels,
        at: datetime,
        *,
        any_language: bool = False,
        is_barred_known: bool = False,
    ) -> Verdict:
        """How far an entry comes.

        Args:
            is_barred_known: what bars an entry from everybody was looked at for this instant, and nothing does.
        """
        wanted = None if any_language else labels.language
        barred = None if is_barred_known else bar(entry, registry, self.house, at)
        if barred is not None:
            return Step.IN_FORCE, barred
        for verdict in self._rules(entry, registry, policy, labels, wanted):
            if verdict[1] is not None:
                return verdict
        return Step.ANSWERING, None

    def _rules(
        self,
        entry: RegistryEntry,
        registry: Registry,
        policy: SchoolPolicy,
        labels: Labels,
        wanted: str | None,
    ) -> Iterator[Verdict]:
        """Each rule in turn, asked only when the ones before let the entry pass: most of a long list stops early."""
        house = self.house
        yield Step.IN_FORCE, rules.suspended(entry, house)
        yield Step.IN_FORCE, rules.chosen_by_school(entry.entry_id, policy)
        yield Step.TASK, rules.writes(entry, labels.task)
        yield Step.LANGUAGE, rules.language(entry, wanted, house.floor)
        yield Step.PERSONAL, rules.localisation(entry, registry, labels.personal_data)
        most = entry.context_tokens if self.bindings is None else self.bindings.context_of(entry)
        yield Step.CONTEXT, rules.context(entry, labels, most)
        yield Step.SETUP, self.set_up(entry)
        yield Step.ANSWERING, self.answering(entry)

    def _order(
        self,
        entry: RegistryEntry,
        registry: Registry,
        policy: SchoolPolicy,
        language: str,
        prefer: str | None,
        wanted: str | None,
    ) -> tuple[bool, bool, bool, int, Place, Decimal, str]:
        here = rules.place(entry, registry)
        score = entry.languages.get(language)
        return (
            entry.entry_id != prefer,
            here is Place.ABROAD,
            entry.entry_id != wanted,
            policy.allowed.index(entry.entry_id),
            here,
            -Decimal(score.value) if score is not None else Decimal(0),
            entry.entry_id,
        )


def _first(*found: Rule) -> Words | None:
    return next((reason for rule in found if (reason := rule()) is not None), None)


def _considered(entry_id: str, verdict: Verdict) -> Considered:
    reason = verdict[1]
    return Considered(
        entry_id=entry_id, eligible=reason is None, reason=reason or Words(key="routing.eligible")
    )


def _best(entry: RegistryEntry) -> Decimal:
    return max(
        (Decimal(score.value) for score in entry.languages.values() if score is not None), default=Decimal(0)
    )


def _chosen(
    eligible: list[RegistryEntry], registry: Registry, prefer: str | None, wanted: str | None
) -> Words:
    facts: dict[str, str | int] = {
        "n": len(eligible),
        "sequence": registry.sequence,
        "profile": registry.profile,
    }
    if prefer is not None:
        key = "routing.chosen.preferred" if eligible[0].entry_id == prefer else "routing.chosen.instead"
    elif len(eligible) == 1:
        key = "routing.chosen.only"
    else:
        key = "routing.chosen.default" if eligible[0].entry_id == wanted else "routing.chosen.first"
    return Words(key=key, facts=facts)


def _none(registry: Registry, policy: SchoolPolicy, at: datetime, verdicts: dict[str, Verdict]) -> Words:
    if at >= registry.expires_at:
        return Words(key="routing.none.list_expired")
    if policy.version == 0 or not policy.allowed:
        return Words(key="routing.none.no_policy")
    furthest = max((step for step, _ in verdicts.values()), default=Step.IN_FORCE)
    return Words(key=ENDS[furthest])
