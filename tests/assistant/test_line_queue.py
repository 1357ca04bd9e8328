"""Waiting for a place, trying a call once more, and leaving a broken endpoint in peace: what the line makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.assistant import Question
from app.assistant.events import Answered, Failed, Progress, Refused, Routed, StepName
from app.capacity import Breakers, Places, Ticket
from app.capacity.breakers import AFTER
from app.capacity.places import WAITING_A_PLACE
from app.errors import Failure, ProviderFailed
from app.providers import Call, Chunk, Prompt
from benchmarks.workshop import ENTRY, EXTRACTIVE
from tests.assistant.conftest import House
from tests.assistant.fakes import (
    ANSWERABLE,
    PIECES,
    Says,
    ask,
    closed,
    of,
    places_are_free,
    shown,
    with_parts,
)


@dataclass(slots=True)
class Breaks:
    """Says some pieces and fails, so many times; after that it answers."""

    times: int
    error: ProviderFailed
    before: tuple[str, ...] = ()
    calls: list[Prompt] = field(default_factory=list)

    def stream(self, prompt: Prompt, *, call: Call) -> Iterator[Chunk]:
        self.calls.append(prompt)
        if len(self.calls) <= self.times:
            for piece in self.before:
                yield Chunk(text=piece)
            raise self.error
        yield from Says().stream(prompt, call=call)


def refused(again: bool = True) -> ProviderFailed:
    return ProviderFailed(Failure.REFUSED, "nobody listens", again=again)


def test_who_waits_is_told_the_place_in_line_and_answered_when_one_is_free(house: House) -> None:
    places = Places(1, 1, monotonic=house.services.runtime.monotonic)
    holds = places.enter("elsewhere", "somebody")
    assert isinstance(holds, Ticket)
    assistant = with_parts(house, Says(), places=places)
    waited: list[int | None] = []
    ends: list[type] = []

    for event in assistant.ask(house.teacher, Question(text=ANSWERABLE, language="kk")):
        if isinstance(event, Progress) and event.step is StepName.QUEUED:
            waited.append(event.place)
            holds.release()
        ends.append(type(event))

    assert waited[0] == 1
    assert Answered in ends


def test_a_full_line_refuses_and_calls_nothing(house: House) -> None:
    places = Places(1, 1, monotonic=house.services.runtime.monotonic)
    for number in range(1 + WAITING_A_PLACE):
        places.enter("elsewhere", str(number))
    says = Says()

    events = ask(house, with_parts(house, says, places=places))

    assert of(Refused, events).words.key == "capacity.refused.busy"
    assert closed(house, events).outcome == "refused"
    assert says.prompts == []


def test_a_question_that_is_stopped_while_it_waits_leaves_the_line(house: House) -> None:
    places = Places(1, 1, monotonic=house.services.runtime.monotonic)
    holds = places.enter("elsewhere", "somebody")
    assert isinstance(holds, Ticket)
    assistant = with_parts(house, Says(), places=places)
    events = assistant.ask(house.teacher, Question(text=ANSWERABLE, language="kk"))
    for event in events:
        if isinstance(event, Progress) and event.step is StepName.QUEUED:
            break
    events.close()  # type: ignore[attr-defined]
    behind = places.enter("elsewhere", "next")
    assert isinstance(behind, Ticket)

    assert behind.number == 1


def test_a_call_of_which_nothing_came_is_tried_once_more_on_the_same_entry(house: House) -> None:
    breaks, services = Breaks(1, refused()), house.services
    before = services.budgets.spent(house.teacher.school or "", house.teacher.person_id)
    events = ask(house, with_parts(house, breaks))
    after = services.budgets.spent(house.teacher.school or "", house.teacher.person_id)

    assert len(shown(events)) == len(PIECES)
    record = closed(house, events)
    assert record.clear["details"]["tried_before"] == ["connection_refused"]
    assert (record.clear["entry_id"], record.clear["failure"]) == (ENTRY, None)
    assert after.requests - before.requests == 2, "each try is a call"
    assert places_are_free(house)


def test_no_call_is_tried_a_third_time(house: House) -> None:
    breaks = Breaks(9, refused())
    events = ask(house, with_parts(house, breaks))

    assert len(breaks.calls) == 2
    assert of(Failed, events).words.key == "error.provider.connection_refused"
    assert closed(house, events).clear["failure"] == "connection_refused"


def test_what_may_not_pass_or_has_begun_to_answer_is_not_tried_again(house: House) -> None:
    for breaks in (
        Breaks(1, refused(again=False)),
        Breaks(1, ProviderFailed(Failure.CUT, again=True), before=PIECES[:1]),
    ):
        events = ask(house, with_parts(house, breaks))

        assert len(breaks.calls) == 1
        assert closed(house, events).outcome == "failed"
        assert "tried_before" not in closed(house, events).clear["details"]


def test_an_endpoint_that_rests_is_not_called_and_the_schools_next_model_answers(house: House) -> None:
    breakers = Breakers(lambda: 0.0)
    parts = house.services.assistant.parts
    broken = Breaks(99, refused(again=False))
    router = replace(parts.router, breakers=breakers)
    quoting = parts.providers("extractive")
    assistant = with_parts(
        house,
        breakers=breakers,
        router=router,
        providers=lambda name: quoting if name == "extractive" else broken,
    )
    for _ in range(AFTER):
        ask(house, assistant)

    events = ask(house, assistant)

    assert len(broken.calls) == AFTER
    assert of(Routed, events).entry.entry_id == EXTRACTIVE
    considered = closed(house, events).clear["considered"]
    (why,) = [row["reason"] for row in considered if row["entry_id"] == ENTRY]
    assert why == {"key": "routing.refused.resting", "facts": {"seconds": 30}}


def test_with_every_endpoint_resting_the_question_is_refused_in_words(house: House) -> None:
    breakers = Breakers(lambda: 0.0)
    broken = Breaks(99, refused(again=False))
    services = house.services
    router = replace(services.assistant.parts.router, breakers=breakers)
    alone = replace(services.policies.of(house.teacher.school), allowed=(ENTRY,))

    class Alone:
        def of(self, school: str | None) -> object:
            return alone

    assistant = with_parts(house, broken, breakers=breakers, router=router, policies=Alone())
    for _ in range(AFTER):
        ask(house, assistant)

    assert of(Refused, ask(house, assistant)).words.key == "routing.none.resting"
    assert len(broken.calls) == AFTER
