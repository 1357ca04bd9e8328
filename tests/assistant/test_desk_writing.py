"""A document's fields are written one by one: each a whole exchange, each durable before it is told."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.assistant.desk_asking import questions_of, to_ask
from app.assistant.desk_events import (
    Change,
    DeskDone,
    DeskEvent,
    DeskRefused,
    FieldBegun,
    FieldLeft,
    FieldProgress,
    FieldWritten,
)
from app.assistant.desk_writing import WritingDesk
from app.audit import Filter
from app.documents import Document, Kind, Origin, State
from app.documents.codes import foreign_codes
from app.documents.shapes import PARAGRAPH
from app.documents.texts import texts
from app.documents.value import Task
from app.errors import Failure, Forbidden, ProviderFailed
from app.providers import Call, Chunk, Prompt, Usage
from app.routing import SchoolPolicy
from benchmarks.workshop import EXTRACTIVE
from tests.assistant.conftest import House
from tests.assistant.fakes import with_parts
from tests.documents.starter_briefs import FRACTIONS, brief_of

PLAIN = (
    "Бөлімдері бірдей бөлшектерді салыстырғанда алымдарына қараймыз, ал бөлімдері әртүрлі болса, "
    "алдымен ортақ бөлімге келтіреміз {number}."
)


@dataclass(slots=True)
class Writes:
    """A provider that fills any schema with numbered sentences; some of its calls go wrong.

    `wrong`: by number of the call from 1, a text to say instead, or an error to raise.
    """

    sentence: str = PLAIN
    wrong: Mapping[int, str | Exception] = field(default_factory=dict)
    prompts: list[Prompt] = field(default_factory=list)
    _number: int = 0

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.prompts.append(prompt)
        wrong = self.wrong.get(len(self.prompts))
        if isinstance(wrong, Exception):
            raise wrong
        yield Chunk(
            text=wrong
            if wrong is not None
            else json.dumps(self._fill(prompt.schema or {}), ensure_ascii=False)
        )
        yield Chunk(usage=Usage(input_tokens=3, output_tokens=5), finish="stop", model="said")

    def _fill(self, schema: Mapping[str, Any]) -> Any:
        if schema.get("type") == "object":
            return {name: self._fill(part) for name, part in schema["properties"].items()}
        if schema.get("type") == "array":
            return [self._fill(schema["items"]) for _ in range(schema["maxItems"])]
        return " ".join(self._say() for _ in range(1 if schema["maxLength"] < PARAGRAPH else 3))

    def _say(self) -> str:
        self._number += 1
        return self.sentence.format(number=self._number)


@dataclass(slots=True)
class LeaksAt:
    """A provider one of whose calls repeats the system prompt."""

    real: Writes
    call: int
    calls: int = 0

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.calls += 1
        self.real.sentence = (
            prompt.messages[0].text.replace("{", "").replace("}", "") if self.calls == self.call else PLAIN
        )
        return self.real.stream(prompt, call=call)


@dataclass(slots=True)
class OnlyQuotes:
    """A school that allows nothing but the composer that quotes."""

    house: House

    def of(self, school: str | None) -> SchoolPolicy:
        return replace(self.house.services.policies.of(school), allowed=(EXTRACTIVE,))


def desk_of(house: House, provider: Any) -> WritingDesk:
    line = with_parts(house, provider)
    return WritingDesk(line.parts, line)


def started(house: House, desk: WritingDesk, kind: Kind = Kind.PLAN) -> Document:
    return desk.start(house.teacher, brief_of(kind, "kk", FRACTIONS))


def told(events: Iterator[DeskEvent]) -> list[DeskEvent]:
    return [event for event in events if not isinstance(event, FieldProgress)]


def of(kind: type[Any], events: Sequence[DeskEvent]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def asked(house: House, document: Document) -> list[Any]:
    found = house.services.audit.search(Filter(kinds=("closed",)), limit=200).records
    return [record for record in found if record.clear["document_id"] == str(document.id)]


def test_nothing_is_written_where_nothing_waits(house: House) -> None:
    desk, document = desk_of(house, Writes()), started(house, desk_of(house, Writes()))

    events = told(desk.write(house.teacher, document.id, fields=()))

    assert events == [DeskDone(written=0, left=0)]
    assert asked(house, document) == []


def test_every_waiting_field_is_written_in_order_and_recorded_once(house: House) -> None:
    desk = desk_of(house, Writes())
    document = started(house, desk)
    waiting = list(to_ask(document))

    events = told(desk.write(house.teacher, document.id))

    assert [event.field for event in of(FieldBegun, events)] == waiting
    assert [event.field.id for event in of(FieldWritten, events)] == waiting
    assert events[-1] == DeskDone(written=len(waiting), left=0)
    now = desk.open(house.teacher, document.id)
    assert not to_ask(now)
    records = asked(house, document)
    assert sorted(record.clear["field_id"] for record in records) == sorted(waiting)
    for one in (now.field(each) for each in waiting):
        assert (one.origin, one.state, bool(one.receipt), bool(one.model)) == (
            Origin.MODEL,
            State.DONE,
            True,
            True,
        )


def test_what_code_knows_survives_the_model(house: House) -> None:
    desk = desk_of(house, Writes())
    document = started(house, desk)

    told(desk.write(house.teacher, document.id))

    now = desk.open(house.teacher, document.id)
    tasks = [one.value for one in now.fields if isinstance(one.value, Task)]
    before = [one.value for one in document.fields if isinstance(one.value, Task)]
    assert sum(one.points for one in tasks) == document.brief.points
    assert [(one.code, one.level) for one in tasks] == [(one.code, one.level) for one in before]


def test_a_field_is_durable_before_it_is_told(house: House) -> None:
    desk = desk_of(house, Writes())
    document = started(house, desk)

    for event in desk.write(house.teacher, document.id):
        if isinstance(event, FieldWritten):
            assert desk.open(house.teacher, document.id).field(event.field.id) == event.field
            break


def test_a_stop_keeps_what_was_written_and_leaves_the_rest_to_write(house: House) -> None:
    desk = desk_of(house, Writes())
    document = started(house, desk)
    waiting = list(to_ask(document))

    events = desk.write(house.teacher, document.id)
    for event in events:
        if isinstance(event, FieldWritten):
            break
    events.close()

    assert to_ask(desk.open(house.teacher, document.id)) == tuple(waiting[1:])


@pytest.mark.parametrize("wrong", [{}, {1: ProviderFailed(Failure.REFUSED)}], ids=["written", "failed"])
def test_what_the_teacher_writes_meanwhile_stays(house: House, wrong: Mapping[int, Exception]) -> None:
    desk = desk_of(house, Writes(wrong=wrong))
    document = started(house, desk)
    first = next(one for one in document.to_write() if isinstance(one.value, Task))
    own = replace(first.value, text="Өзім жаздым") if isinstance(first.value, Task) else first.value

    events = []
    for event in desk.write(house.teacher, document.id, fields=(first.id,)):
        if isinstance(event, FieldProgress) and desk.open(house.teacher, document.id).revision == 1:
            desk.edit(house.teacher, document.id, first.id, own, seen=1)
        events.append(event)

    (left,) = of(FieldLeft, events)
    assert left.field == desk.open(house.teacher, document.id).field(first.id)
    assert (left.field.value, left.field.origin) == (own, Origin.TEACHER)
    kept = [one.what for one in desk.versions(house.teacher, document.id)]
    assert kept == ["start", "edit", *([] if wrong else ["rejected"])]
    if not wrong:
        assert left.words.key == "desk.left.late"
        assert desk.version(house.teacher, document.id, 3).field(first.id).origin is Origin.MODEL


def test_a_reply_out_of_form_is_asked_for_once_more(house: House) -> None:
    provider = Writes(wrong={1: "no JSON at all"})
    desk = desk_of(house, provider)
    document = started(house, desk)
    first = next(document.to_write())

    events = told(desk.write(house.teacher, document.id, fields=(first.id,)))

    assert events[-1] == DeskDone(written=1, left=0)
    again, failed = asked(house, document)
    assert (failed.clear["failure"], again.clear["outcome"]) == ("wrong_form", "answered")
    assert again.clear["task"] == f"write.{first.write}"


def test_two_replies_of_no_use_leave_the_field_as_it_was(house: House) -> None:
    same = json.dumps(
        {"task": "Қос.", "answer": "5", "descriptors": ["қосады", "қосады", "қосады"]}, ensure_ascii=False
    )
    desk = desk_of(house, Writes(wrong={1: same, 2: same}))
    document = started(house, desk)
    task = next(one for one in document.to_write() if isinstance(one.value, Task))

    events = told(desk.write(house.teacher, document.id, fields=(task.id,)))

    (left,) = of(FieldLeft, events)
    assert left.words.key == "desk.left.useless"
    now = desk.open(house.teacher, document.id).field(task.id)
    assert (now.value, now.state) == (task.value, State.FAILED)


def test_a_model_that_is_gone_ends_the_run_and_loses_nothing_and_writes_the_rest_when_it_is_back(
    house: House,
) -> None:
    provider = Writes(wrong={3: ProviderFailed(Failure.REFUSED)})
    desk = desk_of(house, provider)
    document = started(house, desk)
    waiting = list(to_ask(document))

    events = told(desk.write(house.teacher, document.id))

    assert len(of(FieldWritten, events)) == 2
    assert len(of(DeskRefused, events)) == 1
    now = desk.open(house.teacher, document.id)
    assert [now.field(each).origin for each in waiting[:2]] == [Origin.MODEL, Origin.MODEL]
    assert to_ask(now) == tuple(waiting[2:])
    assert now.field(waiting[2]).value == document.field(waiting[2]).value
    assert now.field(waiting[2]).state is State.FAILED

    events = told(desk.write(house.teacher, document.id))

    assert [event.field.id for event in of(FieldWritten, events)] == waiting[2:]
    assert not to_ask(desk.open(house.teacher, document.id))


def test_a_guardrail_stop_in_one_field_leaves_the_others(house: House) -> None:
    desk = desk_of(house, LeaksAt(Writes(), call=2))
    document = started(house, desk)
    waiting = list(to_ask(document))

    events = told(desk.write(house.teacher, document.id))

    written = [event.field.id for event in of(FieldWritten, events)]
    (left,) = of(FieldLeft, events)
    assert left.field.id == waiting[1]
    assert left.field.state is State.WITHHELD
    assert written == [waiting[0], *waiting[2:]]

    events = told(desk.write(house.teacher, document.id))

    assert [event.field.id for event in of(FieldWritten, events)] == [waiting[1]]


def test_a_change_is_asked_from_what_stands_there_and_in_the_teachers_words(house: House) -> None:
    provider = Writes()
    desk = desk_of(house, provider)
    document = started(house, desk)
    aim = document.field("header.aim")

    events = told(
        desk.modify(
            house.teacher, document.id, aim.id, Change.OWN, instruction="Қысқарақ және жеңілірек жазыңыз"
        )
    )

    assert len(of(FieldWritten, events)) == 1
    assert "Қысқарақ және жеңілірек жазыңыз" in provider.prompts[0].question
    assert desk.versions(house.teacher, document.id)


def test_where_only_quoting_is_allowed_nothing_is_asked_and_the_draft_stays(house: House) -> None:
    line = with_parts(house, Writes(), policies=OnlyQuotes(house))
    desk = WritingDesk(line.parts, line)
    document = started(house, desk)

    events = told(desk.write(house.teacher, document.id))

    assert [type(event) for event in events] == [DeskRefused, DeskDone]
    assert of(DeskRefused, events)[0].words.key == "routing.none.task"
    assert desk.trouble(house.teacher, document) == of(DeskRefused, events)[0].words
    assert asked(house, document) == []


def test_a_question_without_a_model_is_another_one_than_the_quiz_already_asks(house: House) -> None:
    line = with_parts(house, policies=OnlyQuotes(house))
    desk = WritingDesk(line.parts, line)
    equations = replace(FRACTIONS, codes=("5.3.1.1", "5.2.2.1", "5.5.2.2"))
    document = desk.start(house.teacher, brief_of(Kind.QUIZ, "kk", equations))
    items = [one.id for one in document.of("items")][:2]
    before = questions_of(document)

    written = of(FieldWritten, list(desk.write(house.teacher, document.id, fields=items)))

    asked_now = [event.field.value.question for event in written]
    assert asked_now
    assert len(set(asked_now)) == len(asked_now)
    assert not set(asked_now) & set(before)


@pytest.mark.parametrize("code", ["9.9.9.9", "5.1.2.99", "1.2.1.1"])
def test_a_code_that_the_brief_does_not_have_never_reaches_the_document(house: House, code: str) -> None:
    desk = desk_of(house, Writes(sentence=f"Оқушылар бөлшектерді салыстырады ({code}) {{number}}."))
    document = started(house, desk)

    told(desk.write(house.teacher, document.id))

    now = desk.open(house.teacher, document.id)
    for one in now.fields:
        for text in texts(one.value):
            assert not foreign_codes(text, now.brief.codes)


def test_a_code_whose_parts_stand_in_several_lines_never_reaches_the_document(house: House) -> None:
    desk = desk_of(house, Writes(sentence="Қараңыз: 9.\n9.\n9.\n9 бөлшектерді салыстырамыз {number}."))
    document = started(house, desk)

    told(desk.write(house.teacher, document.id))

    now = desk.open(house.teacher, document.id)
    assert not [
        text for one in now.fields for text in texts(one.value) if "9.9.9.9" in foreign_codes(text, ())
    ]


def test_a_field_that_another_tab_takes_away_does_not_end_the_run(house: House) -> None:
    desk = desk_of(house, Writes())
    document = started(house, desk)
    waiting = list(to_ask(document))

    events: list[DeskEvent] = []
    for event in desk.write(house.teacher, document.id):
        if isinstance(event, FieldWritten) and event.field.id == waiting[0]:
            desk.remove(house.teacher, document.id, waiting[1])
        events.append(event)

    assert [event.field.id for event in of(FieldWritten, events)] == [waiting[0], *waiting[2:]]
    assert events[-1] == DeskDone(written=len(waiting) - 1, left=0)
    assert waiting[1] not in {one.id for one in desk.open(house.teacher, document.id).fields}


def test_a_field_that_is_taken_away_while_it_is_written_keeps_what_was_written(house: House) -> None:
    desk = desk_of(house, Writes())
    document = started(house, desk)
    first = next(document.to_write())

    for event in desk.write(house.teacher, document.id, fields=(first.id,)):
        if isinstance(event, FieldProgress) and desk.open(house.teacher, document.id).revision == 1:
            desk.remove(house.teacher, document.id, first.id)

    versions = [one.what for one in desk.versions(house.teacher, document.id)]
    assert versions == ["start", "remove", "rejected"]


@dataclass(slots=True)
class ShutsOut:
    """A line that lets a person ask so many times; then they are suspended."""

    real: Any
    times: int
    asked: int = 0

    def ask(self, principal: Any, question: Any) -> Iterator[Any]:
        self.asked += 1
        if self.asked > self.times:
            raise Forbidden("suspended", key="ask.refused.suspended")
        events: Iterator[Any] = self.real.ask(principal, question)
        return events


def test_a_teacher_who_is_suspended_while_a_model_writes_has_nothing_more_written(house: House) -> None:
    line = with_parts(house, Writes())
    shuts = ShutsOut(line, times=1)
    desk = WritingDesk(line.parts, shuts)
    document = started(house, desk)
    waiting = list(to_ask(document))

    events = told(desk.write(house.teacher, document.id))

    assert shuts.asked == 2
    assert [event.words.key for event in of(DeskRefused, events)] == ["desk.ask.refused.suspended"]
    assert events[-1] == DeskDone(written=1, left=len(waiting) - 1)
    now = desk.open(house.teacher, document.id)
    assert to_ask(now) == tuple(waiting[1:])
    assert told(desk.modify(house.teacher, document.id, waiting[0], Change.EASIER))[-1] == DeskDone(
        written=0, left=1
    )
