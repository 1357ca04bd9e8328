"""A follow-up on the line: one more call only where it is needed, gated, recorded, and never the end of the question."""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from app.assistant import Assistant, Question
from app.assistant.events import (
    Answered,
    Done,
    Event,
    Progress,
    Recorded,
    Refused,
    Retrieved,
    StepName,
    Text,
    Understood,
)
from app.audit import Record
from app.errors import Failure, ProviderFailed, Words
from app.providers import Call, Chunk, Prompt, Usage
from app.routing import Refusal
from benchmarks.workshop import ENTRY, EXTRACTIVE
from guardrails.verdict import Stage
from tests.assistant.conftest import House
from tests.assistant.fakes import (
    ANSWERABLE,
    PIECES,
    Blocks,
    Log,
    ask,
    closed,
    of,
    places_are_free,
    with_parts,
)

FOLLOW_UP = "ал 6-сыныпта ше?"
REWRITTEN = "6-сыныпта бөлшектерді қалай салыстырамыз?"


@dataclass(slots=True)
class Talks:
    """A provider that rewrites where it is asked to, answers otherwise, and remembers which was which."""

    rewriting: str = REWRITTEN
    error: BaseException | None = None
    prompts: list[Prompt] = field(default_factory=list)
    rewritten: list[Call] = field(default_factory=list)
    waits: threading.Event | None = None

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.prompts.append(prompt)
        if prompt.evidence:
            for piece in PIECES:
                yield Chunk(text=piece)
        else:
            self.rewritten.append(call)
            if self.waits is not None:
                self.waits.wait(5)
            if self.error is not None:
                raise self.error
            yield Chunk(text=self.rewriting)
        yield Chunk(usage=Usage(input_tokens=3, output_tokens=5), finish="stop", model="said")


@dataclass(slots=True)
class Closes:
    """A gate that refuses one purpose, and remembers what it was asked for."""

    gate: Any
    purpose: str
    asked: list[str] = field(default_factory=list)

    def admit(self, entry_id: str, **labels: Any) -> Any:
        self.asked.append(labels["purpose"])
        if labels["purpose"] == self.purpose:
            return Refusal(reason=Words(key="ask.withheld.registry"), entry_id=entry_id)
        return self.gate.admit(entry_id, **labels)


def conversation(house: House, assistant: Assistant, first: str = ANSWERABLE) -> UUID:
    """A conversation with one answered question."""
    started = house.services.conversations.start(house.teacher, "бөлшектер")
    events = ask(house, assistant, first, conversation=started)
    assert [event for event in events if isinstance(event, Answered)]
    return started


def rewritings(house: House, conversation: UUID) -> list[Record]:
    """The ends of the rewriting calls of a conversation."""
    audit = house.services.audit
    stored = audit.conversation(conversation, actor=house.teacher.subject)
    return [audit.records_of(one.exchange_id)[-1] for one in stored if one.clear["task"] == "rewrite"]


def sealed(house: House, record: Record) -> dict[str, Any]:
    return dict(house.services.audit.unseal(record, actor=house.teacher.subject))


def answered(events: list[Event]) -> bool:
    return any(isinstance(event, Answered) for event in events)


def test_the_first_question_of_a_conversation_is_never_rewritten(house: House) -> None:
    talks = Talks()
    started = house.services.conversations.start(house.teacher, "жаңа")

    events = ask(house, with_parts(house, talks), FOLLOW_UP, conversation=started)

    assert not talks.rewritten
    assert not [event for event in events if isinstance(event, Understood)]


def test_a_question_that_stands_alone_is_one_call(house: House) -> None:
    talks = Talks()
    assistant = with_parts(house, talks)
    started = conversation(house, assistant)

    ask(house, assistant, "Үшбұрыштың ауданын қалай табамыз?", conversation=started)

    assert not talks.rewritten
    assert not rewritings(house, started)


