"""One exchange as a document for scripts and as a page for a terminal, gathered from its events and its record."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.assistant.ends import offered
from app.assistant.events import (
    Checked,
    Done,
    Event,
    Failed,
    Flagged,
    NothingFound,
    Recorded,
    Refused,
    Retrieved,
    Routed,
    Text,
    Withheld,
)
from app.audit import AuditLog, Outcome, Receipt
from app.errors import Words
from app.i18n import NAMES, Translator
from knowledge.curriculum import LearningObjective
from knowledge.passage import Citation, Passage
from knowledge.retriever import Hit

SCHEMA_VERSION = 1


@dataclass(slots=True)
class Answer:
    """What came of one question."""

    outcome: str = "failed"
    sentences: list[dict[str, Any]] = field(default_factory=list)
    hits: tuple[Hit, ...] = ()
    choices: tuple[LearningObjective, ...] = ()
    notices: list[Words] = field(default_factory=list)
    refusal: Words | None = None
    routed: Routed | None = None
    receipt: Receipt | None = None
    masked: str | None = None
    times_ms: Mapping[str, int] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    refusal_text: str | None = None
    notice_texts: tuple[str, ...] = ()
    route_reason_text: str | None = None

    @property
    def text(self) -> str:
        """The text that was shown."""
        return "".join(sentence["text"] for sentence in self.sentences)

    def document(self) -> dict[str, Any]:
        """The JSON document of docs/ask.schema.json."""
        entry, reason = self.routed.entry if self.routed else None, self.record.get("route_reason")
        return {
            "schema_version": SCHEMA_VERSION,
            "outcome": self.outcome,
            "question": self.masked,
            "text": self.text,
            "sentences": self.sentences,
            "passages": [passage_document(hit) for hit in self.hits],
            "choices": [choice_document(one) for one in self.choices],
            "verdicts": self.record.get("verdicts", []),
            "notices": [
                {"key": notice.key, "facts": dict(notice.facts), "words": words}
                for notice, words in zip(self.notices, self.notice_texts, strict=True)
            ],
            "entry": None
            if entry is None
            else {
                "entry_id": entry.entry_id,
                "digest": entry.digest,
                "provider": entry.provider,
                "names": dict(entry.names),
                "status": str(entry.status),
                "expires_at": entry.expires_at.isoformat(),
            },
            "route_reason": None
            if reason is None
            else {"key": reason["key"], "facts": dict(reason["facts"]), "words": self.route_reason_text},
            "registry_sequence": self.record.get("registry_sequence"),
            "receipt": receipt_document(self.receipt),
            "refusal": None
            if self.refusal is None
            else {"key": self.refusal.key, "facts": dict(self.refusal.facts), "words": self.refusal_text},
            "times_ms": {str(step): spent for step, spent in self.times_ms.items()},
            "usage": {
                "input_tokens": self.record.get("gen_ai.usage.input_tokens"),
                "output_tokens": self.record.get("gen_ai.usage.output_tokens"),
            },
        }

    def page(self, t: Translator, passage: Callable[[str], Passage | None]) -> str:
        """The answer for a terminal: text with marks, its sources, and the receipt."""
        numbers: dict[str, int] = {}
        parts = [f"{t.words(notice)}\n" for notice in self.notices]
        offers = map(passage, offered([hit.passage.id for hit in self.hits], self.notices))
        parts.extend(f"  {one.title or one.source} ({NAMES[one.language]})\n" for one in offers if one)
        for sentence in self.sentences:
            marks = "".join(
                f"[{numbers.setdefault(citation['passage_id'], len(numbers) + 1)}]"
                for citation in sentence["citations"]
            )
            body = sentence["text"].rstrip()
            parts.append(f"{body}{' ' + marks if marks else ''}{sentence['text'][len(body) :] or ' '}")
        parts.append("\n\n" if self.sentences else "")
        if self.refusal is not None:
            parts.append(f"{t.words(self.refusal)}\n")
            parts.extend(
                f"  {one.code} --programme {one.programme.key}: {one.text(t.language)}\n"
                for one in self.choices
            )
            parts.append("\n")
        for passage_id, number in numbers.items():
            source = passage(passage_id)
            if source is not None:
                named = " ".join(filter(None, (", ".join(source.codes), source.title)))
                parts.append(f"[{number}] {named}: {source.source}, {source.edition}\n")
        if self.routed is not None:
            parts.append(f"{self.routed.entry.names[t.language]} ({t.words(self.routed.reason)})\n")
        if self.receipt is not None:
            parts.append(f"{t('ask.receipt', code=self.receipt.code)}\n")
        return "".join(parts)


def collect(events: Iterator[Event], log: AuditLog, t: Translator) -> Answer:
    """Walk an exchange to its end and gather it; the verdicts and counts are read from its closed record."""
    answer = Answer()
    for event in _to_the_end(events):
        match event:
            case Recorded(receipt=receipt):
                answer.receipt = receipt
            case Checked(text=text, notices=notices):
                answer.masked = text
                answer.notices.extend(notices)
            case Retrieved(hits=hits, ambiguous=ambiguous):
                answer.hits, answer.choices = hits, ambiguous
            case Routed():
                answer.routed = event
            case Text(sentence=sentence):
                answer.sentences.append(
                    {
                        "text": sentence.text,
                        "citations": [
                            citation_document(citation, answer.hits) for citation in sentence.citations
                        ],
                        "grounding": str(sentence.grounding),
                    }
                )
            case Flagged(notices=notices):
                answer.notices.extend(notices)
            case (
                Refused(words=words) | Withheld(words=words) | NothingFound(words=words) | Failed(words=words)
            ):
                answer.refusal = words
                answer.refusal_text = t.words(words)
            case Done(receipt=receipt, outcome=outcome, times_ms=times_ms):
                answer.receipt, answer.outcome, answer.times_ms = receipt, str(outcome), times_ms
            case _:
                pass
    if answer.receipt is not None and answer.outcome in set(Outcome):
        record = log.find(answer.receipt.record_id)
        answer.record = record.clear if record is not None else {}
    reason = answer.record.get("route_reason")
    if reason is not None:
        answer.route_reason_text = t.words(Words(key=reason["key"], facts=reason["facts"]))
    answer.notice_texts = tuple(map(t.words, answer.notices))
    return answer


def _to_the_end(events: Iterator[Event]) -> Iterator[Event]:
    """The events, with the exchange closed here and now when whoever reads them is interrupted."""
    try:
        yield from events
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()


def citation_document(citation: Citation, hits: tuple[Hit, ...]) -> dict[str, Any]:
    """A citation with every objective code that its passage serves."""
    codes = next((hit.passage.codes for hit in hits if hit.passage.id == citation.passage_id), ())
    return {
        "passage_id": citation.passage_id,
        "code": citation.code,
        "codes": list(codes),
        "source": citation.source,
        "edition": citation.edition,
        "place": citation.place,
    }


def passage_document(hit: Hit) -> dict[str, Any]:
    """A passage found, with its ranks."""
    passage = hit.passage
    return {
        "id": passage.id,
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "ranks": dict(hit.ranks),
        "kind": str(passage.kind),
        "language": passage.language,
        "title": passage.title,
        "code": passage.codes[0] if len(passage.codes) == 1 else None,
        "codes": list(passage.codes),
        "subject": passage.subject,
        "grades": list(passage.grades),
        "source": passage.source,
        "edition": passage.edition,
        "place": passage.place,
        "paraphrase": passage.paraphrase,
    }


def choice_document(one: LearningObjective) -> dict[str, Any]:
    """One of the objectives that a code may mean; asking again with its `programme` says which."""
    return {
        "code": one.code,
        "programme": one.programme.key,
        "subject": one.subject,
        "grade": one.grade,
        "track": one.track,
        "language_of_instruction": one.language_of_instruction,
        "appendix": one.programme.appendix,
    }


def receipt_document(receipt: Receipt | None) -> dict[str, Any] | None:
    """A receipt for scripts."""
    if receipt is None:
        return None
    return {
        "code": receipt.code,
        "record_id": str(receipt.record_id),
        "exchange_id": str(receipt.exchange_id) if receipt.exchange_id else None,
        "leaf_hash": receipt.leaf_hash,
        "index": receipt.index,
    }
