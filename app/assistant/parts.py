"""Everything that the line calls; wired by bootstrap."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.accounts import Accounts
from app.assistant.conversations import Conversations
from app.assistant.embedding import GatedEmbedder
from app.audit import AuditLog
from app.providers import Provider
from app.registry import RegistryStore
from app.routing import Bindings, Gate, Policies, Router
from app.runtime import Runtime
from guardrails.guardrails import Guardrails
from knowledge.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The duties that one question passes.

    Attributes:
        providers: gives the provider of a file name in app/providers.
        places: how many answers may be generated at once.
        answer_seconds: longest time for one answer.
    """

    runtime: Runtime
    audit: AuditLog
    accounts: Accounts
    guardrails: Guardrails
    library: Library
    embedder: GatedEmbedder
    registry: RegistryStore
    policies: Policies
    router: Router
    gate: Gate
    bindings: Bindings
    providers: Callable[[str], Provider]
    conversations: Conversations
    places: threading.BoundedSemaphore
    answer_seconds: float