def test_a_follow_up_is_searched_and_answered_as_it_was_understood(house: House) -> None:
    talks = Talks()
    assistant = with_parts(house, talks)
    started = conversation(house, assistant)

    events = ask(house, assistant, FOLLOW_UP, conversation=started)

    kinds = [type(event) for event in events]
    assert of(Understood, events).text == REWRITTEN
    assert kinds.index(Recorded) < kinds.index(Understood) < kinds.index(Retrieved)
    assert answered(events)
    assert talks.prompts[-1].question == REWRITTEN
    (call,) = talks.rewritten
    assert call.output_tokens <= 160
    assert places_are_free(house)


def test_the_record_holds_both_and_the_call_has_an_exchange_of_its_own(house: House) -> None:
    assistant = with_parts(house, Talks())
    started = conversation(house, assistant)

    end = closed(house, ask(house, assistant, FOLLOW_UP, conversation=started))
    (side,) = rewritings(house, started)

    assert end.clear["details"]["follow_up"] == "rewritten"
    assert (sealed(house, end)["masked"], sealed(house, end)["understood"]) == (FOLLOW_UP, REWRITTEN)
    assert side.kind == "closed"
    assert side.clear["outcome"] == "answered"
    assert side.clear["task"] == "rewrite"
    assert side.clear["parent"] == str(end.exchange_id)
    assert side.clear["gen_ai.conversation.id"] == str(started)
    assert (side.clear["entry_id"], side.clear["prompt_id"]) == (ENTRY, "rewrite")
    assert sealed(house, side)["shown"] == [REWRITTEN]
    assert REWRITTEN not in str(side.clear)


def test_a_rewriting_is_no_turn_of_the_conversation(house: House) -> None:
    assistant = with_parts(house, Talks())
    started = conversation(house, assistant)
    ask(house, assistant, FOLLOW_UP, conversation=started)

    for last in (None, 2, 5):
        turns = house.services.conversations.open(house.teacher, started, last=last)
        assert [turn.question for turn in turns] == [ANSWERABLE, FOLLOW_UP]
    assert turns[-1].understood == REWRITTEN


def test_the_follow_up_of_a_follow_up_rests_on_what_was_understood(house: House) -> None:
    talks = Talks()
    assistant = with_parts(house, talks)
    started = conversation(house, assistant)
    ask(house, assistant, FOLLOW_UP, conversation=started)

    ask(house, assistant, "Тағы мысал келтір", conversation=started)

    asked = [prompt for prompt in talks.prompts if not prompt.evidence][-1]
    assert REWRITTEN in asked.messages[-1].text


def test_switched_off_no_call_is_made_and_code_joins_the_two(house: House) -> None:
    talks = Talks()
    assistant = with_parts(house, talks, rewrite=False)
    started = conversation(house, assistant)

    events = ask(house, assistant, FOLLOW_UP, conversation=started)

    assert not talks.rewritten
    assert not rewritings(house, started)
    assert of(Understood, events).text == f"{FOLLOW_UP} (Бөлшектерді қалай салыстырамыз)"
    assert closed(house, events).clear["details"]["follow_up"] == "joined"
    assert answered(events)


def test_what_only_quotes_rewrites_nothing(house: House) -> None:
    assistant = with_parts(house)
    started = house.services.conversations.start(house.teacher, "бөлшектер")
    ask(house, assistant, conversation=started, model=EXTRACTIVE)

    events = ask(house, assistant, FOLLOW_UP, conversation=started, model=EXTRACTIVE)

    assert not rewritings(house, started)
    assert of(Understood, events).text == f"{FOLLOW_UP} (Бөлшектерді қалай салыстырамыз)"


