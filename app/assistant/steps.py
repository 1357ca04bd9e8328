"""The journal steps of the line: what is durable before it is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.assistant.events import Sentence
from app.assistant.turn import Turn, considered, passages, relevance, sentence_clear, verdicts, words
from app.audit import Step
from app.errors import Words
from app.routing import Route
from guardrails.guardrails import Combined
from guardrails.verdict import Verdict


def checked(combined: Combined) -> Step:
    """What the input rails said, and the text as it may go on."""
    return Step(
        kind="checked",
        clear={"verdicts": verdicts(combined.verdicts), "action": str(combined.action)},
        sealed={"masked": combined.text},
    )


def judged(combined: Combined) -> Step:
    """What a second look by the school's own model came to."""
    return Step(kind="judged", clear={"verdicts": verdicts(combined.verdicts)}, sealed=None)


def understood(turn: Turn, said: Sequence[Verdict]) -> Step:
    """How a follow-up was understood, beside the question as it went on, and what the input rails said of that."""
    return Step(
        kind="understood",
        clear={"verdicts": verdicts(said), "follow_up": turn.follow_up},
        sealed={"understood": turn.understood},
    )


def retrieved(turn: Turn) -> Step:
    """The passages found, with their ranks."""
    found = turn.retrieval
    if found is None:
        raise ValueError("nothing was retrieved yet")
    return Step(
        kind="retrieved",
        clear={
            "passages": passages(found.hits),
            "relevance": relevance(found),
            "index_version": found.index_version,
            "embedding_model": turn.embedding_model,
            "embedding_entry": turn.embedding_entry,
        },
        sealed=None,
    )


def routed(turn: Turn) -> Step:
    """The entry chosen, or why none was, and the exact prompt."""
    route = turn.route
    if route is None:
        raise ValueError("nothing was routed yet")
    return Step(
        kind="routed",
        clear={
            "entry_id": route.entry.entry_id if isinstance(route, Route) else None,
            "route_reason": words(route.reason),
            "considered": considered(route),
            "registry_sequence": route.registry_sequence,
            "registry_digest": route.registry_digest,
            "prompt_digest": turn.prompt_digest,
        },
        sealed={"prompt": [[str(message.role), message.text] for message in turn.prompt]},
    )


def sentence(released: Sentence, combined: Combined) -> Step:
    """One released piece with its verdicts."""
    return Step(
        kind="sentence",
        clear={**sentence_clear(released), "verdicts": verdicts(combined.verdicts)},
        sealed={"text": released.text},
    )


def filled(value: Mapping[str, Any]) -> Step:
    """A field's whole value; its texts stand in `sentence` steps of the same commit, with their verdicts."""
    return Step(kind="filled", clear={}, sealed={"value": dict(value)})


def offered(notices: Sequence[Words]) -> Step:
    """That own papers of the school are offered where nothing answers; which ones stands in `retrieved`."""
    return Step(kind="offered", clear={"notices": [words(notice) for notice in notices]}, sealed=None)


def withheld(piece: str, combined: Combined) -> Step:
    """A piece that no one is shown."""
    return Step(kind="withheld", clear={"verdicts": verdicts(combined.verdicts)}, sealed={"text": piece})


def flagged(combined: Combined, notices: tuple[Words, ...]) -> Step:
    """What the look back over the whole answer found."""
    return Step(
        kind="flagged",
        clear={"verdicts": verdicts(combined.verdicts), "notices": [words(notice) for notice in notices]},
        sealed=None,
    )
