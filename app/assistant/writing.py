"""The model's part of the line: one call, its text released piece by piece, each durable before it is shown."""

from collections.abc import Callable, Iterator, Sequence

from app.assistant import steps
from app.assistant.citations import Binder
from app.assistant.ends import End, refused, withheld
from app.assistant.events import Event, Flagged, Grounding, Progress, Sentence, StepName, Text
from app.assistant.grounding import grounding_of, notices_of
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted
from app.assistant.pump import Pump
from app.assistant.turn import Turn
from app.audit import Step
from app.errors import Failure, ProviderFailed, Words
from app.providers import Call, Chunk, Provider
from app.routing import Refusal, Route, SchoolPolicy
from guardrails.sentences import SentenceBuffer
from guardrails.verdict import Action, Stage

HEARTBEAT_SECONDS = 0.25
QUEUE_SECONDS = 60.0


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
        journal: Callable[..., None],
        elapsed_ms: Callable[[], int],
    ) -> None:
        self._parts, self._turn, self._prompted = parts, turn, prompted
        self._route, self._policy = route, policy
        self._journal, self._elapsed_ms = journal, elapsed_ms
        self._binder = Binder(prompted.passages)

    def run(self, provider: Provider, call: Call) -> Iterator[Event]:
        """Wait for a place, call the model once, and release its text.

        Raises:
            End: a rail or the gate ended the answer.
            ProviderFailed: the call broke or gave no text.
        """
        yield from self._wait_for_a_place()
        pump: Pump | None = None
        try:
            self._admit()
            pump = Pump(
                stream=lambda: provider.stream(self._prompted.prompt, call=call),
                finished=self._parts.places.release,
            )
        finally:
            if pump is None:
                self._parts.places.release()
        pump.start()
        try:
            yield from self._release_all(pump, call)
        finally:
            pump.stop()
        if not self._turn.sentences:
            raise ProviderFailed(Failure.EMPTY)

    def _wait_for_a_place(self) -> Iterator[Event]:
        """Bound the answers that are generated at once; say so while waiting."""
        clock = self._parts.runtime.monotonic
        began = clock()
        while not self._parts.places.acquire(timeout=HEARTBEAT_SECONDS):
            if clock() - began > QUEUE_SECONDS:
                raise refused(Words(key="ask.refused.queue"))
            yield Progress(step=StepName.QUEUED)

    def _release_all(self, pump: Pump, call: Call) -> Iterator[Event]:
        clock = self._parts.runtime.monotonic
        latest = clock() + call.timeout_seconds
        buffer = SentenceBuffer(clock=clock)
        for bundle in pump.bundles(HEARTBEAT_SECONDS):
            if not bundle:
                yield Progress(step=StepName.WRITING)
            text = "".join(map(self._note, bundle))
            if clock() > latest:
                raise ProviderFailed(Failure.TIMEOUT)
            yield from self._release(buffer.push(text))
        yield from self._release(buffer.flush())

    def _note(self, chunk: Chunk) -> str:
        turn = self._turn
        turn.raw_output.append(chunk.hidden + chunk.text)
        turn.usage = chunk.usage or turn.usage
        turn.finish = chunk.finish or turn.finish
        turn.response_model = chunk.model or turn.response_model
        return chunk.text

    def _admit(self) -> None:
        """Ask the gate, at this instant, whether the entry may still answer."""
        answer = self._parts.gate.admit(
            self._route.entry.entry_id,
            purpose="answer",
            personal_data=self._turn.personal_data,
            policy=self._policy,
        )
        if isinstance(answer, Refusal):
            raise withheld(answer.reason) if self._turn.raw_output else refused(answer.reason)

    def _release(self, pieces: Sequence[str]) -> Iterator[Event]:
        """Rails, gate, journal, and only then the screen; pieces that come together share one commit."""
        turn = self._turn
        released: list[Sentence] = []
        done: list[Step] = []
        ending: End | None = None
        for piece in pieces:
            text = self._binder.without_typed_marks(piece)
            if not text.strip():
                continue
            combined = self._parts.guardrails.inspect(self._prompted.subject(Stage.OUTPUT, text, turn))
            turn.verdicts.extend(combined.verdicts)
            if combined.action is Action.BLOCK:
                turn.withheld.append(piece)
                done.append(steps.withheld(piece, combined))
                ending = withheld(Words(key=combined.message_key or "ask.withheld.rail"))
                break
            if not combined.text.strip():
                continue
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
            released.append(sentence)
            done.append(steps.sentence(sentence, combined))
        if not done:
            return
        try:
            self._admit()
            self._journal(*done)
        except BaseException:
            del turn.sentences[len(turn.sentences) - len(released) :]
            turn.withheld.extend(sentence.text for sentence in released)
            raise
        if released and turn.first_text_ms is None:
            turn.first_text_ms = self._elapsed_ms()
        for sentence in released:
            yield Text(sentence=sentence)
        if ending is not None:
            raise ending

    def look_back(self) -> Iterator[Event]:
        """The whole answer once: what single pieces could not show, journalled before it is drawn.

        Raises:
            End: a rail withholds the answer.
        """
        turn = self._turn
        combined = self._parts.guardrails.inspect(self._prompted.subject(Stage.ANSWER, turn.shown, turn))
        turn.verdicts.extend(combined.verdicts)
        notices = notices_of(combined) + self._own_notices()
        turn.notices += notices
        self._journal(steps.flagged(combined, notices))
        if combined.action is Action.BLOCK:
            raise withheld(Words(key=combined.message_key or "ask.withheld.rail"))
        if notices:
            yield Flagged(notices=notices)

    def _own_notices(self) -> tuple[Words, ...]:
        standings = [sentence.grounding for sentence in self._turn.sentences]
        found = list(self._asked_otherwise())
        if self._route.entry.provider == "extractive":
            found.append(Words(key="ask.flag.quotes"))
        if doubtful := standings.count(Grounding.UNSUPPORTED):
            found.append(Words(key="ask.flag.unsupported", facts={"n": doubtful}))
        if Grounding.LANGUAGE_DIFFERS in standings:
            found.append(Words(key="ask.flag.language"))
        return tuple(found)

    def _asked_otherwise(self) -> Iterator[Words]:
        """What was asked for and could not be had: a model that may not answer now, a code that does not exist."""
        turn, wanted = self._turn, self._turn.question.model
        if wanted not in (None, self._route.entry.entry_id):
            yield Words(key="ask.flag.other_model")
            yield from (row.reason for row in self._route.considered if row.entry_id == wanted)
        if turn.retrieval is not None and turn.retrieval.unknown_codes:
            codes = ", ".join(turn.retrieval.unknown_codes)
            yield Words(key="ask.flag.unknown_code", facts={"code": codes})


__all__ = ["End", "Writing"]