@pytest.mark.parametrize(
    ("language", "first", "wish"),
    [
        ("kk", ANSWERABLE, "Қиындат"),
        ("ru", "Как сравнить дроби с разными знаменателями?", "Сделай посложнее"),
        ("en", "How are fractions with different denominators compared?", "Make it harder"),
    ],
)
def test_what_only_quotes_says_so_where_the_answer_is_to_be_made_harder(
    house: House, language: str, first: str, wish: str
) -> None:
    assistant = with_parts(house)
    started = house.services.conversations.start(house.teacher, first)
    ask(house, assistant, first, language=language, conversation=started, model=EXTRACTIVE)

    events = ask(house, assistant, wish, language=language, conversation=started, model=EXTRACTIVE)

    assert of(Refused, events).words == Words(key="ask.refused.quotes_only")
    assert not [event for event in events if isinstance(event, Retrieved | Text)]
    end = closed(house, events)
    assert (end.clear["outcome"], end.clear["details"]["follow_up"]) == ("refused", "joined")
    # The conversation keeps its subject.
    (after,) = [
        event
        for event in ask(
            house, assistant, FOLLOW_UP, language=language, conversation=started, model=EXTRACTIVE
        )
        if isinstance(event, Understood)
    ]
    assert any(word in after.text for word in ("өлшек", "дроби", "fractions"))


def test_what_writes_is_asked_to_make_the_answer_harder(house: House) -> None:
    assistant = with_parts(house, Talks())
    started = conversation(house, assistant)

    assert answered(ask(house, assistant, "Қиындат", conversation=started))


def test_a_wish_without_anything_before_it_is_no_follow_up(house: House) -> None:
    started = house.services.conversations.start(house.teacher, "жаңа")

    events = ask(house, with_parts(house), "Қиындат", conversation=started, model=EXTRACTIVE)

    assert not [event for event in events if isinstance(event, Refused)]


def test_the_gate_is_asked_for_the_rewriting_by_its_own_name(house: House) -> None:
    gate = Closes(house.services.gate, "")
    assistant = with_parts(house, Talks(), gate=gate)
    started = conversation(house, assistant)
    gate.asked.clear()

    ask(house, assistant, FOLLOW_UP, conversation=started)

    assert gate.asked[0] == "rewrite"
    assert set(gate.asked) == {"rewrite", "answer"}


def test_a_refused_rewriting_is_recorded_and_the_question_goes_on_as_typed(house: House) -> None:
    talks = Talks()
    assistant = with_parts(house, talks, gate=Closes(house.services.gate, "rewrite"))
    started = conversation(house, assistant)

    events = ask(house, assistant, FOLLOW_UP, conversation=started)

    (side,) = rewritings(house, started)
    assert not talks.rewritten
    assert side.clear["outcome"] == "refused"
    assert not [event for event in events if isinstance(event, Understood)]
    assert closed(house, events).clear["details"]["follow_up"] == "as_typed"
    assert of(Done, events)


@pytest.mark.parametrize(
    "error",
    [ProviderFailed(Failure.TIMEOUT), ProviderFailed(Failure.CUT), ZeroDivisionError("broken")],
    ids=["timeout", "cut", "broken"],
)
def test_a_rewriting_that_breaks_never_fails_the_question(house: House, error: Exception) -> None:
    assistant = with_parts(house, Talks(error=error))
    started = conversation(house, assistant)

    events = ask(house, assistant, FOLLOW_UP, conversation=started)

    (side,) = rewritings(house, started)
    assert side.clear["outcome"] == "failed"
    assert side.clear["failure"]
    assert not [event for event in events if isinstance(event, Understood)]
    assert of(Done, events)


@pytest.mark.parametrize(
    "rewriting",
    [
        "9.9.9.99 мақсатында бөлшектерді қалай салыстырамыз?",
        "[ОҚУШЫ_7] бөлшектерді қалай салыстырады?",
        "Неге?",
        "Бөлшектерді салыстырамыз. " * 40,
        "ЖСН 130523500121 деген оқушыға бөлшектерді қалай түсіндіремін?",
    ],
    ids=["code", "stranger", "nothing", "long", "number"],
)  # fmt: skip
def test_a_rewriting_that_says_what_nobody_said_is_not_used(house: House, rewriting: str) -> None:
    assistant = with_parts(house, Talks(rewriting=rewriting))
    started = conversation(house, assistant)

    events = ask(house, assistant, FOLLOW_UP, conversation=started)

    assert not [event for event in events if isinstance(event, Understood)]
    assert len(rewritings(house, started)) == 1


