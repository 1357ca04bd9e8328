"""Parts of the line that misbehave on purpose, each in one way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from app.assistant import Assistant, Question
from app.assistant.embedding import GatedEmbedder
from app.assistant.events import Done, Event, Recorded, Text
from app.audit import AuditLog, OpenExchange, Record
from app.capacity import Breakers, Ticket
from app.errors import NotRecorded, Words
from app.providers import Call, Chunk, Prompt, Provider, Usage
from app.routing import Gate, Refusal, Route, Router
from guardrails.guardrails import Combined
from guardrails.policy import Policy
from guardrails.spoken import Rails
from guardrails.verdict import Action, Stage, Subject
from tests.assistant.conftest import House

ANSWERABLE = "Бөлшектерді қалай салыстырамыз?"
PIECES = (
    "Бөлімдері бірдей бөлшектерді салыстырғанда алымдарына қараймыз. ",
    "Алымы үлкен бөлшек үлкен болады. ",
    "Бөлімдері әр түрлі болса, алдымен ортақ бөлімге келтіреміз.",
)


@dataclass(slots=True)
class Says:
    """A provider that says its pieces, then breaks if it is to."""

    pieces: tuple[str, ...] = PIECES
    error: BaseException | None = None
    prompts: list[Prompt] = field(default_factory=list)

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.prompts.append(prompt)
        for piece in self.pieces:
            yield Chunk(text=piece)
        if self.error is not None:
            raise self.error
        yield Chunk(usage=Usage(input_tokens=3, output_tokens=5), finish="stop", model="said")


@dataclass(slots=True)
class Admits:
    """A gate that admits so many times and refuses from then on."""

    gate: Gate
    times: int

    def admit(self, entry_id: str, **labels: Any) -> Any:
        self.times -= 1
        admitted = self.gate.admit(entry_id, **labels)
        if self.times >= 0 or isinstance(admitted, Refusal):
            return admitted
        return Refusal(reason=Words(key="ask.withheld.registry"), entry_id=entry_id)


@dataclass(slots=True)
class Exchanges:
    """A gate whose list names other weights under the same id after so many times; everything stays in force."""

    gate: Gate
    times: int

    def admit(self, entry_id: str, **labels: Any) -> Any:
        self.times -= 1
        admitted = self.gate.admit(entry_id, **labels)
        if self.times >= 0 or isinstance(admitted, Refusal):
            return admitted
        return replace(admitted, entry=replace(admitted.entry, sha256="0" * 64))


@dataclass(slots=True)
class Narrow:
    """A router whose entry has room for so many tokens."""

    router: Router
    context_tokens: int

    def route(self, *given: Any, **named: Any) -> Any:
        route = self.router.route(*given, **named)
        assert isinstance(route, Route)
        return replace(route, entry=replace(route.entry, context_tokens=self.context_tokens))


@dataclass(slots=True)
class Embeds:
    """The embedding model, counting the letters that it is given."""

    real: GatedEmbedder
    letters: list[int] = field(default_factory=list)

    def entry_id(self) -> str | None:
        return self.real.entry_id()

    def embed_queries(self, texts: Sequence[str], **more: Any) -> Any:
        self.letters.extend(map(len, texts))
        return self.real.embed_queries(texts, **more)


@dataclass(slots=True)
class Blocks:
    """Rails that also block what holds a word, at one stage; or break there."""

    rails: Rails
    stage: Stage
    word: str
    error: Exception | None = None

    @property
    def policy_digest(self) -> str:
        return self.rails.policy_digest

    @property
    def inventory_digest(self) -> str | None:
        return self.rails.inventory_digest

    @property
    def policy(self) -> Policy | None:
        return self.rails.policy

    @property
    def may_undo(self) -> bool:
        return self.rails.may_undo

    def inspect(self, subject: Subject) -> Combined:
        combined = self.rails.inspect(subject)
        if subject.stage is not self.stage or self.word not in subject.text:
            return combined
        if self.error is not None:
            raise self.error
        return replace(combined, action=Action.BLOCK, text="", message_key="guardrails.rail_failed")


@dataclass(slots=True)
class Everywhere:
    """The same rails for every school."""

    rails: Rails

    def of(self, school: str | None) -> Rails:
        return self.rails


@dataclass(slots=True)
class Exchange:
    """An open exchange of which one commit fails: the n-th journal call (from 0), or the closing one (-1)."""

    real: OpenExchange
    fails_at: int | None
    commits: list[str]

    @property
    def id(self) -> Any:
        return self.real.id

    @property
    def receipt(self) -> Any:
        return self.real.receipt

    def journal(self, *steps: Any) -> None:
        if self.fails_at == len(self.commits):
            raise NotRecorded("the disk is full")
        self.real.journal(*steps)
        self.commits.append("+".join(step.kind for step in steps))

    def close(self, *given: Any) -> Any:
        if self.fails_at == -1:
            raise NotRecorded("the disk is full")
        return self.real.close(*given)


@dataclass(slots=True)
class Log:
    """The audit log with exchanges of which one commit fails."""

    real: AuditLog
    fails_at: int | None = None
    refuses: bool = False
    commits: list[str] = field(default_factory=list)
    opened: list[OpenExchange] = field(default_factory=list)

    def open(self, entry: Any) -> Exchange:
        if self.refuses:
            raise NotRecorded("the disk is full")
        self.opened.append(self.real.open(entry))
        return Exchange(self.opened[-1], self.fails_at, self.commits)

    def owns(self, *given: Any, **named: Any) -> bool:
        return self.real.owns(*given, **named)


def with_parts(house: House, provider: Provider | None = None, **others: Any) -> Assistant:
    """The house's assistant with some of its parts exchanged."""
    if provider is not None:
        others["providers"] = lambda name: provider
    if "guardrails" in others:
        others.setdefault("protection", Everywhere(others["guardrails"]))
    others.setdefault("breakers", Breakers(house.services.runtime.monotonic))
    return Assistant(cast(Any, replace)(house.services.assistant.parts, **others))


def ask(house: House, assistant: Assistant, text: str = ANSWERABLE, **more: Any) -> list[Event]:
    """All events of a question."""
    return list(
        assistant.ask(house.teacher, Question(text=text, language=more.pop("language", "kk"), **more))
    )


def shown(events: list[Event]) -> list[str]:
    """The pieces that were drawn."""
    return [event.sentence.text for event in events if isinstance(event, Text)]


def of(kind: type[Any], events: list[Event]) -> Any:
    """The one event of a kind."""
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


def closed(house: House, events: list[Event]) -> Record:
    """The closed record, after a look that it is the only end."""
    exchange = of(Recorded, events).receipt.exchange_id
    asked, end = house.services.audit.records_of(exchange)
    assert (asked.kind, end.kind) == ("asked", "closed")
    assert end.record_id == of(Done, events).receipt.record_id
    return end


def places_are_free(house: House, seconds: float = 5.0) -> bool:
    """Whether every place for an answer is free again; a provider's thread may still be on its way out."""
    places = house.services.assistant.parts.places
    tickets = [places.enter("", str(number)) for number in range(house.services.settings.parallel)]
    taken = [isinstance(one, Ticket) and one.wait(seconds) for one in tickets]
    for one in tickets:
        if isinstance(one, Ticket):
            one.release()
    return all(taken)
