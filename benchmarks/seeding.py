"""Fills an installation with conversations, as records of the log under seal, written by the log's own code."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from app.accounts import Principal
from app.assistant import Assistant, Question
from app.audit import AuditLog, OpenExchange, Outcome, Receipt, Step
from app.bootstrap import Services
from app.database import Entry

QUESTIONS = (
    ("kk", "Бөлшектерді қалай салыстырамыз?"),
    ("ru", "Как сравнить дроби с разными знаменателями?"),
    ("en", "How do I compare fractions with different denominators?"),
)
THREADS = 16


@dataclass(slots=True)
class Written:
    """What the line wrote of one question, to be written again under other ids."""

    asked: Entry | None = None
    steps: tuple[Step, ...] = ()
    outcome: Outcome = Outcome.ANSWERED
    clear: Mapping[str, Any] | None = None
    sealed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """Stands in an open exchange's place, passes everything on and keeps it."""

    inner: OpenExchange
    written: Written

    @property
    def id(self) -> UUID:
        """See OpenExchange."""
        return self.inner.id

    @property
    def receipt(self) -> Receipt:
        """See OpenExchange."""
        return self.inner.receipt

    def journal(self, *steps: Step) -> None:
        """See OpenExchange."""
        self.inner.journal(*steps)
        self.written.steps += steps

    def close(self, outcome: Outcome, clear: Mapping[str, Any], sealed: Mapping[str, Any]) -> Receipt:
        """See OpenExchange."""
        self.written.outcome, self.written.clear, self.written.sealed = outcome, clear, sealed
        return self.inner.close(outcome, clear, sealed)


@dataclass(frozen=True, slots=True)
class ListeningLog:
    """Stands in the log's place while one real question is answered."""

    inner: AuditLog
    written: Written

    def open(self, entry: Entry) -> OpenExchange:
        """See AuditLog."""
        self.written.asked = entry
        return cast(OpenExchange, Listening(self.inner.open(entry), self.written))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """One conversation: what its first and last messages hold that no other does."""

    id: UUID
    title: str
    first: str
    last_code: str


def answered(services: Services, principal: Principal, language: str, text: str) -> Written:
    """A real answer of the line, and everything that it wrote."""
    written = Written()
    log = cast(AuditLog, ListeningLog(services.audit, written))
    assistant = Assistant(replace(services.assistant.parts, audit=log))
    list(assistant.ask(principal, Question(text=text, language=language)))
    if written.asked is None or written.clear is None or written.outcome is not Outcome.ANSWERED:
        raise RuntimeError(f"not answered but {written.outcome}: {text}; {_why(written.clear or {})}")
    return written


def _why(clear: Mapping[str, Any]) -> Mapping[str, Any]:
    stopped = [one for one in clear.get("verdicts", ()) if one["status"] != "ok" or one["action"] == "block"]
    return {"reason": clear.get("reason"), "failure": clear.get("failure"), "verdicts": stopped}


def seed(
    services: Services, principal: Principal, *, conversations: int, exchanges: int
) -> tuple[Seeded, ...]:
    """Write conversations of answered questions, each exchange recorded, journalled and closed as the line does it."""
    templates = [answered(services, principal, language, text) for language, text in QUESTIONS]

    def one(number: int) -> Seeded:
        return conversation(services, principal, templates, number, exchanges)

    with ThreadPoolExecutor(THREADS) as pool:
        seeded = tuple(pool.map(one, range(1, conversations + 1)))
    services.audit.sequence(finish=True)
    return seeded


def conversation(
    services: Services, principal: Principal, templates: Sequence[Written], number: int, exchanges: int
) -> Seeded:
    """One conversation; its messages are numbered, so that each can be found on a screen."""
    title = f"№{number}: {QUESTIONS[number % len(QUESTIONS)][1]}"
    made = services.conversations.start(principal, title)
    code = ""
    for place in range(1, exchanges + 1):
        template = templates[(number + place) % len(templates)]
        code = again(services, template, made, marked(number, place))
    return Seeded(id=made, title=title, first=marked(number, 1), last_code=code)


def marked(conversation: int, place: int) -> str:
    """What a question of a conversation begins with."""
    return f"№{conversation}-{place}."


def again(services: Services, written: Written, conversation: UUID, mark: str) -> str:
    """The same exchange once more in a conversation; gives the code of its receipt."""
    if written.asked is None or written.clear is None or written.sealed is None:
        raise ValueError("nothing was written")
    asked = written.asked
    talk = {"gen_ai.conversation.id": str(conversation)}
    raw = f"{mark} {written.sealed['raw']}"
    entry = replace(
        asked,
        exchange=services.runtime.new_id(),
        clear={**asked.clear, **talk},
        sealed={"raw": raw},
    )
    exchange = services.audit.open(entry)
    masked = [
        replace(step, sealed={"masked": raw}) if step.kind == "checked" else step for step in written.steps
    ]
    exchange.journal(*masked)
    sealed = {**written.sealed, "raw": raw, "masked": raw}
    return exchange.close(written.outcome, {**written.clear, **talk}, sealed).code
