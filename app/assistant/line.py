"""THE LINE: one question from asking to receipt.

The order is the law: the question is durably recorded before anything is called; verdicts, passages and the
route are durable before they are drawn; each piece of the answer passes the output rails and is journalled
before it is shown; exactly one closed record ends it. See docs/one-question.md.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.accounts import Permission, Principal
from app.assistant import accounting, steps, unmasking
from app.assistant.calls import LONGEST_ANSWER_TOKENS, call_for
from app.assistant.embedding import EmbedderRefused, noting
from app.assistant.ends import End, note_broken, nothing_found, papers_offered, refused, which_programme
from app.assistant.events import (
    Answered,
    Checked,
    Done,
    Event,
    Failed,
    Flagged,
    Progress,
    Recorded,
    Retrieved,
    Routed,
    StepName,
)
from app.assistant.filling import Filling
from app.assistant.grounding import notices_of
from app.assistant.history import carried
from app.assistant.judging import second_look
from app.assistant.parts import Parts
from app.assistant.prompting import NoRoom, Prompted, prompt_for
from app.assistant.question import Question
from app.assistant.rewriting import understand
from app.assistant.standing import Standing
from app.assistant.turn import Turn
from app.assistant.writing import Writing
from app.audit import OpenExchange, Outcome, Receipt, Step
from app.database import Entry
from app.errors import NotRecorded, ProviderFailed, Words
from app.routing import Labels, NoRoute, Route, SchoolPolicy
from guardrails.personal.undo import undoable
from guardrails.placeholders import PLACEHOLDER, restore_map
from guardrails.verdict import Action, Stage, Subject
from knowledge.retriever import Query, Retrieval

# The embedding model reads 512 tokens; what stands beyond costs seconds of computing and changes little.
MOST_EMBEDDED = 1_200
EMBEDDING_SECONDS = 30.0
"""Longest wait for the embedding of a question: a rail waits ten, and a question may be the first to wait for the model to load."""
PASSAGES = 6
# A field names its objectives by code; more passages than these cost a small model on a processor half a minute each time.
PASSAGES_OF_A_FIELD = 3
# A field's text begins with topic and objectives: what follows is how to write, would lead the search astray, and would
# give each field passages of its own, which a local model then reads anew.
MOST_OF_A_FIELD = 300
# A placeholder with what announces it, its ending, and the commas that would be left around nothing.
HIDDEN = re.compile(
    rf"[\s,;:(]{{0,4}}(?:\b(?i:ЖСН|ИИН|IIN)\b[\s:№#-]{{0,4}})?{PLACEHOLDER.pattern}(?:['’-]\w{{1,6}}\b)?\s{{0,2}}[,;:)]{{0,2}}"
)


class Line:
    """One question on its way; used once."""

    def __init__(
        self,
        parts: Parts,
        principal: Principal,
        question: Question,
        *,
        permission: Permission = Permission.OWN_EXCHANGE_ASK,
    ) -> None:
        self._parts, self._principal, self._permission = parts, principal, permission
        self._turn = Turn(question=question)
        self._clock = parts.runtime.monotonic
        self._began = self._clock()
        self._exchange: OpenExchange | None = None

    def run(self) -> Iterator[Event]:
        """Walk the line; whatever happens, the exchange gets exactly one end.

        Raises:
            NotFound: the conversation is not this person's; nothing was recorded.
        """
        try:
            yield from self._walk()
            end = End(Outcome.ANSWERED, Answered())
        except End as reached:
            end = reached
        except (GeneratorExit, KeyboardInterrupt):
            # A stop that cannot be recorded is ended by recovery; whoever stops is not told twice.
            with suppress(NotRecorded):
                self._close(Outcome.STOPPED)
            raise
        except NotRecorded as error:
            end = self._failed("not_recorded", error.words)
        except ProviderFailed as error:
            end = self._failed(str(error.failure), error.words)
        except Exception as error:
            if self._exchange is None:
                raise
            note_broken(error, self._exchange.id)
            end = self._failed(type(error).__name__, Words(key="error.internal"))
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

    def _failed(self, failure: str, words: Words) -> End:
        self._turn.failure = failure
        return End(Outcome.FAILED, Failed(words=words), words)

    def _walk(self) -> Iterator[Event]:
        yield Progress(step=StepName.RECORDING)
        with self._timed(StepName.RECORDING):
            self._parts = self._parts.of_school(self._principal.school)
            self._exchange = self._open()
        yield Recorded(receipt=self._exchange.receipt)
        yield Progress(step=StepName.CHECKING)
        with self._timed(StepName.CHECKING):
            checked = self._check()
        yield checked
        accounting.still_open(self._parts, self._principal)
        with self._timed(StepName.JUDGING):
            yield from second_look(
                self._parts,
                self._principal,
                self._turn,
                self._exchange.id,
                self._journal,
                permission=self._permission,
            )
        with self._timed(StepName.UNDERSTANDING):
            yield from understand(self._parts, self._principal, self._turn, self._exchange.id, self._journal)
        yield Progress(step=StepName.RETRIEVING)
        found = self._retrieve()
        retrieved = Retrieved(hits=found.hits, relevant=found.relevant, ambiguous=found.ambiguous)
        if not found.relevant:
            yield from self._nothing_found(found, retrieved)
        if found.ambiguous and self._turn.question.work is None:
            # Which programme is meant is for the person to say: no model is called on a guess.
            self._journal(steps.retrieved(self._turn))
            yield retrieved
            raise refused(which_programme(found))
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
        kind = Writing if self._turn.question.work is None else Filling
        writing = kind(
            self._parts,
            self._turn,
            prompted,
            route,
            policy,
            standing=Standing(self._parts.accounts, self._principal, self._permission),
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
        # What the person lets through is on record before it is sent.
        unmasking.record(self._parts.audit, principal, question)
        return self._parts.audit.open(
            Entry(
                kind="asked",
                school=principal.school,
                actor=principal.subject,
                role=principal.role_for(self._permission),
                exchange=self._parts.runtime.new_id(),
                clear=self._turn.asked(self._parts.guardrails),
                sealed={"raw": question.text},
            )
        )

    def _check(self) -> Checked:
        """The input rails: what they mask goes no further, what they block ends the line."""
        turn, question = self._turn, self._turn.question
        rails = self._parts.guardrails
        let = tuple(one.value for one in question.unmasked)
        with noting(turn.permits):
            combined = rails.inspect(
                Subject(stage=Stage.INPUT, text=question.text, language=question.language, unmasked=let)
            )
        turn.verdicts.extend(combined.verdicts)
        turn.masked = combined.text
        if any(name.startswith("personal_data") for name in combined.categories):
            with noting(turn.permits):
                left = rails.inspect(
                    Subject(stage=Stage.INPUT, text=combined.text, language=question.language, unmasked=let)
                )
            # Of a text that could not be looked at, the worst is taken for true.
            turn.personal_data = "pupil" if left.blocked else personal_data_class(left.categories)
        self._journal(steps.checked(combined))
        if combined.action is Action.BLOCK:
            raise refused(Words(key=combined.message_key or "guardrails.blocked"))
        hidden = restore_map(question.text, combined.text)
        turn.notices = notices_of(combined)
        names = undoable(question.text, hidden) if question.work is None else ()
        offered, barred = (names, ()) if rails.may_undo else ((), names)
        return Checked(
            text=combined.text, notices=turn.notices, hidden=hidden, undoable=offered, barred=barred
        )

    def _retrieve(self) -> Retrieval:
        """Embed once, at the gate, and search the index version that is current.

        Raises:
            End: the embedding model may not be called now.
            ProviderFailed: `TIMEOUT`, when it does not answer.
        """
        turn, question, parts = self._turn, self._turn.question, self._parts
        library, sought = parts.library, without_placeholders(turn.searched)
        codes = question.work.codes if question.work else question.codes
        most = MOST_EMBEDDED if question.work is None else MOST_OF_A_FIELD
        with self._timed(StepName.EMBEDDING):
            turn.embedding_model, turn.embedding_entry = library.model_id, parts.embedder.entry_id()
            try:
                longest = min(parts.answer_seconds, EMBEDDING_SECONDS)
                (vector,) = parts.embedder.embed_queries(
                    [sought[:most]], permits=turn.permits, seconds=longest
                )
            except EmbedderRefused as error:
                raise refused(error.words) from error
        with self._timed(StepName.RETRIEVING):
            turn.retrieval = library.retrieve(
                Query(
                    text=" ".join((*codes, sought if question.work is None else sought[:most])),
                    language=question.language,
                    grade=question.grade,
                    subject=question.subject,
                    programme=question.programme,
                    school=self._principal.school,
                    vector=vector,
                    limit=PASSAGES if question.work is None else PASSAGES_OF_A_FIELD,
                )
            )
        return turn.retrieval

    def _nothing_found(self, found: Retrieval, retrieved: Retrieved) -> Iterator[Event]:
        """No answer: own papers of the school that may hold it are offered, in a chat."""
        notices = papers_offered(found) if self._turn.question.work is None else ()
        self._turn.notices += notices
        self._journal(steps.retrieved(self._turn), *([steps.offered(notices)] if notices else []))
        yield retrieved
        if notices:
            yield Flagged(notices=notices)
        raise nothing_found(found)

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
        work = question.work
        most = work.most_tokens if work else LONGEST_ANSWER_TOKENS
        turn.call = call_for(
            route.entry,
            parts.bindings,
            seconds=parts.answer_seconds,
            most_tokens=most,
            personal_data=turn.personal_data,
        )
        # A field rests on its instruction and the passages; what was talked about before stays out of it.
        talk = question.conversation if work is None else None
        earlier = parts.conversations.recent(self._principal, talk, most=2, retried=question.parent)
        try:
            prompted = prompt_for(
                question=turn.meant,
                language=question.language,
                hits=found.hits,
                history=carried(earlier, turn.masked, restore_map(question.text, turn.masked)),
                call=turn.call,
                canary=self._canary(),
                work=work,
            )
        except NoRoom as error:
            self._journal(steps.retrieved(turn), steps.routed(turn))
            raise refused(Words(key="ask.refused.room")) from error
        turn.prompted(prompted)
        return route, prompted

    def _canary(self) -> str:
        """What no answer may show: new for each question; the fields of a document share one.

        A local model keeps what prompts begin with alike: with one mark it reads rules and passages once for all.
        """
        work = self._turn.question.work
        if work is None:
            return self._parts.runtime.randomness(8).hex()
        return hmac.new(self._parts.canary_key, work.document.bytes, hashlib.sha256).hexdigest()[:16]

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
        receipt = self._exchange.close(outcome, self._turn.closed(), self._turn.sealed())
        accounting.note(self._parts, self._principal, self._turn, outcome)
        return receipt

    def _elapsed_ms(self) -> int:
        return round((self._clock() - self._began) * 1000)

    @contextmanager
    def _timed(self, step: StepName) -> Iterator[None]:
        began = self._clock()
        try:
            yield
        finally:
            self._turn.times_ms[step] = round((self._clock() - began) * 1000)


def without_placeholders(masked: str) -> str:
    """What is looked for: a hidden name or number says nothing about the curriculum, nor does what only led to it."""
    return " ".join(HIDDEN.sub(" ", masked).split())


def personal_data_class(categories: frozenset[str]) -> str:
    """The class of personal data that still stands in the text that goes on."""
    if any(name.startswith("personal_data.teacher") for name in categories):
        return "teacher"
    return "pupil" if any(name.startswith("personal_data") for name in categories) else "none"
