"""Everything that the line calls; wired by bootstrap."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.accounts import Accounts
from app.assistant.conversations import Conversations
from app.assistant.embedding import GatedEmbedder
from app.audit import AuditLog
from app.capacity import Breakers, Budgets, Places, SchoolUsage
from app.protection import Sightings
from app.providers import Provider
from app.registry import RegistryStore
from app.routing import Bindings, Gate, Router, SchoolPolicy
from app.runtime import Runtime
from guardrails.spoken import Rails
from knowledge.library import Library


class Choices(Protocol):
    """What schools allow."""

    def of(self, school: str | None) -> SchoolPolicy:
        """The choice that holds for a school now."""
        ...


class Protects(Protocol):
    """How strict the rails are in schools."""

    def of(self, school: str | None) -> Rails:
        """The rails that judge the next text of a school."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The duties that one question passes.

    Attributes:
        guardrails: what judges; within an exchange those of the school that asks, the same from its first record on.
        protection: gives the rails of a school.
        providers: gives the provider of a file name in app/providers.
        places: where answers are generated, and the line before them.
        breakers: which endpoints are left in peace for a while.
        answer_seconds: longest time for one answer.
        rewrite: whether a model may be asked to rewrite a follow-up.
        canary_key: makes the mark that the prompts of one document share; new with each process.
    """

    runtime: Runtime
    audit: AuditLog
    accounts: Accounts
    guardrails: Rails
    protection: Protects
    library: Library
    embedder: GatedEmbedder
    registry: RegistryStore
    policies: Choices
    router: Router
    gate: Gate
    bindings: Bindings
    providers: Callable[[str], Provider]
    conversations: Conversations
    budgets: Budgets
    usage: SchoolUsage
    sightings: Sightings
    places: Places
    breakers: Breakers
    answer_seconds: float
    rewrite: bool = True
    canary_key: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)

    def of_school(self, school: str | None) -> "Parts":
        """The same duties, with the rails as they hold for a school now."""
        return replace(self, guardrails=self.protection.of(school))
