"""THE LINE: one question from asking to receipt.

The order is the law: the question is durably recorded before anything is called; verdicts, passages and the
route are durable before they are drawn; each piece of the answer passes the output rails and is journalled
before it is shown; exactly one closed record ends it. See docs/one-question.md.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from app.accounts import Permission, Principal
from app.accounts import Refused as NotLetIn
from app.assistant import steps
from app.assistant.calls import call_for
from app.assistant.embedding import EmbedderRefused
from app.assistant.ends import End, refused
from app.assistant.events import (
    Answered,
    Checked,
    Done,
    Event,
    Failed,
    NothingFound,
    Progress,
    Recorded,
    Retrieved,
    Routed,
    StepName,
)
from app.assistant.grounding import notices_of
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted, prompt_for
from app.assistant.question import Question
from app.assistant.turn import Turn
from app.assistant.writing import Writing
from app.audit import OpenExchange, Outcome, Receipt, Step
from app.database import Entry
from app.errors import Forbidden, NotRecorded, ProviderFailed, Words
from app.routing import Labels, NoRoute, Route, SchoolPolicy
from guardrails.placeholders import PLACEHOLDER, restore, restore_map
from guardrails.verdict import Action, Stage, Subject
from knowledge.retriever import Query, Retrieval


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions."""

    parts: Parts

    def ask(self, principal: Principal, question: Question) -> Iterator[Event]:
        """Answer one question; closing the iterator stops it.

        Raises:
            Forbidden: the person may not ask, also when that changed since they signed in.
            BadQuestion: the question cannot be taken as it is; nothing was recorded.
        """
        now = self.parts.accounts.recheck(principal)
        if isinstance(now, NotLetIn):
            raise Forbidden(f"not let in: {now.reason}", key=now.words.key)
        self.parts.accounts.require(now, Permission.OWN_EXCHANGE_ASK)
        return Line(self.parts, now, question.checked()).run()

    def restore(self, text: str, hidden: Mapping[str, str]) -> str:
        """A recorded text as its asker may read it: names put back for their screen only."""
        return restore(text, hidden)


