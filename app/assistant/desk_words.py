"""The line speaks of a question; where it was asked for a field of a document, the teacher reads of the document."""

from app.errors import Words

OWN = frozenset(
    {
        "ask.bad.long",
        "ask.nothing_found",
        "ask.nothing_found.code",
        "ask.nothing_found.elsewhere",
        "ask.refused.no_embedder",
        "ask.refused.notice",
        "ask.refused.queue",
        "ask.refused.room",
        "ask.refused.suspended",
        "ask.withheld.rail",
        "ask.withheld.registry",
        "error.provider.bad_status",
        "error.provider.connection_refused",
        "error.provider.cut_stream",
        "error.provider.empty_answer",
        "error.provider.garbage",
        "error.provider.timeout",
        "error.provider.too_large",
        "error.provider.unreachable",
        "guardrails.personal_data.leak",
        "guardrails.prompt_leak",
        "routing.none.context",
        "routing.none.in_force",
        "routing.none.language",
        "routing.none.list_expired",
        "routing.none.no_list",
        "routing.none.no_policy",
        "routing.none.personal",
        "routing.none.resting",
        "routing.none.setup",
    }
)
"""Sentences that have one of their own about a document, under the same key after `desk.`, with the same facts."""


def of_a_document(words: Words) -> Words:
    """The same reason in the words of a document."""
    return Words(key=f"desk.{words.key}", facts=words.facts) if words.key in OWN else words
