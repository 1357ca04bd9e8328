"""What a reader is told where a text is stopped by a stricter choice: the usual sentence says that it went on."""

from collections.abc import Mapping
from types import MappingProxyType

from guardrails.verdict import Stage, Verdict

OF_A_QUESTION: Mapping[str, str] = MappingProxyType(
    {
        "guardrails.personal_data.pupil": "guardrails.stopped.personal_data",
        "guardrails.personal_data.teacher": "guardrails.stopped.personal_data",
        "guardrails.personal_data.person": "guardrails.stopped.personal_data",
        "guardrails.secrets": "guardrails.stopped.secrets",
        "guardrails.conduct.profanity": "guardrails.stopped.conduct",
        "guardrails.conduct.insult": "guardrails.stopped.conduct",
    }
)
"""By the key of the sentence that speaks of a text that goes on."""
OF_AN_ANSWER = frozenset(
    {
        "guardrails.secrets",
        "guardrails.links",
        "guardrails.citation",
        "guardrails.objective_code",
        "guardrails.language",
        "guardrails.conduct.profanity",
        "guardrails.conduct.insult",
    }
)
ANSWER_KEY = "guardrails.stopped.answer"


def told(blocking: Verdict) -> str | None:
    """The sentence for a text that a rail stopped."""
    key = blocking.message_key
    if key is None:
        return None
    if blocking.stage in {Stage.OUTPUT, Stage.ANSWER}:
        return ANSWER_KEY if key in OF_AN_ANSWER else key
    return OF_A_QUESTION.get(key, key)
