"""What a call takes of the day's budgets, and what an exchange leaves in the figures of its school."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import Principal
from app.assistant.ends import refused
from app.assistant.parts import Parts
from app.assistant.question import BESIDE
from app.assistant.turn import Turn
from app.audit import Outcome
from app.capacity import Exhausted, Taken
from app.errors import NotRecorded
from app.providers import Call, Message, Usage
from app.routing import Price, Route
from app.routing.rules import QUOTING_PROVIDERS
from prompts.budget import MESSAGE_TOKENS, estimate

LOGGER = logging.getLogger("ustaz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one call has taken of the budgets, to be settled when it is over."""

    taken: Taken
    input_tokens: int
    price: Price
    counted: bool


def take(parts: Parts, principal: Principal, turn: Turn, call: Call, route: Route) -> Charge:
    """Take a call out of the budgets of its person and school.

    Raises:
        End: one of them is used up; nothing was called.
        NotRecorded: it could not be counted durably; nothing was called.
    """
    counted = route.entry.provider not in QUOTING_PROVIDERS
    into = tokens_of(turn.prompt) if counted else 0
    out = call.output_tokens if counted else 0
    binding = parts.bindings.find(route.entry)
    price = binding.price if binding is not None else Price()
    answer = parts.budgets.take(
        principal.school, principal.person_id, tokens=into + out, cost=price.of(into, out)
    )
    if isinstance(answer, Exhausted):
        raise refused(answer.reason)
    return Charge(taken=answer, input_tokens=into, price=price, counted=counted)


def settle(parts: Parts, turn: Turn, charge: Charge) -> None:
    """Put what the call used in the place of its estimate; what its server does not say is estimated from the texts."""
    if charge.counted:
        said = turn.usage or Usage()
        into = charge.input_tokens if said.input_tokens is None else said.input_tokens
        out = said.output_tokens
        if out is None:
            out = estimate("".join(turn.raw_output))
        turn.tokens = (into, out)
        turn.cost = charge.price.of(into, out)
    try:
        parts.budgets.settle(charge.taken, tokens=sum(turn.tokens), cost=turn.cost)
    except NotRecorded:
        LOGGER.warning("a call was not settled: its estimate stays in the budget")


def still_open(parts: Parts, principal: Principal) -> None:
    """Refuse a question whose budget is used up before anything is embedded for it.

    Raises:
        End: nothing is left for today.
    """
    found = parts.budgets.check(principal.school, principal.person_id)
    if found is not None:
        raise refused(found.reason)


def note(parts: Parts, principal: Principal, turn: Turn, outcome: Outcome) -> None:
    """Count an exchange that has its end; one that cannot be counted stands in the log all the same."""
    into, out = turn.tokens
    task = turn.question.task
    try:
        if task not in BESIDE:
            parts.sightings.note(
                principal.school, turn.question.language, turn.verdicts, parts.guardrails.policy
            )
        parts.usage.note(
            principal.school,
            entry_id=turn.route.entry.entry_id if isinstance(turn.route, Route) else None,
            language=turn.question.language,
            task=task,
            outcome=str(outcome),
            input_tokens=into,
            output_tokens=out,
            cost=turn.cost,
        )
    except NotRecorded:
        LOGGER.warning("an exchange is missing in the figures of its school")


def tokens_of(messages: Sequence[Message]) -> int:
    """Tokens of a prompt by estimate."""
    return sum(estimate(message.text) + MESSAGE_TOKENS for message in messages)
