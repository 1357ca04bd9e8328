"""One answer, cut in any way, through what stands between a model's text and the screen; nothing is stored."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from app.assistant.ends import End
from app.assistant.events import Text
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted
from app.assistant.question import Question
from app.assistant.turn import Turn
from app.assistant.writing import Writing
from app.audit import Step
from app.providers import Call, Chunk, Message, Prompt, Role
from app.providers.thinking import Thinking
from app.routing import Route
from guardrails.guardrails import Combined, Guardrails
from guardrails.verdict import Subject
from knowledge.passage import Kind, Passage

CANARY = "9f3c21d07ab4e865"
RULES = "Ты помощник учителя и отвечаешь только по тем отрывкам из программы, которые тебе даны сегодня"
PASSAGE = "Абай 1845 ж. дүниеге келген. Вода кипит при 100 градусах. Жылдамдық 1 000,5 метр."
CALL = Call(entry_id="urn:test:model", provider="scripted", timeout_seconds=1e12)

Clock = Callable[[], float]


@dataclass(slots=True)
class Watched:
    """Rails that keep every text they let through."""

    rails: Guardrails
    passed: list[str] = field(default_factory=list)

    def inspect(self, subject: Subject) -> Combined:
        combined = self.rails.inspect(subject)
        if not combined.blocked:
            self.passed.append(combined.text)
        return combined


@dataclass(slots=True)
class Pumped:
    """Chunks as they come from a model, its thinking parted from its text as a provider parts it."""

    pieces: Sequence[str]

    def bundles(self, heartbeat_seconds: float) -> Iterator[tuple[Chunk, ...]]:
        thinking = Thinking()
        for piece in self.pieces:
            parted = thinking.push(piece)
            yield (Chunk(text=parted.text, hidden=parted.hidden),)
        rest = thinking.end()
        yield (Chunk(text=rest.text, hidden=rest.hidden),)


@dataclass(slots=True)
class Shown:
    """What a reader saw, piece after piece, and how it ended."""

    pieces: list[str]
    reason: str | None
    passed: list[str]
    journalled: list[str]
    ahead: list[str]
    """Pieces that were on the screen before they were in the journal."""

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    def upto(self, pieces: int) -> str:
        """What was on the screen after so many pieces."""
        return "".join(self.pieces[:pieces])

    @property
    def unchecked(self) -> int:
        """Characters that no rail let through, or that the journal did not hold when they came."""
        left, unseen = list(self.passed), 0
        for piece in self.pieces:
            if piece in left:
                left.remove(piece)
            else:
                unseen += len(piece)
        return unseen + sum(map(len, self.ahead))


def show(
    rails: Guardrails,
    pieces: Sequence[str],
    *,
    clock: Clock = lambda: 0.0,
    question: str = "Сұрақ",
    rules: str = RULES,
) -> Shown:
    """Read an answer in these pieces."""
    watched, journalled = Watched(rails), list[str]()
    entry = SimpleNamespace(entry_id="urn:test:model", artefact=())
    parts = SimpleNamespace(
        guardrails=watched,
        runtime=SimpleNamespace(monotonic=clock),
        gate=SimpleNamespace(admit=lambda *given, **named: SimpleNamespace(entry=entry)),
    )
    turn = Turn(question=Question(text=question, language="ru"), masked=question)

    def journal(*steps: Step) -> None:
        journalled.extend(str((step.sealed or {})["text"]) for step in steps if step.kind == "sentence")

    writing = Writing(
        cast(Parts, parts),
        turn,
        _prompted(question, rules),
        cast(Route, SimpleNamespace(entry=entry)),
        cast(Any, None),
        standing=cast(Any, SimpleNamespace(trouble=lambda: None)),
        journal=journal,
        elapsed_ms=lambda: 0,
    )
    seen: list[str] = []
    ahead: list[str] = []
    reason = None
    try:
        for event in writing._release_all(cast(Any, Pumped(pieces)), CALL):
            if isinstance(event, Text):
                seen.append(event.sentence.text)
                if len(seen) > len(journalled) or journalled[len(seen) - 1] != seen[-1]:
                    ahead.append(seen[-1])
    except End as end:
        reason = end.reason.key if end.reason else None
    return Shown(seen, reason, watched.passed, journalled, ahead)


def _prompted(question: str, rules: str) -> Prompted:
    passage = Passage(
        id="p0123456789abcdef0123", text=PASSAGE, language="kk", kind=Kind.NOTE, title="", subject="", grades=(), codes=(), family="f", source="s"
    )  # fmt: skip
    return Prompted(
        prompt=Prompt(messages=(Message(role=Role.USER, text=question),), question=question, language="ru", evidence=()),
        name="answer",
        version="1",
        digest="0" * 64,
        passages=(passage,),
        confidential=(rules, CANARY),
    )  # fmt: skip


def letters(text: str) -> str:
    """Letters and digits alone, folded: what a reader can copy, whatever stands between."""
    return re.sub(r"[\W_]", "", text).casefold()
