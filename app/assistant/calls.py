"""The call that an entry and its local binding allow; nothing of it comes from a person."""

from app.errors import Failure, ProviderFailed
from app.providers import Call, Reasoning
from app.registry import RegistryEntry
from app.routing import Bindings

LONGEST_ANSWER_TOKENS = 700


def call_for(entry: RegistryEntry, bindings: Bindings, *, seconds: float) -> Call:
    """How to call an entry on this machine.

    Raises:
        ProviderFailed: `NO_BINDING`, when this machine does not say where the entry is served.
    """
    binding = bindings.find(entry)
    if binding is None:
        raise ProviderFailed(Failure.NO_BINDING, entry.entry_id)
    return Call(
        entry_id=entry.entry_id,
        provider=entry.provider,
        address=binding.address,
        served_name=binding.served_name,
        secret=binding.secret,
        sha256=entry.sha256,
        weights=binding.weights,
        context_tokens=entry.context_tokens,
        output_tokens=min(entry.output_tokens, LONGEST_ANSWER_TOKENS),
        timeout_seconds=seconds,
        check_name=entry.name_must_match,
        reasoning=Reasoning(entry.reasoning),
    )
