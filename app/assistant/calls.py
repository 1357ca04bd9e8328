"""The call that an entry and its local binding allow; nothing of it comes from a person."""

from app.errors import Failure, ProviderFailed
from app.providers import Call, Reasoning, Structured
from app.registry import RegistryEntry
from app.routing import Bindings
from app.routing.rules import room

LONGEST_ANSWER_TOKENS = 700


def call_for(
    entry: RegistryEntry,
    bindings: Bindings,
    *,
    seconds: float,
    most_tokens: int = LONGEST_ANSWER_TOKENS,
    personal_data: str = "none",
) -> Call:
    """How to call an entry on this machine.

    Args:
        most_tokens: longest answer; the entry may allow less.
        personal_data: class of what goes along; an entry may hold less of a text in which somebody is named.

    Raises:
        ProviderFailed: `NO_BINDING`, when this machine does not say where the entry is served.
    """
    binding = bindings.find(entry)
    if binding is None:
        raise ProviderFailed(Failure.NO_BINDING, entry.entry_id)
    loaded = bindings.context_of(entry)
    return Call(
        entry_id=entry.entry_id,
        provider=entry.provider,
        address=binding.address,
        served_name=binding.served_name,
        secret=binding.secret,
        sha256=entry.sha256,
        weights=binding.weights,
        context_tokens=room(entry, loaded, personal_data),
        loaded_tokens=loaded,
        output_tokens=min(entry.output_tokens, most_tokens),
        timeout_seconds=seconds,
        check_name=entry.name_must_match,
        fingerprint=entry.fingerprint,
        reasoning=Reasoning(entry.reasoning),
        structured=Structured(entry.structured_output),
    )


def endpoint_of(call: Call) -> str:
    """What a breaker is kept for: the address that is called, or the entry that runs in this process."""
    return call.address or call.entry_id
