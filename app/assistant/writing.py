"""The model's part of the line: one call, its text released piece by piece, each durable before it is shown."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from app.assistant import accounting, steps
from app.assistant.calls import endpoint_of
from app.assistant.citations import Binder
from app.assistant.embedding import noting
from app.assistant.ends import End, refused, withheld
from app.assistant.events import Event, Flagged, Grounding, Progress, Sentence, StepName, Text
from app.assistant.grounding import grounding_of, notices_of
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted
from app.assistant.pump import Pump
from app.assistant.standing import Standing
from app.assistant.turn import Turn
from app.audit import Step
from app.capacity import Busy, Ticket
from app.errors import Failure, ProviderFailed, Words
from app.providers import Call, Chunk, Provider
from app.routing import Permit, Refusal, Route, SchoolPolicy
from guardrails.guardrails import Combined
from guardrails.sentences import SentenceBuffer
from guardrails.verdict import Action, Stage

HEARTBEAT_SECONDS = 0.25
QUEUE_SECONDS = 60.0
TRIES, PAUSE_SECONDS = 2, 0.5
LOOK_SECONDS = 1.0
"""How often model and person are looked at again while nothing is released: an answer ends in this time, not at its next sentence."""
QUOTED_ELSEWHERE = Words(key="ask.flag.quotes_language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What the output rails made of a piece: the sentence as it may be shown, or the end that it brings."""

    piece: str
    combined: Combined
    sentence: Sentence | None = None
    ending: End | None = None

    @property
    def step(self) -> Step:
        """What the journal holds of it."""
        if self.sentence is None:
            return steps.withheld(self.piece, self.combined)
        return steps.sentence(self.sentence, self.combined)