def test_the_input_rails_see_what_was_understood_before_anybody_else(house: House) -> None:
    rails = Blocks(house.services.guardrails, Stage.INPUT, "6-сыныпта бөлшектерді")
    talks = Talks()
    assistant = with_parts(house, talks, guardrails=rails)
    started = conversation(house, assistant)

    events = ask(house, assistant, FOLLOW_UP, conversation=started)

    assert talks.rewritten
    assert not [event for event in events if isinstance(event, Understood)]
    assert all(REWRITTEN not in message.text for prompt in talks.prompts for message in prompt.messages)


def test_without_a_record_of_the_rewriting_nothing_is_called(house: House) -> None:
    talks = Talks()
    started = conversation(house, with_parts(house, talks))

    @dataclass(slots=True)
    class SecondFails:
        real: Log
        opened: int = 0

        def open(self, entry: Any) -> Any:
            self.opened += 1
            self.real.refuses = self.opened == 2
            return self.real.open(entry)

    log = SecondFails(Log(house.services.audit))
    events = ask(house, with_parts(house, talks, audit=log), FOLLOW_UP, conversation=started)

    assert log.opened == 2
    assert not talks.rewritten
    assert not rewritings(house, started)
    assert of(Done, events)


def test_a_stop_while_it_rewrites_ends_both_exchanges_once(house: House) -> None:
    talks = Talks()
    assistant = with_parts(house, talks)
    started = conversation(house, assistant)
    talks.waits = threading.Event()
    line = assistant.ask(house.teacher, Question(text=FOLLOW_UP, language="kk", conversation=started))
    exchange: UUID | None = None
    begun = 0
    for event in line:
        if isinstance(event, Recorded):
            exchange = event.receipt.exchange_id
        begun += event == Progress(step=StepName.UNDERSTANDING)
        if begun == 2:
            break
    cast(Generator[Event, None, None], line).close()
    talks.waits.set()

    assert exchange is not None
    asked, end = house.services.audit.records_of(exchange)
    (side,) = rewritings(house, started)
    assert (asked.kind, end.kind) == ("asked", "closed")
    assert [end.clear["outcome"], side.clear["outcome"]] == ["stopped", "stopped"]
    assert places_are_free(house)


def test_a_name_hidden_in_the_follow_up_stays_hidden_in_what_is_understood(house: House) -> None:
    talks = Talks(rewriting="[ОҚУШЫ_1] 6-сыныпта бөлшектерді қалай салыстырады?")
    assistant = with_parts(house, talks)
    started = conversation(house, assistant)

    events = ask(house, assistant, "ал менің оқушым Айгүл Сапарова ше?", conversation=started)

    assert all("Сапарова" not in message.text for prompt in talks.prompts for message in prompt.messages)
    assert not [event for event in events if isinstance(event, Text) and "Сапарова" in event.sentence.text]


def test_a_question_beside_a_document_is_searched_by_its_objectives_too(house: House) -> None:
    talks = Talks()
    one = next(each for each in house.services.library.catalogue.objectives() if each.code == "5.1.2.17")
    place = {"subject": one.subject, "grade": one.grade, "programme": one.programme.key}

    events = ask(house, with_parts(house, talks), "Тағы мысал келтір", codes=(one.code,), **place)

    retrieved = of(Retrieved, events)
    assert retrieved.relevant
    assert any(one.code in hit.passage.codes for hit in retrieved.hits)
    assert talks.prompts[-1].question == "Тағы мысал келтір"


def test_a_rewriting_counts_as_a_call_of_its_own(house: House) -> None:
    services, teacher = house.services, house.teacher
    assistant = with_parts(house, Talks())
    started = conversation(house, assistant)
    before = services.budgets.spent(teacher.school or "", teacher.person_id)

    ask(house, assistant, FOLLOW_UP, conversation=started)

    after = services.budgets.spent(teacher.school or "", teacher.person_id)
    assert (after.requests - before.requests, after.tokens - before.tokens) == (2, 16)