class Line:
    """One question on its way; used once."""

    def __init__(self, parts: Parts, principal: Principal, question: Question) -> None:
        self._parts, self._principal = parts, principal
        self._turn = Turn(question=question)
        self._clock = parts.runtime.monotonic
        self._began = self._clock()
        self._exchange: OpenExchange | None = None

    def run(self) -> Iterator[Event]:
        """Walk the line; whatever happens, the exchange gets exactly one end."""
        try:
            yield from self._walk()
            end = End(Outcome.ANSWERED, Answered())
        except End as reached:
            end = reached
        except GeneratorExit:
            self._close(Outcome.STOPPED)
            raise
        except NotRecorded as error:
            self._turn.failure = "not_recorded"
            end = End(Outcome.FAILED, Failed(words=error.words), error.words)
        except ProviderFailed as error:
            self._turn.failure = str(error.failure)
            end = End(Outcome.FAILED, Failed(words=error.words), error.words)
        except Exception as error:
            self._turn.failure = type(error).__name__
            self._close(Outcome.FAILED)
            raise
        self._turn.reason = end.reason
        try:
            receipt = self._close(end.outcome)
        except NotRecorded as error:
            # Recovery gives the exchange its end; until then nothing more is shown of it.
            yield Failed(words=error.words)
            return
        yield end.event
        if receipt is not None:
            yield Done(
                receipt=receipt,
                outcome=end.outcome,
                times_ms={str(step): spent for step, spent in self._turn.times_ms.items()},
            )

    def _walk(self) -> Iterator[Event]:
        yield Progress(step=StepName.RECORDING)
        with self._timed(StepName.RECORDING):
            self._exchange = self._open()
        yield Recorded(receipt=self._exchange.receipt)
        yield Progress(step=StepName.CHECKING)
        with self._timed(StepName.CHECKING):
            checked = self._check()
        yield checked
        yield Progress(step=StepName.RETRIEVING)
        found = self._retrieve()
        retrieved = Retrieved(hits=found.hits, relevant=found.relevant, ambiguous=found.ambiguous)
        if not found.relevant:
            self._journal(steps.retrieved(self._turn))
            yield retrieved
            raise nothing_found(found)
        with self._timed(StepName.ROUTING):
            policy = self._parts.policies.of(self._principal.school)
            route, prompted = self._route(found, policy)
            # One commit for both: nothing of either was drawn before it.
            self._journal(steps.retrieved(self._turn), steps.routed(self._turn))
        yield retrieved
        yield self._routed(route)
        call = self._turn.call
        if call is None:
            raise RuntimeError("a route without a call")
        writing = Writing(
            self._parts,
            self._turn,
            prompted,
            route,
            policy,
            journal=self._journal,
            elapsed_ms=self._elapsed_ms,
        )
        yield Progress(step=StepName.WRITING)
        with self._timed(StepName.WRITING):
            yield from writing.run(self._parts.providers(route.entry.provider), call)
        yield Progress(step=StepName.SOURCES)
        with self._timed(StepName.SOURCES):
            yield from writing.look_back()
        yield Progress(step=StepName.CLOSING)

    def _open(self) -> OpenExchange:
        """Make the question durable; before this nothing is called."""
        question, principal = self._turn.question, self._principal
        if question.conversation is not None:
            self._parts.conversations.touch(principal, question.conversation)
        return self._parts.audit.open(
            Entry(
                kind="asked",
                school=principal.school,
                actor=principal.subject,
                role=principal.role_for(Permission.OWN_EXCHANGE_ASK),
                exchange=self._parts.runtime.new_id(),
                clear=self._turn.asked(policy=self._parts.guardrails.policy_digest),
                sealed={"raw": question.text},
            )
        )

    def _check(self) -> Checked:
        """The input rails: what they mask goes no further, what they block ends the line."""
        turn, question = self._turn, self._turn.question
        rails = self._parts.guardrails
        combined = rails.inspect(Subject(stage=Stage.INPUT, text=question.text, language=question.language))
        turn.verdicts.extend(combined.verdicts)
        turn.masked = combined.text
        if any(name.startswith("personal_data") for name in combined.categories):
            left = rails.inspect(Subject(stage=Stage.INPUT, text=combined.text, language=question.language))
            turn.personal_data = personal_data_class(left.categories)
        self._journal(steps.checked(combined))
        if combined.action is Action.BLOCK:
            raise refused(Words(key=combined.message_key or "guardrails.blocked"))
        hidden = restore_map(question.text, combined.text)
        turn.notices = notices_of(combined)
        return Checked(text=combined.text, notices=turn.notices, hidden=hidden)

    def _retrieve(self) -> Retrieval:
        """Embed once, at the gate, and search the index version that is current."""
        turn, question, parts = self._turn, self._turn.question, self._parts
        library, sought = parts.library, without_placeholders(turn.masked)
        with self._timed(StepName.EMBEDDING):
            turn.embedding_model, turn.embedding_entry = library.model_id, parts.embedder.entry_id()
            try:
                vector = parts.embedder.embed_queries([sought])[0]
            except EmbedderRefused as error:
                raise refused(error.words) from error
        with self._timed(StepName.RETRIEVING):
            turn.retrieval = library.retrieve(
                Query(
                    text=sought,
                    language=question.language,
                    grade=question.grade,
                    subject=question.subject,
                    school=self._principal.school,
                    vector=vector,
                )
            )
        return turn.retrieval

    def _route(self, found: Retrieval, policy: SchoolPolicy) -> tuple[Route, Prompted]:
        """Choose the entry and build the exact prompt for it."""
        turn, question, parts = self._turn, self._turn.question, self._parts
        labels = Labels(
            personal_data=turn.personal_data, language=question.language, task=question.task, tokens=0
        )
        route = parts.router.route(labels, policy, prefer=question.model)
        turn.route = route
        if isinstance(route, NoRoute):
            self._journal(steps.retrieved(turn), steps.routed(turn))
            raise refused(route.reason)
        turn.call = call_for(route.entry, parts.bindings, seconds=parts.answer_seconds)
        prompted = prompt_for(
            question=turn.masked,
            language=question.language,
            passages=[hit.passage for hit in found.hits],
            history=parts.conversations.recent(self._principal, question.conversation, most=2),
            call=turn.call,
            canary=parts.runtime.randomness(8).hex(),
        )
        turn.prompted(prompted)
        return route, prompted

    def _routed(self, route: Route) -> Routed:
        current = self._parts.registry.current()
        return Routed(
            entry=route.entry,
            reason=route.reason,
            registry_sequence=route.registry_sequence,
            demonstration=current is None or current.demonstration,
        )

    def _journal(self, *done: Step) -> None:
        if self._exchange is None:
            raise NotRecorded("no exchange is open")
        self._exchange.journal(*done)

    def _close(self, outcome: Outcome) -> Receipt | None:
        if self._exchange is None:
            return None
        self._turn.total_ms = self._elapsed_ms()
        return self._exchange.close(outcome, self._turn.closed(), self._turn.sealed())

    def _elapsed_ms(self) -> int:
        return round((self._clock() - self._began) * 1000)

    @contextmanager
    def _timed(self, step: StepName) -> Iterator[None]:
        began = self._clock()
        try:
            yield
        finally:
            self._turn.times_ms[step] = round((self._clock() - began) * 1000)


def nothing_found(found: Retrieval) -> End:
    """The curriculum holds nothing on it: no model is called and nothing is invented."""
    reason = Words(key="ask.nothing_found")
    if found.unknown_codes:
        reason = Words(key="ask.nothing_found.code", facts={"code": ", ".join(found.unknown_codes)})
    return End(Outcome.NO_PASSAGE, NothingFound(words=reason), reason)


def without_placeholders(masked: str) -> str:
    """What is looked for: a hidden name or number says nothing about the curriculum."""
    return " ".join(PLACEHOLDER.sub(" ", masked).split())


def personal_data_class(categories: frozenset[str]) -> str:
    """The class of personal data that still stands in the text that goes on."""
    if any(name.startswith("personal_data.teacher") for name in categories):
        return "teacher"
    return "pupil" if any(name.startswith("personal_data") for name in categories) else "none"