class Writing:
    """One model call of one question.

    Args:
        journal: makes a step durable, or raises `NotRecorded`.
        elapsed_ms: milliseconds since the question was asked.
    """

    def __init__(
        self,
        parts: Parts,
        turn: Turn,
        prompted: Prompted,
        route: Route,
        policy: SchoolPolicy,
        *,
        standing: Standing,
        journal: Callable[..., None],
        elapsed_ms: Callable[[], int],
    ) -> None:
        self._parts, self._turn, self._prompted = parts, turn, prompted
        self._route, self._policy, self._standing = route, policy, standing
        self._journal, self._elapsed_ms = journal, elapsed_ms
        self._admitted_at = float("-inf")
        self._binder = Binder(prompted.passages)

    def run(self, provider: Provider, call: Call) -> Iterator[Event]:
        """Wait for a place, call the model, and release its text; a call of which nothing came may be tried once more.

        Each try has a place, a permit and its share of the budget of its own, and is of the same entry: another one
        would need another route.

        Raises:
            End: a rail or the gate ended the answer, or there is no place or budget for it.
            ProviderFailed: the call broke or gave no text.
        """
        for left in reversed(range(TRIES)):
            try:
                yield from self._call(provider, call)
                return
            except ProviderFailed as error:
                if not left or not error.again or self._turn.raw_output:
                    raise
                self._turn.tried.append(str(error.failure))
            yield Progress(step=StepName.WRITING)
            time.sleep(PAUSE_SECONDS)

    def _call(self, provider: Provider, call: Call) -> Iterator[Event]:
        ticket = yield from self._wait_for_a_place()
        pump: Pump | None = None
        try:
            self._admit()
            charge = accounting.take(self._parts, self._standing.principal, self._turn, call, self._route)
            pump = Pump(
                stream=lambda: provider.stream(self._prompted.prompt, call=call), finished=ticket.release
            )
        finally:
            if pump is None:
                ticket.release()
        with self._parts.breakers.watch(endpoint_of(call)):
            try:
                pump.start()
                yield from self._release_all(pump, call)
            finally:
                pump.stop()
                accounting.settle(self._parts, self._turn, charge)
            if not self._turn.sentences:
                raise ProviderFailed(Failure.EMPTY)

    def _wait_for_a_place(self) -> Generator[Event, None, Ticket]:
        """Bound the answers that are generated at once; say while waiting how many are before."""
        clock, person = self._parts.runtime.monotonic, self._standing.principal
        ticket = self._parts.places.enter(person.school, str(person.person_id))
        if isinstance(ticket, Busy):
            raise refused(ticket.reason)
        began = clock()
        try:
            while not ticket.wait(HEARTBEAT_SECONDS):
                if clock() - began > QUEUE_SECONDS:
                    raise refused(Words(key="ask.refused.queue"))
                self._look_again()
                yield Progress(step=StepName.QUEUED, place=ticket.number)
        except BaseException:
            ticket.release()
            raise
        return ticket

    def _release_all(self, pump: Pump, call: Call) -> Iterator[Event]:
        buffer = SentenceBuffer(clock=self._parts.runtime.monotonic)
        for text in self._heard(pump, call):
            if text is None:
                yield Progress(step=StepName.WRITING)
            yield from self._release(buffer.push(text or ""))
        yield from self._release(buffer.flush())

    def _heard(self, pump: Pump, call: Call) -> Iterator[str | None]:
        """The text as it arrives, noted; None at a heartbeat with nothing new."""
        clock = self._parts.runtime.monotonic
        latest = clock() + call.timeout_seconds
        for bundle in pump.bundles(HEARTBEAT_SECONDS):
            text = "".join(map(self._note, bundle))
            if clock() > latest:
                raise ProviderFailed(Failure.TIMEOUT)
            self._look_again()
            yield text if bundle else None

    def _note(self, chunk: Chunk) -> str:
        turn = self._turn
        turn.raw_output.append(chunk.hidden + chunk.text)
        turn.usage = chunk.usage or turn.usage
        turn.finish = chunk.finish or turn.finish
        turn.response_model = chunk.model or turn.response_model
        return chunk.text

    def _admit(self) -> None:
        """Ask, at this instant, whether the entry may still answer and the person may still be answered."""
        self._admitted_at = self._parts.runtime.monotonic()
        answer = self._parts.gate.admit(
            self._route.entry.entry_id,
            purpose=self._turn.question.task,
            personal_data=self._turn.personal_data,
            policy=self._policy,
        )
        if isinstance(answer, Refusal):
            reason: Words | None = answer.reason
        elif answer.entry.artefact != self._route.entry.artefact:
            reason = Words(key="registry.refused.changed")  # in force, but not what was routed to and answers
        else:
            reason = self._standing.trouble()
        if reason is not None:
            raise withheld(reason) if self._turn.raw_output else refused(reason)
        if isinstance(answer, Permit):
            self._turn.permits.append(answer)

    def _look_again(self) -> None:
        """The same while nothing is released: a model that is slow to say its next sentence keeps nobody's answer open."""
        if self._parts.runtime.monotonic() - self._admitted_at >= LOOK_SECONDS:
            self._admit()

    def _release(self, pieces: Sequence[str]) -> Iterator[Event]:
        """Rails, gate, journal, and only then the screen; pieces that come together share one commit."""
        inspected: list[Inspected] = []
        for piece in pieces:
            one = self._inspect(piece)
            if one is None:
                continue
            inspected.append(one)
            if one.ending is not None:
                self._turn.withheld.append(piece)
                break
        if not inspected:
            return
        released = [one.sentence for one in inspected if one.sentence is not None]
        self._make_durable(released, [one.step for one in inspected])
        for sentence in released:
            yield Text(sentence=sentence)
        if inspected[-1].ending is not None:
            raise inspected[-1].ending

    def _inspect(self, piece: str) -> Inspected | None:
        """What the output rails make of a piece; None where nothing of it is left."""
        turn, text = self._turn, self._binder.without_typed_marks(piece)
        if not text.strip():
            return None
        with noting(turn.permits):
            combined = self._parts.guardrails.inspect(self._prompted.subject(Stage.OUTPUT, text, turn))
        turn.verdicts.extend(combined.verdicts)
        if combined.action is Action.BLOCK:
            ending = withheld(Words(key=combined.message_key or "ask.withheld.rail"))
            return Inspected(piece=piece, combined=combined, ending=ending)
        if not combined.text.strip():
            return None
        grounding = grounding_of(combined)
        # A source under a sentence says that it holds it; what the rails found in no passage has none.
        held = grounding is not Grounding.UNSUPPORTED
        sentence = Sentence(
            number=len(turn.sentences) + 1,
            text=combined.text,
            citations=self._binder.bind(combined.text) if held else (),
            grounding=grounding,
        )
        # The next piece is inspected as the reader will see it: after this one.
        turn.sentences.append(sentence)
        return Inspected(piece=piece, combined=combined, sentence=sentence)

    def _make_durable(self, released: Sequence[Sentence], done: Sequence[Step]) -> None:
        """The gate once more, then one commit; where either fails, nothing of it was released."""
        turn = self._turn
        try:
            self._admit()
            self._journal(*done)
        except BaseException:
            self._take_back(released)
            raise
        if released and turn.first_text_ms is None:
            turn.first_text_ms = self._elapsed_ms()

    def _take_back(self, released: Sequence[Sentence]) -> None:
        """The last sentences are shown to nobody."""
        turn = self._turn
        del turn.sentences[len(turn.sentences) - len(released) :]
        turn.withheld.extend(sentence.text for sentence in released)

    def look_back(self) -> Iterator[Event]:
        """The whole answer once: what single pieces could not show, journalled before it is drawn.

        Raises:
            End: a rail withholds the answer.
        """
        combined = self._whole()
        own = self._own_notices()
        told = notices_of(combined)
        if QUOTED_ELSEWHERE in own:
            # To ask again in the wanted language would bring the same quotes.
            told = tuple(one for one in told if one.key != "guardrails.language")
        notices = told + own
        self._turn.notices += notices
        self._journal(steps.flagged(combined, notices))
        if combined.action is Action.BLOCK:
            raise withheld(Words(key=combined.message_key or "ask.withheld.rail"))
        if notices:
            yield Flagged(notices=notices)

    def _whole(self) -> Combined:
        """What the rails say of the whole text."""
        turn = self._turn
        with noting(turn.permits):
            combined = self._parts.guardrails.inspect(self._prompted.subject(Stage.ANSWER, turn.shown, turn))
        turn.verdicts.extend(combined.verdicts)
        return combined

    def _own_notices(self) -> tuple[Words, ...]:
        standings = [sentence.grounding for sentence in self._turn.sentences]
        found = list(self._asked_otherwise())
        if self._route.entry.provider == "extractive":
            found.append(Words(key="ask.flag.quotes"))
            if self._quotes_another_language():
                found.append(QUOTED_ELSEWHERE)
        if doubtful := standings.count(Grounding.UNSUPPORTED):
            found.append(Words(key="ask.flag.unsupported", facts={"n": doubtful}))
        if reworded := standings.count(Grounding.WEAK):
            found.append(Words(key="ask.flag.reworded", facts={"n": reworded}))
        if Grounding.LANGUAGE_DIFFERS in standings:
            found.append(Words(key="ask.flag.language"))
        return tuple(found)

    def _quotes_another_language(self) -> bool:
        wanted = self._turn.question.language
        foreign = {passage.id for passage in self._prompted.passages if passage.language != wanted}
        return any(
            citation.passage_id in foreign
            for sentence in self._turn.sentences
            for citation in sentence.citations
        )

    def _asked_otherwise(self) -> Iterator[Words]:
        """What was asked for and could not be had: a model that may not answer now, a code that does not exist."""
        turn, wanted = self._turn, self._turn.question.model
        if wanted not in (None, self._route.entry.entry_id):
            yield Words(key="ask.flag.other_model")
            yield from (row.reason for row in self._route.considered if row.entry_id == wanted)
        if turn.retrieval is not None:
            if codes := ", ".join(turn.retrieval.unknown_codes):
                yield Words(key="ask.flag.unknown_code", facts={"code": codes})
            if codes := ", ".join(turn.retrieval.codes_elsewhere):
                yield Words(key="ask.flag.code_elsewhere", facts={"code": codes})


__all__ = ["End", "Writing"]
