"""What is known of one question so far, and the record that it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.assistant.events import Sentence, StepName
from app.assistant.prompting import Prompted
from app.assistant.question import Question
from app.errors import Words
from app.providers import Call, Message, Usage
from app.routing import NoRoute, Route
from guardrails.verdict import Verdict
from knowledge.retriever import Hit, Retrieval


@dataclass(slots=True, kw_only=True)
class Turn:
    """The state of one question; every field has its place in the closed record."""

    question: Question
    masked: str = ""
    personal_data: str = "none"
    verdicts: list[Verdict] = field(default_factory=list)
    retrieval: Retrieval | None = None
    embedding_model: str | None = None
    embedding_entry: str | None = None
    route: Route | NoRoute | None = None
    call: Call | None = None
    prompt: tuple[Message, ...] = ()
    prompt_name: str | None = None
    prompt_version: str | None = None
    prompt_digest: str | None = None
    raw_output: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    usage: Usage | None = None
    finish: str | None = None
    response_model: str | None = None
    reason: Words | None = None
    notices: tuple[Words, ...] = ()
    failure: str | None = None
    times_ms: dict[StepName, int] = field(default_factory=dict)
    first_text_ms: int | None = None
    total_ms: int | None = None

    def prompted(self, prompted: Prompted) -> None:
        """Keep the exact prompt."""
        self.prompt = prompted.prompt.messages
        self.prompt_name, self.prompt_version = prompted.name, prompted.version
        self.prompt_digest = prompted.digest

    @property
    def shown(self) -> str:
        """The text that has been released, piece by piece as it was."""
        return "".join(sentence.text for sentence in self.sentences)

    def asked(self, *, policy: str) -> dict[str, Any]:
        """The clear part of the asked record."""
        question = self.question
        return {
            "task": question.task,
            "language": question.language,
            "gen_ai.conversation.id": _text(question.conversation),
            "parent": _text(question.parent),
            "document_id": None,
            "field_id": None,
            "grade": question.grade,
            "subject": question.subject,
            "model_preferred": question.model,
            "policy_digest": policy,
        }

    def closed(self) -> dict[str, Any]:
        """The clear part of the closed record; every key is there, unknown is null."""
        route = self.route
        entry = route.entry if isinstance(route, Route) else None
        return {
            "task": self.question.task,
            "language": self.question.language,
            "gen_ai.conversation.id": _text(self.question.conversation),
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": entry.provider if entry else None,
            "gen_ai.request.model": entry.model_id if entry else None,
            "gen_ai.response.model": self.response_model,
            "artefact_sha256": entry.sha256 if entry else None,
            "entry_id": entry.entry_id if entry else None,
            "entry_digest": entry.digest if entry else None,
            "registry_sequence": route.registry_sequence if route else None,
            "registry_digest": route.registry_digest if route else None,
            "route_reason": words(route.reason) if route else None,
            "considered": considered(route) if route else [],
            "prompt_id": self.prompt_name,
            "prompt_version": self.prompt_version,
            "prompt_digest": self.prompt_digest,
            "parameters": parameters(self.call),
            "personal_data": self.personal_data,
            "passages": passages(self.retrieval.hits) if self.retrieval else [],
            "relevance": relevance(self.retrieval) if self.retrieval else None,
            "index_version": self.retrieval.index_version if self.retrieval else None,
            "embedding_model": self.embedding_model,
            "embedding_entry": self.embedding_entry,
            "verdicts": verdicts(self.verdicts),
            "sentences": [sentence_clear(sentence) for sentence in self.sentences],
            "gen_ai.usage.input_tokens": self.usage.input_tokens if self.usage else None,
            "gen_ai.usage.output_tokens": self.usage.output_tokens if self.usage else None,
            "gen_ai.response.finish_reasons": [self.finish] if self.finish else [],
            "first_text_ms": self.first_text_ms,
            "total_ms": self.total_ms,
            "times_ms": {str(step): spent for step, spent in self.times_ms.items()},
            "cost": None,
            "characters_shown": len(self.shown),
            "characters_withheld": sum(map(len, self.withheld)),
            "reason": words(self.reason) if self.reason else None,
            "notices": [words(notice) for notice in self.notices],
            "failure": self.failure,
        }

    def sealed(self) -> dict[str, Any]:
        """The part of the closed record that only the record's key opens."""
        return {
            "raw": self.question.text,
            "masked": self.masked,
            "prompt": [[str(message.role), message.text] for message in self.prompt],
            "raw_output": "".join(self.raw_output),
            "shown": [sentence.text for sentence in self.sentences],
            "withheld": list(self.withheld),
        }


def words(value: Words) -> dict[str, Any]:
    """A reason as the record holds it: the key and its facts, not the sentence."""
    return {"key": value.key, "facts": dict(value.facts)}


def considered(route: Route | NoRoute) -> list[dict[str, Any]]:
    """Every entry that was looked at, and why it could or could not take the question."""
    return [
        {"entry_id": row.entry_id, "eligible": row.eligible, "reason": words(row.reason)}
        for row in route.considered
    ]


def parameters(call: Call | None) -> dict[str, Any] | None:
    """The generation parameters of a call."""
    if call is None:
        return None
    return {
        "temperature": f"{call.temperature:g}",
        "output_tokens": call.output_tokens,
        "context_tokens": call.context_tokens,
        "timeout_seconds": f"{call.timeout_seconds:g}",
        "served_name": call.served_name,
    }


def passages(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The passages found, with their ranks in every branch."""
    return [
        {
            "id": hit.passage.id,
            "rank": hit.rank,
            "score": f"{hit.score:.6f}",
            "ranks": dict(hit.ranks),
            "codes": list(hit.passage.codes),
        }
        for hit in hits
    ]


def relevance(retrieval: Retrieval) -> dict[str, Any]:
    """Why the passages were held relevant or not."""
    return {
        "relevant": retrieval.relevant,
        "reason": retrieval.reason,
        "features": {name: f"{value:.4f}" for name, value in sorted(retrieval.features.items())},
        "unknown_codes": list(retrieval.unknown_codes),
    }


def verdicts(given: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Every verdict as the record holds it; findings carry no raw personal value."""
    return [
        {
            "rail": verdict.rail,
            "version": verdict.version,
            "stage": str(verdict.stage),
            "action": str(verdict.action),
            "status": str(verdict.status),
            "threshold": None if verdict.threshold is None else f"{verdict.threshold:g}",
            "ms": f"{verdict.latency_ms:.2f}",
            "findings": [
                {
                    "category": finding.category,
                    "score": f"{finding.score:.4f}",
                    "span": list(finding.span) if finding.span else None,
                    "evidence": finding.evidence_hash,
                }
                for finding in verdict.findings
            ],
        }
        for verdict in given
    ]


def sentence_clear(sentence: Sentence) -> dict[str, Any]:
    """What the clear part says of a sentence: its number, length, sources and grounding."""
    return {
        "number": sentence.number,
        "characters": len(sentence.text),
        "citations": [citation.passage_id for citation in sentence.citations],
        "grounding": str(sentence.grounding),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
