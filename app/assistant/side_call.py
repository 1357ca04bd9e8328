"""A call beside an answer: an exchange of its own, recorded, gated, counted in the budgets and ended once; its text is no answer."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from app.accounts import Permission, Principal
from app.assistant import accounting, steps
from app.assistant.calls import call_for
from app.assistant.ends import End, note_broken
from app.assistant.events import Event, Progress, StepName
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted
from app.assistant.question import Question
from app.assistant.standing import Standing
from app.assistant.turn import Turn
from app.assistant.writing import Writing
from app.audit import OpenExchange, Outcome
from app.database import Entry
from app.errors import NotRecorded, ProviderFailed
from app.providers import Call, Reasoning
from app.routing import Route, SchoolPolicy


class SideCall:
    """One call of a chosen entry about a question that is on its way.

    Args:
        asked: the question; only its masked text goes along.
        parent: the exchange of the question.
        permission: under which the person asks.
    """

    task: str
    step: StepName
    most_tokens: int
    most_seconds: float
    in_conversation = True

    def __init__(
        self,
        parts: Parts,
        principal: Principal,
        asked: Turn,
        parent: UUID,
        route: Route,
        policy: SchoolPolicy,
        *,
        permission: Permission = Permission.OWN_EXCHANGE_ASK,
    ) -> None:
        self.answered = False
        self._parts, self._principal, self._asked = parts, principal, asked
        self._route, self._policy, self._permission = route, policy, permission
        question = asked.question
        self._turn = Turn(
            question=Question(
                text=asked.masked,
                language=question.language,
                conversation=question.conversation if self.in_conversation else None,
                model=question.model if self.in_conversation else None,
                parent=parent,
                task=self.task,
            ),
            masked=asked.masked,
            personal_data=asked.personal_data,
            route=route,
        )
        self._began = parts.runtime.monotonic()

    def run(self) -> Iterator[Event]:
        """Walk a short line: recorded, then called, then ended, once; only progress is told of it."""
        turn = self._turn
        try:
            exchange = self._open()
        except NotRecorded:
            return
        outcome = Outcome.STOPPED
        try:
            yield from self._write(exchange)
            outcome = Outcome.ANSWERED
        except End as end:
            outcome, turn.reason = end.outcome, end.reason
        except ProviderFailed as error:
            outcome, turn.failure, turn.reason = Outcome.FAILED, str(error.failure), error.words
        except NotRecorded as error:
            outcome, turn.failure, turn.reason = Outcome.FAILED, "not_recorded", error.words
        except Exception as error:
            note_broken(error, exchange.id)
            outcome, turn.failure = Outcome.FAILED, type(error).__name__
        finally:
            turn.total_ms = self._elapsed_ms()
            closed = False
            # What has no end on record is not used; recovery gives the exchange its end.
            with suppress(NotRecorded):
                exchange.close(outcome, turn.closed(), turn.sealed())
                closed = True
                accounting.note(self._parts, self._principal, turn, outcome)
        self.answered = closed and outcome is Outcome.ANSWERED

    def _prompt(self, call: Call) -> Prompted:
        """The exact prompt.

        Raises:
            End: the model has no room for it.
        """
        raise NotImplementedError

    def _open(self) -> OpenExchange:
        principal = self._principal
        return self._parts.audit.open(
            Entry(
                kind="asked",
                school=principal.school,
                actor=principal.subject,
                role=principal.role_for(self._permission),
                exchange=self._parts.runtime.new_id(),
                clear=self._turn.asked(self._parts.guardrails),
                sealed={"raw": self._turn.question.text},
            )
        )

    def _write(self, exchange: OpenExchange) -> Iterator[Event]:
        parts, turn = self._parts, self._turn
        seconds = min(parts.answer_seconds, self.most_seconds)
        call = call_for(self._route.entry, parts.bindings, seconds=seconds, personal_data=turn.personal_data)
        if call.reasoning is not Reasoning.ALWAYS:
            call = replace(call, output_tokens=min(call.output_tokens, self.most_tokens))
        turn.call = call
        prompted = self._prompt(call)
        turn.prompted(prompted)
        exchange.journal(steps.routed(turn))
        writing = Writing(
            parts,
            turn,
            prompted,
            self._route,
            self._policy,
            standing=Standing(parts.accounts, self._principal, self._permission),
            journal=exchange.journal,
            elapsed_ms=self._elapsed_ms,
        )
        # Its text is no answer: nothing but progress is passed on.
        for part in (writing.run(parts.providers(self._route.entry.provider), call), writing.look_back()):
            for event in part:
                if isinstance(event, Progress):
                    yield Progress(step=self.step)

    def _elapsed_ms(self) -> int:
        return round((self._parts.runtime.monotonic() - self._began) * 1000)
