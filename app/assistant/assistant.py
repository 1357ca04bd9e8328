"""Who may ask, and what can be asked; then THE LINE takes the question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.accounts import Permission, Principal
from app.accounts import Refused as NotLetIn
from app.assistant.events import Event
from app.assistant.line import Line
from app.assistant.parts import Parts
from app.assistant.question import BadQuestion, Question
from app.database import reachable
from app.errors import Forbidden, NotFound
from app.registry import Kind
from guardrails.placeholders import restore


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions."""

    parts: Parts

    def ask(self, principal: Principal, question: Question) -> Iterator[Event]:
        """Answer one question; closing the iterator stops it.

        Raises:
            Forbidden: the person may not ask, also when that changed since they signed in.
            BadQuestion: the question cannot be taken as it is; nothing was recorded.
            NotFound: the exchange that it retries is not this person's; nothing was recorded.
            NotRecorded: the database does not answer.
        """
        with reachable():
            now = self.parts.accounts.recheck(principal)
            if isinstance(now, NotLetIn):
                raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
            self.parts.accounts.require(now, Permission.OWN_EXCHANGE_ASK)
            question = question.checked()
            self._known(now, question)
        return Line(self.parts, now, question).run()

    def _known(self, person: Principal, question: Question) -> None:
        """What a question names must be there: words of a person's own never reach the clear part of a record."""
        if question.subject is not None and self.parts.library.catalogue.subject(question.subject) is None:
            known = ", ".join(subject.slug for subject in self.parts.library.catalogue.subjects())
            raise BadQuestion(f"no subject {question.subject!r}; there are {known}", key="ask.bad.subject")
        if question.programme is not None and not self.parts.library.catalogue.holds(question.programme):
            raise BadQuestion(f"no programme {question.programme!r}", key="ask.bad.programme")
        registry = self.parts.registry.current()
        if question.model is not None and registry is not None:
            entry = registry.find(question.model)
            if entry is None or entry.kind is Kind.EMBEDDER:
                raise BadQuestion(f"no model {question.model!r} on the list", key="ask.bad.model")
        if question.parent is not None and not self.parts.audit.owns(question.parent, actor=person.subject):
            raise NotFound("no such exchange of this person")

    def restore(self, text: str, hidden: Mapping[str, str]) -> str:
        """A recorded text as its asker may read it: names put back for their screen only."""
        return restore(text, hidden)
