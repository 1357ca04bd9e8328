"""Trying a model out: an admin asks one chosen entry, allowed by the school or not yet; recorded as a trial, in no conversation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.accounts import Permission, Principal, Refused
from app.assistant.events import Event
from app.assistant.line import Line
from app.assistant.parts import Parts
from app.assistant.question import TRIAL, BadQuestion, Question
from app.errors import Forbidden
from app.registry import Kind
from app.routing import SchoolPolicy


@dataclass(frozen=True, slots=True)
class OnlyThis:
    """A school's choice for the length of one trial: this entry and no other."""

    entry_id: str

    def of(self, school: str | None) -> SchoolPolicy:
        """The choice."""
        return SchoolPolicy(school=school or "", allowed=(self.entry_id,), version=1)


@dataclass(frozen=True, slots=True)
class Trials:
    """The whole line with every rail and the gate; only the school's own choice is set aside."""

    parts: Parts

    def ask(self, principal: Principal, *, entry_id: str, text: str, language: str) -> Iterator[Event]:
        """Ask one entry one question; closing the iterator stops it.

        Raises:
            Forbidden: the person may not try models of their school.
            BadQuestion: the question cannot be taken, or the list holds no such model; nothing was recorded.
        """
        now = self.parts.accounts.recheck(principal)
        if isinstance(now, Refused):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        self.parts.accounts.require(now, Permission.SCHOOL_MODELS_TRY, now.school)
        question = Question(text=text, language=language, model=entry_id, task=TRIAL).checked()
        registry = self.parts.registry.current()
        entry = registry.find(entry_id) if registry is not None else None
        if registry is not None and (entry is None or entry.kind is Kind.EMBEDDER):
            raise BadQuestion(f"no model {entry_id!r} on the list", key="ask.bad.model")
        parts = replace(self.parts, policies=OnlyThis(entry_id))
        return Line(parts, now, question, permission=Permission.SCHOOL_MODELS_TRY).run()
