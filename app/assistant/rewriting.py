"""A follow-up made a question of its own: by one model call with an exchange of its own, or joined by code without one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

import prompts
from app.accounts import Principal
from app.assistant import steps
from app.assistant.conversations import StoredTurn
from app.assistant.embedding import noting
from app.assistant.ends import refused
from app.assistant.events import Event, Progress, StepName, Understood
from app.assistant.follow_up import CODE, asks_to_rework, joined, needs_the_one_before, sought, topics
from app.assistant.history import carried
from app.assistant.parts import Parts
from app.assistant.prompting import Prompted
from app.assistant.question import REWRITE
from app.assistant.side_call import SideCall
from app.assistant.turn import Turn
from app.errors import Words
from app.providers import Call, Message, Prompt, Role
from app.routing import Labels, Route, SchoolPolicy
from app.routing.rules import QUOTING_PROVIDERS
from guardrails.placeholders import PLACEHOLDER, restore_map
from guardrails.verdict import Action, Stage, Subject, Verdict

TURNS = 2
LONGEST = 400
LONGEST_ANSWER = 600
MOST_TOKENS = 160
MOST_SECONDS = 20.0
QUOTES = "«»\"“”„' "


class How(StrEnum):
    """How a follow-up was understood."""

    REWRITTEN = "rewritten"
    JOINED = "joined"
    AS_TYPED = "as_typed"


def understand(
    parts: Parts, principal: Principal, turn: Turn, exchange: UUID, journal: Callable[..., None]
) -> Iterator[Event]:
    """Give a follow-up that needs it the words of the turns before; any other question passes untouched.

    The result went through the input rails again and is durable before it is told. Whatever fails on the way,
    the question goes on as typed.

    Raises:
        End: the answer above is to be said otherwise, and what would answer only quotes.
    """
    question = turn.question
    if question.conversation is None or question.work is not None:
        return
    if not needs_the_one_before(turn.masked):
        return
    earlier = parts.conversations.recent(
        principal, question.conversation, most=TURNS, retried=question.parent
    )
    if not earlier:
        return
    yield Progress(step=StepName.UNDERSTANDING)
    earlier = tuple(replace(one, masked=one.understood or one.masked) for one in earlier)
    how, text = How.JOINED, joined(turn.masked, earlier[-1].masked)
    if parts.rewrite:
        policy = parts.policies.of(principal.school)
        route = parts.router.route(_labels(turn), policy, prefer=question.model)
        if isinstance(route, Route) and route.entry.provider != "extractive":
            rewriting = Rewriting(parts, principal, turn, exchange, route, policy, earlier=earlier)
            yield from rewriting.run()
            how, text = How.REWRITTEN, rewriting.text
    turn.follow_up, turn.understood = How.AS_TYPED, ""
    verdicts: tuple[Verdict, ...] = ()
    if text and text != turn.masked:
        let = tuple(one.value for one in question.unmasked)
        subject = Subject(stage=Stage.INPUT, text=text, language=question.language, unmasked=let)
        with noting(turn.permits):
            combined = parts.guardrails.inspect(subject)
        verdicts = tuple(combined.verdicts)
        # What the rails would change or block was never asked.
        if combined.action is not Action.BLOCK and combined.text == text:
            turn.follow_up, turn.understood = how, text
            turn.sought = sought(text) if how is How.JOINED else ""
    turn.verdicts.extend(verdicts)
    journal(steps.understood(turn, verdicts))
    if turn.understood:
        yield Understood(text=turn.understood)
    if asks_to_rework(turn.masked) and _only_quotes(parts, principal, turn):
        # The same quotes once more would be no answer to "harder".
        raise refused(Words(key="ask.refused.quotes_only"))


def _only_quotes(parts: Parts, principal: Principal, turn: Turn) -> bool:
    """Whether what would answer says sentences of the passages and nothing of its own."""
    labels = replace(_labels(turn), task=turn.question.task)
    route = parts.router.route(labels, parts.policies.of(principal.school), prefer=turn.question.model)
    return isinstance(route, Route) and route.entry.provider in QUOTING_PROVIDERS


def _labels(turn: Turn) -> Labels:
    return Labels(personal_data=turn.personal_data, language=turn.question.language, task=REWRITE, tokens=0)


class Rewriting(SideCall):
    """The one call; `text` is its result, empty where it gave nothing that can be used."""

    task, step = REWRITE, StepName.UNDERSTANDING
    most_tokens, most_seconds = MOST_TOKENS, MOST_SECONDS

    def __init__(
        self,
        parts: Parts,
        principal: Principal,
        turn: Turn,
        parent: UUID,
        route: Route,
        policy: SchoolPolicy,
        *,
        earlier: Sequence[StoredTurn],
    ) -> None:
        super().__init__(parts, principal, turn, parent, route, policy)
        self._earlier = earlier

    @property
    def text(self) -> str:
        """The rewriting, once the call is over."""
        return usable(self._turn, self._earlier) if self.answered else ""

    def _prompt(self, call: Call) -> Prompted:
        hidden = restore_map(self._asked.question.text, self._turn.masked)
        history = carried(self._earlier, self._turn.masked, hidden)
        return prompt_of(self._turn, history, call, self._parts.runtime.randomness(8).hex())


def prompt_of(turn: Turn, history: Sequence[tuple[str, str]], call: Call, canary: str) -> Prompted:
    """The exact prompt of a rewriting: the turns before, each quoted, then the follow-up.

    Raises:
        End: the model has no room for a single turn.
    """
    template = prompts.load(REWRITE, turn.question.language)
    try:
        rendered = template.render(
            question=turn.masked,
            passages=[
                (str(number), asked, answer[:LONGEST_ANSWER])
                for number, (asked, answer) in enumerate(history, 1)
            ],
            history=[],
            canary=canary,
            context_tokens=call.context_tokens - call.output_tokens,
        )
    except ValueError as error:
        raise refused(Words(key="ask.refused.room")) from error
    messages = tuple(Message(role=Role(role), text=text) for role, text in rendered.messages)
    return Prompted(
        prompt=Prompt(messages=messages, question=turn.masked, language=turn.question.language, evidence=()),
        name=template.name,
        version=template.version,
        digest=template.digest,
        passages=(),
        confidential=(rendered.confidential, canary),
    )


def usable(turn: Turn, earlier: Sequence[StoredTurn]) -> str:
    """The rewriting, if it is one question and names no code and no hidden person that was not named before; else "".

    A rewriting in which the rails changed something is not used: what they took out was never asked.
    """
    text = " ".join(turn.shown.split()).strip(QUOTES)
    if " ".join(turn.shown.split()) not in " ".join("".join(turn.raw_output).split()):
        return ""
    said = " ".join([turn.masked, *(f"{one.masked} {one.answer}" for one in earlier)])
    invented = set(CODE.findall(text)) - set(CODE.findall(said))
    strangers = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(turn.masked))
    if invented or strangers or len(text) > LONGEST or not topics(text):
        return ""
    return text
