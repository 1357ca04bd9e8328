"""The second look: where a school wants it, its own model says of a masked question whether it is dangerous, before anything else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import prompts
from app.accounts import Permission, Principal
from app.assistant import steps
from app.assistant.ends import refused
from app.assistant.events import Event, Flagged, Progress, StepName
from app.assistant.grounding import notices_of
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted
from app.assistant.question import JUDGE
from app.assistant.side_call import SideCall
from app.assistant.turn import Turn
from app.errors import Words
from app.providers import Call, Message, Prompt, Role
from app.routing import Labels, NoRoute, Route, SchoolPolicy
from app.routing.rules import QUOTING_PROVIDERS
from guardrails.rails import judge
from guardrails.verdict import Stage, Subject

SCHEMA = {
    "type": "object",
    "properties": {judge.FIELD: {"type": "string", "enum": [judge.HARMLESS, *judge.WORDS]}},
    "required": [judge.FIELD],
    "additionalProperties": False,
}


def second_look(
    parts: Parts,
    principal: Principal,
    turn: Turn,
    exchange: UUID,
    journal: Callable[..., None],
    *,
    permission: Permission,
) -> Iterator[Event]:
    """Ask the school's model about a question that the rails let pass; nothing where the school has not switched it on.

    Whatever keeps the model from a verdict (none approved, no budget, no answer, another form) is a block.

    Raises:
        End: the question is not passed on.
        NotRecorded: the verdict is not durable.
    """
    policy = parts.guardrails.policy
    rail = None if policy is None else policy.rails.get(judge.NAME)
    if rail is None or not rail.enabled:
        return
    school = parts.policies.of(principal.school)
    route = judging(parts, school, turn.question.language, turn.personal_data)
    reply = None
    if isinstance(route, Route):
        yield Progress(step=StepName.JUDGING)
        call = Judging(parts, principal, turn, exchange, route, school, permission=permission)
        yield from call.run()
        reply = call.reply
    combined = parts.guardrails.inspect(
        Subject(
            stage=Stage.JUDGED,
            text=turn.masked,
            language=turn.question.language,
            judgement=reply,
            beside=frozenset(one.category for verdict in turn.verdicts for one in verdict.findings),
        )
    )
    turn.verdicts.extend(combined.verdicts)
    journal(steps.judged(combined))
    if combined.blocked:
        raise refused(Words(key=combined.message_key or "guardrails.blocked"))
    notices = tuple(one for one in notices_of(combined) if one not in turn.notices)
    turn.notices += notices
    if notices:
        yield Flagged(notices=notices)


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Tells an admin who would give the second look; calls nothing."""

    parts: Parts

    def by(self, school: str | None, language: str) -> Route | NoRoute:
        """The model that would look at a school's questions of a language now, or why none."""
        return judging(self.parts, self.parts.policies.of(school), language)


def judging(
    parts: Parts, school: SchoolPolicy, language: str, personal_data: str = "none"
) -> Route | NoRoute:
    """Which model gives the second look: the school's own choice for questions, whatever the teacher wished.

    A model that only quotes cannot judge: where it is the next one, there is none.
    """
    labels = Labels(personal_data=personal_data, language=language, task=JUDGE, tokens=0)
    route = parts.router.route(labels, school)
    if isinstance(route, Route) and route.entry.provider in QUOTING_PROVIDERS:
        return NoRoute(
            reason=Words(key="routing.refused.quotes_only"),
            considered=route.considered,
            registry_sequence=route.registry_sequence,
            registry_digest=route.registry_digest,
            policy_version=route.policy_version,
        )
    return route


class Judging(SideCall):
    """The call; only the masked text goes along, and the reply is read by the rail alone."""

    task, step = JUDGE, StepName.JUDGING
    most_tokens, most_seconds = 32, 60.0
    in_conversation = False

    @property
    def reply(self) -> str | None:
        """What the model said, as its own rails let it through; None: it gave no whole answer."""
        return self._turn.shown.strip() if self.answered else None

    def _prompt(self, call: Call) -> Prompted:
        turn = self._turn
        template = prompts.load(JUDGE, turn.question.language)
        canary = self._parts.runtime.randomness(8).hex()
        try:
            rendered = template.render(
                question=turn.masked,
                passages=[],
                history=[],
                canary=canary,
                context_tokens=call.context_tokens - call.output_tokens,
            )
        except ValueError as error:
            raise refused(Words(key="ask.refused.room")) from error
        messages = tuple(Message(role=Role(role), text=text) for role, text in rendered.messages)
        return Prompted(
            prompt=Prompt(
                messages=messages,
                question=turn.masked,
                language=turn.question.language,
                evidence=(),
                schema=SCHEMA,
            ),
            name=template.name,
            version=template.version,
            digest=template.digest,
            passages=(),
            confidential=(rendered.confidential, canary),
        )
