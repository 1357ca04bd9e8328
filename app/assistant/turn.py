"""What is known of one question so far, and the record that it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import Any

from app.assistant.events import Sentence, StepName
from app.assistant.prompting import Prompted
from app.assistant.question import Question
from app.capacity.budget import CURRENCY, MICRO
from app.errors import Words
from app.providers import Call, Message, Usage
from app.routing import NoRoute, Permit, Route
from guardrails.spoken import Rails
from guardrails.verdict import Verdict
from knowledge.retriever import Hit, Retrieval


@dataclass(slots=True, kw_only=True)
class Turn:
    """The state of one question; every field has its place in the closed record."""

    question: Question
    masked: str = ""
    follow_up: str | None = None
    understood: str = ""
    sought: str = ""
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
    tokens: tuple[int, int] = (0, 0)
    """Of the prompt and of the reply, as they count against the budget; by estimate where the server did not say."""
    cost: int = 0
    finish: str | None = None
    response_model: str | None = None
    reason: Words | None = None
    notices: tuple[Words, ...] = ()
    failure: str | None = None
    permits: list[Permit] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """Why earlier tries of the same call broke before anything came."""
    times_ms: dict[StepName, int] = field(default_factory=dict)
    first_text_ms: int | None = None
    total_ms: int | None = None

    def prompted(self, prompted: Prompted) -> None:
        """Keep the exact prompt."""
        self.prompt = prompted.prompt.messages
        self.prompt_name, self.prompt_version = prompted.name, prompted.version
        self.prompt_digest = prompted.digest

    @property
    def meant(self) -> str:
        """The question as it is searched and answered: a follow-up as it was understood."""
        return self.understood or self.masked

    @property
    def searched(self) -> str:
        """What the curriculum is searched by; of a follow-up that code joined, the words that name something."""
        return self.sought or self.meant

    @property
    def shown(self) -> str:
        """The text that has been released, piece by piece as it was."""
        end = "" if self.question.work is None else "\n"  # the texts of a field stand apart
        return "".join(sentence.text + end for sentence in self.sentences)

    def asked(self, rails: Rails) -> dict[str, Any]:
        """The clear part of the asked record; `rails` are those that will judge."""
        question = self.question
        work = question.work
        return {
            "task": question.task,
            "language": question.language,
            "gen_ai.conversation.id": _text(question.conversation),
            "parent": _text(question.parent),
            "document_id": str(work.document) if work else None,
            "field_id": work.field if work else None,
            "grade": question.grade,
            "subject": question.subject,
            **({"programme": question.programme} if question.programme else {}),
            "model_preferred": question.model,
            "policy_digest": rails.policy_digest,
            "inventory_digest": rails.inventory_digest,
            **({"unmasked": [one.why for one in question.unmasked]} if question.unmasked else {}),
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
            "cost": {"amount": f"{Decimal(self.cost) / MICRO:f}", "currency": CURRENCY}
            if self.cost
            else None,
            "characters_shown": sum(len(sentence.text) for sentence in self.sentences),
            "characters_withheld": sum(map(len, self.withheld)),
            "reason": words(self.reason) if self.reason else None,
            "notices": [words(notice) for notice in self.notices],
            "failure": self.failure,
            **({"follow_up": self.follow_up} if self.follow_up else {}),
            **({"unmasked": [one.why for one in self.question.unmasked]} if self.question.unmasked else {}),
            "admitted": admitted(self.permits),
            **({"tried_before": list(self.tried)} if self.tried else {}),
        }

    def sealed(self) -> dict[str, Any]:
        """The part of the closed record that only the record's key opens."""
        return {
            "raw": self.question.text,
            "masked": self.masked,
            **({"understood": self.understood} if self.understood else {}),
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


def admitted(permits: Sequence[Permit]) -> list[dict[str, Any]]:
    """What the gate allowed: a row for each entry and list, with the first and the last instant at which it did.

    Between two instants at which one entry stood in force by one list it stood so all the time.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for permit in permits:
        entry, at = permit.entry, permit.at.astimezone(UTC).isoformat()
        first = {
            "entry_id": entry.entry_id,
            "entry_digest": entry.digest,
            "registry_sequence": permit.registry_sequence,
            "registry_digest": permit.registry_digest,
            "update": _text(permit.update),
            "first": at,
            "last": at,
            "times": 0,
        }
        row = rows.setdefault((entry.entry_id, str(permit.update)), first)
        row.update(first=min(row["first"], at), last=max(row["last"], at), times=row["times"] + 1)
    return list(rows.values())


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
        "codes_elsewhere": list(retrieval.codes_elsewhere),
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
            "score": None if verdict.scored is None else f"{verdict.scored:.4f}",
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
