"""From the rails' verdicts to what a reader sees: the standing of a sentence, and notices in words."""

from app.assistant.events import Grounding
from app.errors import Words
from guardrails.guardrails import Combined
from guardrails.verdict import Action

_BANDS = {
    "groundedness.supported": Grounding.SUPPORTED,
    "groundedness.weak": Grounding.WEAK,
    "groundedness.unsupported": Grounding.UNSUPPORTED,
    "groundedness.language_differs": Grounding.LANGUAGE_DIFFERS,
}


def grounding_of(combined: Combined) -> Grounding:
    """The band that the groundedness rail gave a piece; without a finding it makes no claim."""
    for verdict in combined.verdicts:
        for finding in verdict.findings:
            if finding.category in _BANDS:
                return _BANDS[finding.category]
    return Grounding.NOT_A_CLAIM


def notices_of(combined: Combined) -> tuple[Words, ...]:
    """What a reader is told of masks and warnings, once each, in the order of the rails."""
    keys: dict[str, None] = {}
    for verdict in combined.verdicts:
        if verdict.action in {Action.MASK, Action.WARN} and verdict.message_key:
            keys.setdefault(verdict.message_key)
    return tuple(Words(key=key) for key in keys)
